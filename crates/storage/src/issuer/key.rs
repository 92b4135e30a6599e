//! Signing keys of institutions: next → active → retained → revoked; of each algorithm one is active, and only that one signs.
//!
//! Everything but a revoked key is published. Private halves are kept no longer than something may be signed with them.

use model::{Timestamp, id};
use vc::key::Algorithm;
use zeroize::Zeroizing;

use super::{codes, decode};
use crate::{Cell, IssuerTx, Owner, Result, Row, StorageError, args, statements};

statements! {
    INSERT_KEY = "INSERT INTO institution_key (id, institution, algorithm, kid, state, private, jwk, x5c, created_at, due_at, activated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    KNOWN_KEY = "SELECT id, state FROM institution_key WHERE institution = $1 AND kid = $2";
    RENEW_KEY = "UPDATE institution_key SET state = 'active', private = $2, x5c = $3, activated_at = $4, ended_at = NULL WHERE id = $1";
    RETAIN_KEYS = "UPDATE institution_key SET state = 'retained', ended_at = $3 WHERE institution = $1 AND algorithm = $2 AND state = 'active'";
    DUE_KEYS = "SELECT id, algorithm FROM institution_key WHERE institution = $1 AND state = 'next' AND due_at <= $2";
    NEXT_KEY = "SELECT institution, algorithm FROM institution_key WHERE id = $1 AND state = 'next'";
    ACTIVATE_KEY = "UPDATE institution_key SET state = 'active', activated_at = $2 WHERE id = $1 AND state = 'next'";
    REVOKE_KEY = "UPDATE institution_key SET state = 'revoked', private = $3, ended_at = COALESCE(ended_at, $4), revoked_at = $4 \
        WHERE institution = $1 AND kid = $2 AND state <> 'revoked'";
    ERASE_PRIVATE = "UPDATE institution_key SET private = $1 WHERE state = 'retained' AND ended_at <= $2 AND length(private) > 0";
    ACTIVE_KEY = "SELECT id, institution, algorithm, kid, private, jwk, x5c FROM institution_key \
        WHERE institution = $1 AND algorithm = $2 AND state = 'active'";
    ACTIVE_ID = "SELECT id FROM institution_key WHERE institution = $1 AND algorithm = $2 AND state = 'active'";
    FIND_KEY = "SELECT id, institution, algorithm, kid, private, jwk, x5c FROM institution_key WHERE id = $1 AND state IN ('active', 'retained')";
    LIST_KEYS = "SELECT id, algorithm, kid, state, jwk, x5c, created_at, due_at, activated_at, ended_at, revoked_at FROM institution_key \
        WHERE institution = $1 ORDER BY created_at DESC, id DESC";
    KEY_INSTITUTIONS = "SELECT DISTINCT institution FROM institution_key ORDER BY institution";
}

/// A key to be kept.
pub struct NewInstitutionKey<'a> {
    /// The institution's slug.
    pub institution: &'a str,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// Its RFC 7638 thumbprint.
    pub kid: &'a str,
    /// PKCS#8, to be sealed.
    pub private: &'a [u8],
    /// The public key as JWK, JSON.
    pub jwk: &'a str,
    /// The certificates, leaf first, never the anchor; none for a key that is found by its DID alone.
    pub x5c: &'a [String],
}

/// A key that may sign.
pub struct InstitutionKey {
    /// The row.
    pub id: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// Its thumbprint.
    pub kid: String,
    /// PKCS#8.
    pub private: Zeroizing<Vec<u8>>,
    /// The public key as JWK, JSON.
    pub jwk: String,
    /// The certificates, leaf first.
    pub x5c: Vec<String>,
}

/// Where a key is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, and signs from its due time on.
    Next,
    /// Signs.
    Active,
    /// Signs no more; what it signed still verifies.
    Retained,
    /// Not published any more: nothing that it signed is believed.
    Revoked,
}

impl KeyState {
    /// The word of rows and of the command.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retained => "retained",
            Self::Revoked => "revoked",
        }
    }

    fn of(row: &Row) -> Result<Self> {
        let text = row.text("state")?;
        let known = [Self::Next, Self::Active, Self::Retained, Self::Revoked].into_iter().find(|state| state.as_str() == text);
        known.ok_or(StorageError::Row { table: "institution_key", column: "state" })
    }
}

/// The public side of a key.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// The row.
    pub id: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// Its thumbprint.
    pub kid: String,
    /// Where it is in its life.
    pub state: KeyState,
    /// The public key as JWK, JSON.
    pub jwk: String,
    /// The certificates, leaf first.
    pub x5c: Vec<String>,
    /// When it was made, and published.
    pub created_at: Timestamp,
    /// From when on a `next` key signs.
    pub due_at: Option<Timestamp>,
    /// Since when it signs, or signed.
    pub activated_at: Option<Timestamp>,
    /// Until when it signed.
    pub ended_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

fn private_cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "institution_key", column: "private", row: id, owner }
}

fn algorithm(row: &Row) -> Result<Algorithm> {
    Algorithm::from_name(&row.text("algorithm")?).ok_or(StorageError::Row { table: "institution_key", column: "algorithm" })
}

impl IssuerTx {
    /// Keeps a key and makes it the active one of its algorithm; the one before is retained. A key that is known already, such as
    /// one with a new certificate, is taken up again.
    ///
    /// # Errors
    /// [`StorageError::Conflict`] when the key was revoked, or another server did the same at the same moment; and when the
    /// database fails.
    pub async fn activate_key(&mut self, key: &NewInstitutionKey<'_>, now: Timestamp) -> Result<()> {
        let owner = Owner::institution(key.institution);
        let x5c = codes("institution_key", "x5c", &key.x5c)?;
        let known = self.optional(KNOWN_KEY, args![key.institution, key.kid]).await?;
        self.execute(RETAIN_KEYS, args![key.institution, key.algorithm.name(), now]).await?;
        let Some(known) = known else { return self.insert_key(key, (KeyState::Active, None), now).await };
        if KeyState::of(&known)? == KeyState::Revoked {
            return Err(StorageError::Conflict);
        }
        let id = known.text("id")?;
        let private = self.seal(&private_cell(&id, &owner), key.private).await?;
        self.execute(RENEW_KEY, args![&id, private, x5c, now]).await?;
        Ok(())
    }

    /// Keeps a key that is published now and signs from `due` on.
    ///
    /// # Errors
    /// [`StorageError::Conflict`] when there is a next key of this algorithm already, and when the database fails.
    pub async fn announce_key(&mut self, key: &NewInstitutionKey<'_>, due: Timestamp, now: Timestamp) -> Result<()> {
        self.insert_key(key, (KeyState::Next, Some(due)), now).await
    }

    async fn insert_key(&mut self, key: &NewInstitutionKey<'_>, (state, due): (KeyState, Option<Timestamp>), now: Timestamp) -> Result<()> {
        let id = id::row_id(now, self.random());
        let private = self.seal(&private_cell(&id, &Owner::institution(key.institution)), key.private).await?;
        let x5c = codes("institution_key", "x5c", &key.x5c)?;
        let activated = (state == KeyState::Active).then_some(now);
        let values = args![&id, key.institution, key.algorithm.name(), key.kid, state.as_str(), private, key.jwk, x5c, now, due, activated];
        self.execute(INSERT_KEY, values).await?;
        Ok(())
    }

    /// Makes the next keys of an institution active whose time has come; those before are retained. Gives how many.
    ///
    /// # Errors
    /// When the database fails, or another server did the same at the same moment.
    pub async fn activate_due_keys(&mut self, institution: &str, now: Timestamp) -> Result<usize> {
        let due = self.rows(DUE_KEYS, args![institution, now]).await?;
        for row in &due {
            self.execute(RETAIN_KEYS, args![institution, row.text("algorithm")?, now]).await?;
            if self.execute(ACTIVATE_KEY, args![row.text("id")?, now]).await? != 1 {
                return Err(StorageError::Conflict);
            }
        }
        Ok(due.len())
    }

    /// Makes a next key active before its time; the one before is retained.
    ///
    /// # Errors
    /// [`StorageError::Conflict`] when it is no next key any more, and when the database fails.
    pub async fn activate_next_key(&mut self, id: &str, now: Timestamp) -> Result<()> {
        let row = self.optional(NEXT_KEY, args![id]).await?.ok_or(StorageError::Conflict)?;
        self.execute(RETAIN_KEYS, args![row.text("institution")?, row.text("algorithm")?, now]).await?;
        if self.execute(ACTIVATE_KEY, args![id, now]).await? == 1 { Ok(()) } else { Err(StorageError::Conflict) }
    }

    /// Revokes a key and destroys its private half. False when there is no such key, or it was revoked before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_key(&mut self, institution: &str, kid: &str, now: Timestamp) -> Result<bool> {
        Ok(self.execute(REVOKE_KEY, args![institution, kid, Vec::<u8>::new(), now]).await? == 1)
    }

    /// Destroys the private halves of keys that are retained since `before`: nothing is signed with them any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn erase_retained_keys(&mut self, before: Timestamp) -> Result<u64> {
        self.execute(ERASE_PRIVATE, args![Vec::<u8>::new(), before]).await
    }

    /// The key of an algorithm that signs for an institution.
    ///
    /// # Errors
    /// When the database fails or the key does not open.
    pub async fn active_key(&mut self, institution: &str, algorithm: Algorithm) -> Result<Option<InstitutionKey>> {
        let row = self.optional(ACTIVE_KEY, args![institution, algorithm.name()]).await?;
        self.institution_key(row).await
    }

    /// The row of the key of an algorithm that signs for an institution, with nothing opened.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn active_key_id(&mut self, institution: &str, algorithm: Algorithm) -> Result<Option<String>> {
        self.optional(ACTIVE_ID, args![institution, algorithm.name()]).await?.map(|row| row.text("id")).transpose()
    }

    /// A key by its row, as long as it may still sign what was prepared for it.
    ///
    /// # Errors
    /// When the database fails or the key does not open.
    pub async fn signing_key(&mut self, id: &str) -> Result<Option<InstitutionKey>> {
        let row = self.optional(FIND_KEY, args![id]).await?;
        self.institution_key(row).await
    }

    /// Every key that an institution ever had, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn institution_keys(&mut self, institution: &str) -> Result<Vec<KeyRow>> {
        self.rows(LIST_KEYS, args![institution]).await?.iter().map(read_key).collect()
    }

    /// The keys of an institution that it publishes, newest first: all but the revoked ones.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn published_keys(&mut self, institution: &str) -> Result<Vec<KeyRow>> {
        let mut keys = self.institution_keys(institution).await?;
        keys.retain(|key| key.state != KeyState::Revoked);
        Ok(keys)
    }

    /// The institutions that have or had keys here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn institutions_with_keys(&mut self) -> Result<Vec<String>> {
        self.rows(KEY_INSTITUTIONS, args![]).await?.iter().map(|row| row.text("institution")).collect()
    }

    async fn institution_key(&mut self, row: Option<Row>) -> Result<Option<InstitutionKey>> {
        let Some(row) = row else { return Ok(None) };
        let id = row.text("id")?;
        let owner = Owner::institution(&row.text("institution")?);
        let private = self.open(&private_cell(&id, &owner), &row.blob("private")?).await?;
        let x5c = decode("institution_key", "x5c", row.text("x5c")?.as_bytes())?;
        Ok(Some(InstitutionKey { algorithm: algorithm(&row)?, kid: row.text("kid")?, jwk: row.text("jwk")?, id, private, x5c }))
    }
}

fn read_key(row: &Row) -> Result<KeyRow> {
    Ok(KeyRow {
        id: row.text("id")?,
        algorithm: algorithm(row)?,
        kid: row.text("kid")?,
        state: KeyState::of(row)?,
        jwk: row.text("jwk")?,
        x5c: decode("institution_key", "x5c", row.text("x5c")?.as_bytes())?,
        created_at: row.time("created_at")?,
        due_at: row.opt_time("due_at")?,
        activated_at: row.opt_time("activated_at")?,
        ended_at: row.opt_time("ended_at")?,
        revoked_at: row.opt_time("revoked_at")?,
    })
}
