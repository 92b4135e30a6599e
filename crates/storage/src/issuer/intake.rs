//! What came in and waits to be decided: its payload lives, sealed, only until then.

use model::{Timestamp, id};
use zeroize::Zeroizing;

use crate::{Cell, DatabaseKind, IssuerTx, Owner, Result, args, statements};

statements! {
    PUT_INTAKE = "INSERT INTO intake (id, institution, source, digest, at_source, payload, received_at, delete_after) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (institution, source) DO UPDATE SET id = excluded.id, digest = excluded.digest, \
        at_source = excluded.at_source, payload = excluded.payload, received_at = excluded.received_at, delete_after = excluded.delete_after";
    NEXT_INTAKE_SQLITE = "SELECT id, institution, source, digest, at_source, payload FROM intake WHERE institution = $1 ORDER BY received_at, id LIMIT 1";
    NEXT_INTAKE_POSTGRES = "SELECT id, institution, source, digest, at_source, payload FROM intake WHERE institution = $1 ORDER BY received_at, id LIMIT 1 \
        FOR UPDATE SKIP LOCKED";
    DELETE_INTAKE = "DELETE FROM intake WHERE id = $1";
    PURGE_INTAKE = "DELETE FROM intake WHERE delete_after <= $1";
    INSERT_RUN = "INSERT INTO intake_run (id, institution, outcome, read_count, changed, quarantined, started_at, ended_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LATEST_RUN = "SELECT outcome, read_count, changed, quarantined, started_at, ended_at FROM intake_run WHERE institution = $1 \
        ORDER BY started_at DESC, id DESC LIMIT 1";
    PURGE_RUNS = "DELETE FROM intake_run WHERE institution = $1 AND id NOT IN \
        (SELECT id FROM intake_run WHERE institution = $1 ORDER BY started_at DESC, id DESC LIMIT 100)";
}

/// Longest life of a payload that nobody worked on, in days.
const KEEP_DAYS: i64 = 7;

/// Something that came in.
pub struct NewReceived<'a> {
    /// The keyed value of where it came from.
    pub source: &'a [u8],
    /// SHA-256 of the normalised thing.
    pub digest: &'a [u8],
    /// When it was pushed: the same of what the source itself has.
    pub at_source: Option<&'a [u8]>,
    /// The normalised thing, to be sealed.
    pub payload: &'a [u8],
}

/// Something to be decided.
pub struct Received {
    /// The row.
    pub id: String,
    /// The keyed value of where it came from.
    pub source: Vec<u8>,
    /// SHA-256 of the normalised thing.
    pub digest: Vec<u8>,
    /// When it was pushed: the same of what the source itself has.
    pub at_source: Option<Vec<u8>>,
    /// The normalised thing.
    pub payload: Zeroizing<Vec<u8>>,
}

/// How one reading of a source ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// `ok`, or `failed: code`.
    pub outcome: String,
    /// Associations read.
    pub read: i64,
    /// Associations that were new or changed.
    pub changed: i64,
    /// Associations that could not be understood.
    pub quarantined: i64,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
}

fn payload_cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "intake", column: "payload", row: id, owner }
}

impl IssuerTx {
    /// The keyed value by which a thing of a source is found again: `origin` says which kind of source, `reference` which thing.
    pub fn source_index(&self, institution: &str, origin: &str, reference: &str) -> Vec<u8> {
        self.blind_index(&format!("source/{institution}/{origin}"), reference)
    }

    /// Keeps something to be decided; what waited for the same thing is replaced.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn receive(&mut self, institution: &str, new: &NewReceived<'_>, now: Timestamp) -> Result<()> {
        let id = id::row_id(now, self.random());
        let owner = Owner::institution(institution);
        let sealed = self.seal(&payload_cell(&id, &owner), new.payload).await?;
        let at_source = new.at_source.map(<[u8]>::to_vec);
        let values = args![&id, institution, new.source, new.digest, at_source, sealed, now, now.plus_days(KEEP_DAYS)];
        self.execute(PUT_INTAKE, values).await?;
        Ok(())
    }

    /// The longest waiting thing of an institution that no other server is deciding right now.
    ///
    /// # Errors
    /// When the database fails or the payload does not open.
    pub async fn next_received(&mut self, institution: &str) -> Result<Option<Received>> {
        let sql = match self.kind() {
            DatabaseKind::Sqlite => NEXT_INTAKE_SQLITE,
            DatabaseKind::Postgres => NEXT_INTAKE_POSTGRES,
        };
        let Some(row) = self.optional(sql, args![institution]).await? else { return Ok(None) };
        let id = row.text("id")?;
        let owner = Owner::institution(institution);
        let payload = self.open(&payload_cell(&id, &owner), &row.blob("payload")?).await?;
        Ok(Some(Received { source: row.blob("source")?, digest: row.blob("digest")?, at_source: row.opt_blob("at_source")?, payload, id }))
    }

    /// Destroys what has been decided.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn destroy_received(&mut self, id: &str) -> Result<bool> {
        Ok(self.execute(DELETE_INTAKE, args![id]).await? == 1)
    }

    /// Destroys what waited too long.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_received(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(PURGE_INTAKE, args![now]).await
    }

    /// Writes down how a reading ended; the last hundred are kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_run(&mut self, institution: &str, run: &Run) -> Result<()> {
        let id = id::row_id(run.ended_at, self.random());
        let values = args![&id, institution, &run.outcome, run.read, run.changed, run.quarantined, run.started_at, run.ended_at];
        self.execute(INSERT_RUN, values).await?;
        self.execute(PURGE_RUNS, args![institution]).await?;
        Ok(())
    }

    /// The latest reading of an institution's source.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn latest_run(&mut self, institution: &str) -> Result<Option<Run>> {
        let Some(row) = self.optional(LATEST_RUN, args![institution]).await? else { return Ok(None) };
        Ok(Some(Run {
            outcome: row.text("outcome")?,
            read: row.int("read_count")?,
            changed: row.int("changed")?,
            quarantined: row.int("quarantined")?,
            started_at: row.time("started_at")?,
            ended_at: row.time("ended_at")?,
        }))
    }
}
