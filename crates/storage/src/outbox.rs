//! Work for later, written in the transaction that makes it necessary: at least once, in order per key, with leases and fencing.
//!
//! Of one ordering key only the lowest unfinished row can be claimed; different keys run in parallel. Leases are judged by the
//! database's clock, `not_before` and `expires_at` by the caller's. A receiver sees the same dedup id at every attempt.

use model::{Timestamp, id};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::role::Role;
use crate::seal::{Cell, Owner};
use crate::tx::DatabaseKind;
use crate::value::Row;
use crate::{Result, StorageError, Tx, args, statements};

statements! {
    INSERT_JOB = "INSERT INTO outbox (id, topic, ordering_key, dedup_id, owner_scope, owner_id, payload, state, attempt, fence, not_before, lease_until, expires_at, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, 0, $8, 0, $9, $8) ON CONFLICT (dedup_id) DO NOTHING";
    FIND_JOB_BY_DEDUP = "SELECT id FROM outbox WHERE dedup_id = $1";
    CLAIM_SQLITE = "UPDATE outbox SET state = 'running', attempt = attempt + 1, fence = fence + 1, \
        lease_until = CAST(unixepoch('subsec') * 1000 AS INTEGER) + $3 WHERE seq = (SELECT o.seq FROM outbox o WHERE o.topic = $1 \
        AND ((o.state = 'waiting' AND o.not_before <= $2) OR (o.state = 'running' AND o.lease_until < CAST(unixepoch('subsec') * 1000 AS INTEGER))) \
        AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.ordering_key = o.ordering_key AND e.seq < o.seq AND e.state IN ('waiting', 'running')) \
        ORDER BY o.seq LIMIT 1) RETURNING id, topic, dedup_id, owner_scope, owner_id, payload, attempt, fence, expires_at";
    CLAIM_POSTGRES = "UPDATE outbox SET state = 'running', attempt = attempt + 1, fence = fence + 1, \
        lease_until = CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) + $3 WHERE seq = (SELECT o.seq FROM outbox o WHERE o.topic = $1 \
        AND ((o.state = 'waiting' AND o.not_before <= $2) OR (o.state = 'running' AND o.lease_until < CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT))) \
        AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.ordering_key = o.ordering_key AND e.seq < o.seq AND e.state IN ('waiting', 'running')) \
        ORDER BY o.seq LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, topic, dedup_id, owner_scope, owner_id, payload, attempt, fence, expires_at";
    CLAIM_THIS_SQLITE = "UPDATE outbox SET state = 'running', attempt = attempt + 1, fence = fence + 1, \
        lease_until = CAST(unixepoch('subsec') * 1000 AS INTEGER) + $2 WHERE id = $1 AND state = 'waiting' \
        AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.ordering_key = outbox.ordering_key AND e.seq < outbox.seq AND e.state IN ('waiting', 'running')) \
        RETURNING id, topic, dedup_id, owner_scope, owner_id, payload, attempt, fence, expires_at";
    CLAIM_THIS_POSTGRES = "UPDATE outbox SET state = 'running', attempt = attempt + 1, fence = fence + 1, \
        lease_until = CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) + $2 WHERE id = $1 AND state = 'waiting' \
        AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.ordering_key = outbox.ordering_key AND e.seq < outbox.seq AND e.state IN ('waiting', 'running')) \
        RETURNING id, topic, dedup_id, owner_scope, owner_id, payload, attempt, fence, expires_at";
    FINISH_JOB = "UPDATE outbox SET state = 'done', payload = NULL, last_error = NULL WHERE id = $1 AND fence = $2 AND state = 'running'";
    PUT_OFF_JOB = "UPDATE outbox SET not_before = $2 WHERE id = $1 AND state = 'waiting'";
    RETRY_JOB = "UPDATE outbox SET state = 'waiting', not_before = $3, last_error = $4 WHERE id = $1 AND fence = $2 AND state = 'running'";
    PARK_JOB = "UPDATE outbox SET state = 'parked', payload = NULL, last_error = $3 WHERE id = $1 AND fence = $2 AND state = 'running'";
    FREE_JOBS_SQLITE = "UPDATE outbox SET lease_until = 0 WHERE state = 'running'";
    JOB_STATE = "SELECT state FROM outbox WHERE id = $1";
    COUNT_UNFINISHED = "SELECT COUNT(*) AS n FROM outbox WHERE state IN ('waiting', 'running')";
    PURGE_JOBS = "DELETE FROM outbox WHERE state = 'done' AND expires_at <= $1";
}

/// Work to be done after this transaction.
pub struct Job<'a> {
    /// Which worker does it.
    pub topic: &'static str,
    /// Rows with the same key are done one after the other.
    pub ordering_key: &'a str,
    /// The same work has the same id; asked for twice, it is kept once.
    pub dedup_id: &'a str,
    /// Whose data is in the payload: forgetting the owner makes it unreadable too.
    pub owner: &'a Owner,
    /// What the worker needs, sealed.
    pub payload: &'a [u8],
    /// From when the work no longer makes sense.
    pub expires_at: Timestamp,
}

/// What a worker needs, as its row keeps it; wiped from memory once it is sealed.
///
/// # Errors
/// [`StorageError::Row`] when it cannot be written: then there is no work either, instead of work that nobody can read.
pub fn payload(work: &impl Serialize) -> Result<Zeroizing<Vec<u8>>> {
    serde_json::to_vec(work).map(Zeroizing::new).map_err(|_| StorageError::Row { table: "outbox", column: "payload" })
}

/// The identifier of a row of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobId(String);

impl JobId {
    /// The identifier's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// An identifier that was kept elsewhere.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// Work that this process may do until its lease ends.
pub struct Claimed {
    /// The row.
    pub id: JobId,
    /// Its topic.
    pub topic: String,
    /// The id that the receiver sees at every attempt.
    pub dedup_id: String,
    /// 1 for the first attempt.
    pub attempt: i64,
    /// Tells a late worker from the present one.
    pub fence: i64,
    /// What the worker needs.
    pub payload: Zeroizing<Vec<u8>>,
    /// From when the work no longer makes sense.
    pub expires_at: Timestamp,
}

impl<R: Role> Tx<R> {
    /// Keeps work for later, once per dedup id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn later(&mut self, job: &Job<'_>, now: Timestamp) -> Result<JobId> {
        let row_id = id::row_id(now, self.random());
        let payload = self.seal(&cell(&row_id, job.owner), job.payload).await?;
        let (scope, owner) = job.owner.parts();
        let values = args![&row_id, job.topic, job.ordering_key, job.dedup_id, scope, owner, payload, now, job.expires_at];
        if self.execute(INSERT_JOB, values).await? == 1 {
            return Ok(JobId(row_id));
        }
        let row = self.optional(FIND_JOB_BY_DEDUP, args![job.dedup_id]).await?;
        row.map_or(Ok(JobId(row_id)), |row| row.text("id").map(JobId))
    }

    /// Claims the next work of a topic for `lease_millis` of the database's clock.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim(&mut self, topic: &str, now: Timestamp, lease_millis: i64) -> Result<Option<Claimed>> {
        let sql = match self.kind() {
            DatabaseKind::Sqlite => CLAIM_SQLITE,
            DatabaseKind::Postgres => CLAIM_POSTGRES,
        };
        let row = self.optional(sql, args![topic, now, lease_millis]).await?;
        self.claimed(row).await
    }

    /// Claims one row of work in the transaction that makes it or right after, unless a worker or an earlier row of its key is in front.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_this(&mut self, job: &JobId, lease_millis: i64) -> Result<Option<Claimed>> {
        let sql = match self.kind() {
            DatabaseKind::Sqlite => CLAIM_THIS_SQLITE,
            DatabaseKind::Postgres => CLAIM_THIS_POSTGRES,
        };
        let row = self.optional(sql, args![job.as_str(), lease_millis]).await?;
        self.claimed(row).await
    }

    /// Marks work as done and erases its payload. `false` when the lease was lost to another worker.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish(&mut self, claimed: &Claimed) -> Result<bool> {
        Ok(self.execute(FINISH_JOB, args![claimed.id.as_str(), claimed.fence]).await? == 1)
    }

    /// Puts work back, not to be tried before `not_before`. `error` is a code, never free text.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry(&mut self, claimed: &Claimed, not_before: Timestamp, error: &'static str) -> Result<bool> {
        Ok(self.execute(RETRY_JOB, args![claimed.id.as_str(), claimed.fence, not_before, error]).await? == 1)
    }

    /// Puts work off that was just made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_off(&mut self, job: &JobId, not_before: Timestamp) -> Result<()> {
        self.execute(PUT_OFF_JOB, args![job.as_str(), not_before]).await?;
        Ok(())
    }

    /// Gives work up, visibly, and erases its payload.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn park(&mut self, claimed: &Claimed, error: &'static str) -> Result<bool> {
        Ok(self.execute(PARK_JOB, args![claimed.id.as_str(), claimed.fence, error]).await? == 1)
    }

    /// Frees what an earlier process had begun, when a server begins: a SQLite database has one server, so nobody else is at it. On
    /// PostgreSQL another server may be; there leases end by themselves.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn free_abandoned_jobs(&mut self) -> Result<u64> {
        match self.kind() {
            DatabaseKind::Sqlite => self.execute(FREE_JOBS_SQLITE, args![]).await,
            DatabaseKind::Postgres => Ok(0),
        }
    }

    /// The state of a row of work: `waiting`, `running`, `done` or `parked`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn job_state(&mut self, job: &JobId) -> Result<Option<String>> {
        self.optional(JOB_STATE, args![job.as_str()]).await?.map(|row| row.text("state")).transpose()
    }

    /// How much work is not finished.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unfinished_jobs(&mut self) -> Result<i64> {
        self.optional(COUNT_UNFINISHED, args![]).await?.map_or(Ok(0), |row| row.int("n"))
    }

    /// Removes finished work whose dedup ids need no longer be remembered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_jobs(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(PURGE_JOBS, args![now]).await
    }

    async fn claimed(&mut self, row: Option<Row>) -> Result<Option<Claimed>> {
        let Some(row) = row else { return Ok(None) };
        let id = row.text("id")?;
        let owner = Owner::from_parts(row.text("owner_scope")?, row.text("owner_id")?);
        let payload = self.open(&cell(&id, &owner), &row.blob("payload")?).await?;
        Ok(Some(Claimed {
            topic: row.text("topic")?,
            dedup_id: row.text("dedup_id")?,
            attempt: row.int("attempt")?,
            fence: row.int("fence")?,
            expires_at: row.time("expires_at")?,
            id: JobId(id),
            payload,
        }))
    }
}

fn cell<'a>(row: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "outbox", column: "payload", row, owner }
}
