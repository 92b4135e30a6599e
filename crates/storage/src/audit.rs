//! The audit trail: one plain row in the same transaction as the deed. No row, no deed; ids, codes and counts only.

use model::Timestamp;

use crate::role::Role;
use crate::{Change, Result, Tx, args, statements};

statements! {
    INSERT_AUDIT = "INSERT INTO audit (at, actor_kind, actor, action, object_kind, object, outcome, amount) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LIST_AUDIT = "SELECT seq, at, actor_kind, actor, action, object_kind, object, outcome, amount FROM audit \
        WHERE object_kind = $1 AND object = $2 ORDER BY seq";
    COUNT_AUDIT = "SELECT COUNT(*) AS n FROM audit WHERE action = $1 AND outcome = $2";
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The software itself: a poll, a timer.
    System,
    /// A learner, by row id.
    Learner(String),
    /// Somebody at the desk, by row id.
    Staff(String),
    /// A machine with the API key of this institution or organisation.
    Key(String),
    /// A wallet that we met over a protocol, by client id or none.
    Client(String),
}

impl Actor {
    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::System => ("system", ""),
            Self::Learner(id) => ("learner", id),
            Self::Staff(id) => ("staff", id),
            Self::Key(id) => ("key", id),
            Self::Client(id) => ("client", id),
        }
    }
}

/// One deed.
#[derive(Clone, Debug)]
pub struct Event {
    /// Who did it.
    pub actor: Actor,
    /// What was done, as a code: `credential.issued`.
    pub action: &'static str,
    /// To what kind of thing: `credential`.
    pub object_kind: &'static str,
    /// To which one: an id.
    pub object: String,
    /// How it ended, as a code: `done`, `rejected`, `tx_code_exhausted`.
    pub outcome: &'static str,
    /// How many.
    pub amount: i64,
}

/// A row of the trail.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// Its place in the trail.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// `system`, `learner`, `staff`, `key` or `client`.
    pub actor_kind: String,
    /// The actor's id.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// How it ended.
    pub outcome: String,
}

impl<R: Role> Change<R> {
    /// Writes one row of the trail.
    pub fn audit(event: &Event, now: Timestamp) -> Self {
        let (kind, actor) = event.actor.parts();
        let values = args![now, kind, actor, event.action, event.object_kind, &event.object, event.outcome, event.amount];
        Self::new(INSERT_AUDIT, values)
    }
}

impl<R: Role> Tx<R> {
    /// Writes one row of the trail.
    ///
    /// # Errors
    /// When the database fails; the deed then must not be committed either.
    pub async fn audit(&mut self, event: &Event, now: Timestamp) -> Result<()> {
        self.make(Change::audit(event, now)).await.map(drop)
    }

    /// The trail of one thing, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_of(&mut self, object_kind: &str, object: &str) -> Result<Vec<AuditRow>> {
        self.rows(LIST_AUDIT, args![object_kind, object])
            .await?
            .iter()
            .map(|row| {
                Ok(AuditRow {
                    seq: row.int("seq")?,
                    at: row.time("at")?,
                    actor_kind: row.text("actor_kind")?,
                    actor: row.text("actor")?,
                    action: row.text("action")?,
                    outcome: row.text("outcome")?,
                })
            })
            .collect()
    }

    /// How often a deed ended so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_count(&mut self, action: &str, outcome: &str) -> Result<i64> {
        let row = self.optional(COUNT_AUDIT, args![action, outcome]).await?;
        row.map_or(Ok(0), |row| row.int("n"))
    }
}
