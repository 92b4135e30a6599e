//! Status lists: one institution and one kind each, with an index per credential that is never used twice.

use model::Timestamp;
use model::award::Kind;
use model::id::public_id;

use crate::{DatabaseKind, IssuerTx, Result, Row, StorageError, args, statements};

statements! {
    INSERT_LIST = "INSERT INTO status_list (id, institution, kind, taken, version, state, created_at, changed_at) \
        VALUES ($1, $2, $3, 0, 0, 'open', $4, $4)";
    OPEN_LISTS = "SELECT id FROM status_list WHERE institution = $1 AND kind = $2 AND state = 'open'";
    LOCK_LISTS_POSTGRES = "SELECT pg_advisory_xact_lock(hashtext($1))::text AS locked";
    TAKE = "UPDATE status_list SET taken = taken + $2, state = CASE WHEN taken + $2 >= $3 THEN 'full' ELSE state END \
        WHERE id = $1 AND state = 'open' RETURNING taken";
    BUMP = "UPDATE status_list SET version = version + 1, changed_at = CASE WHEN changed_at < $2 THEN $2 ELSE changed_at END \
        WHERE id = $1 RETURNING version";
    FIND_LIST = "SELECT id, institution, kind, version, changed_at FROM status_list WHERE institution = $1 AND id = $2";
    ALL_LISTS = "SELECT id FROM status_list WHERE institution = $1 ORDER BY id";
    CHANGED_ENTRIES = "SELECT idx, status, status_version FROM issued_credential \
        WHERE list = $1 AND status_version > 0 AND status_version > $2";
}

/// The number of entries of a list: 2^20.
pub const ENTRIES_PER_LIST: i64 = 1 << 20;
/// How many lists of one institution and kind are open at a time, so that neighbours say nothing.
const OPEN_AT_A_TIME: usize = 3;
/// How many places a server takes of a list at a time. A power of two, so that a list ends with a whole block.
const BLOCK: i64 = 32;

/// Places of one list that one server may give out, each once. A server that stops leaves the rest unused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The list.
    pub list: String,
    /// Indexes in it, in the order of its keyed permutation.
    pub indexes: Vec<i64>,
}

/// A list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusListRow {
    /// In its address.
    pub id: String,
    /// The institution's slug.
    pub institution: String,
    /// `microcredential` or `enrolment`.
    pub kind: String,
    /// Counts changes.
    pub version: i64,
    /// When it last changed, or was opened; never goes back, whichever server's clock is behind.
    pub changed_at: Timestamp,
}

/// An entry that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedEntry {
    /// The place in its list.
    pub index: i64,
    /// What it says since.
    pub status: CredentialStatus,
    /// The list's version by which it said so first.
    pub version: i64,
}

/// Whether a credential still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialStatus {
    /// It holds.
    Valid,
    /// It does not, for now.
    Suspended,
    /// It does not, for good.
    Revoked,
}

impl CredentialStatus {
    /// The word of rows and of the machine API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
        }
    }

    /// From that word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Valid, Self::Suspended, Self::Revoked].into_iter().find(|status| status.as_str() == text)
    }

    pub(super) fn of(row: &Row) -> Result<Self> {
        Self::parse(&row.text("status")?).ok_or(StorageError::Row { table: "issued_credential", column: "status" })
    }
}

impl IssuerTx {
    /// Takes a block of places of each of the institution's open lists.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_blocks(&mut self, institution: &str, kind: Kind, now: Timestamp) -> Result<Vec<Block>> {
        let mut lists = self.open_lists(institution, kind).await?;
        if lists.len() < OPEN_AT_A_TIME && self.kind() == DatabaseKind::Postgres {
            // One server at a time opens lists: credentials on lists of their own would tell each other apart.
            self.optional(LOCK_LISTS_POSTGRES, args![format!("status_list/{institution}/{}", kind.as_str())]).await?;
            lists = self.open_lists(institution, kind).await?;
        }
        while lists.len() < OPEN_AT_A_TIME {
            let id = public_id(self.random());
            self.execute(INSERT_LIST, args![&id, institution, kind.as_str(), now]).await?;
            lists.push(id);
        }
        let mut blocks = Vec::with_capacity(lists.len());
        for list in lists {
            // Full meanwhile: another server took its last block.
            let Some(row) = self.optional(TAKE, args![&list, BLOCK, ENTRIES_PER_LIST]).await? else { continue };
            let end = row.int("taken")?;
            let indexes = (end.saturating_sub(BLOCK)..end).map(|place| self.index_of(&list, place)).collect();
            blocks.push(Block { list, indexes });
        }
        Ok(blocks)
    }

    /// The index behind a list's keyed permutation.
    fn index_of(&self, list: &str, place: i64) -> i64 {
        permute(place, |round, half| {
            let mixed = self.blind_index("status.index", &format!("{list}/{round}/{half}"));
            mixed.iter().rev().take(4).fold(0u32, |value, byte| value << 8 | u32::from(*byte))
        })
    }

    async fn open_lists(&mut self, institution: &str, kind: Kind) -> Result<Vec<String>> {
        let rows = self.rows(OPEN_LISTS, args![institution, kind.as_str()]).await?;
        let mut lists: Vec<String> = rows.iter().map(|row| row.text("id")).collect::<Result<_>>()?;
        // By bytes, in which order everybody locks them; a database may sort text by a language.
        lists.sort();
        Ok(lists)
    }

    /// Counts a change of a list, which makes its servers publish it anew. Gives the version from which on it shows. Changes of one
    /// list wait for each other here, so versions are committed in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_changed(&mut self, list: &str, now: Timestamp) -> Result<i64> {
        let row = self.optional(BUMP, args![list, now]).await?;
        row.ok_or(StorageError::Row { table: "status_list", column: "id" })?.int("version")
    }

    /// A list of this institution.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn status_list(&mut self, institution: &str, id: &str) -> Result<Option<StatusListRow>> {
        let Some(row) = self.optional(FIND_LIST, args![institution, id]).await? else { return Ok(None) };
        Ok(Some(StatusListRow {
            id: row.text("id")?,
            institution: row.text("institution")?,
            kind: row.text("kind")?,
            version: row.int("version")?,
            changed_at: row.time("changed_at")?,
        }))
    }

    /// The ids of an institution's lists, also of those that are full: they stay up as long as a credential in them may live.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn status_lists(&mut self, institution: &str) -> Result<Vec<String>> {
        self.rows(ALL_LISTS, args![institution]).await?.iter().map(|row| row.text("id")).collect()
    }

    /// The entries of a list that changed after a version; after 0, all that ever did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn changed_entries(&mut self, list: &str, after: i64) -> Result<Vec<ChangedEntry>> {
        let rows = self.rows(CHANGED_ENTRIES, args![list, after]).await?;
        let read = |row: &Row| {
            Ok(ChangedEntry { index: row.int("idx")?, status: CredentialStatus::of(row)?, version: row.int("status_version")? })
        };
        rows.iter().map(read).collect()
    }
}

/// A permutation of 2^20 by a keyed Feistel network on two halves of ten bits: the order of issuing does not show.
fn permute(place: i64, round: impl Fn(u8, u32) -> u32) -> i64 {
    const HALF: u32 = 10;
    const MASK: u32 = (1 << HALF) - 1;
    let place = u32::try_from(place.rem_euclid(ENTRIES_PER_LIST)).unwrap_or_default();
    let (mut left, mut right) = (place >> HALF, place & MASK);
    for turn in 0..6u8 {
        (left, right) = (right, left ^ (round(turn, right) & MASK));
    }
    i64::from(left << HALF | right)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_permutation_uses_every_index_once() {
        let round = |turn: u8, half: u32| half.wrapping_mul(2_654_435_761).rotate_left(u32::from(turn) + 7) ^ u32::from(turn);
        let seen: HashSet<i64> = (0..ENTRIES_PER_LIST).map(|place| permute(place, round)).collect();
        assert_eq!(seen.len(), 1 << 20);
        assert!(seen.iter().all(|index| (0..ENTRIES_PER_LIST).contains(index)));
    }
}
