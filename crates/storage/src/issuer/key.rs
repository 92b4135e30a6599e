//! Signing keys of institutions: next → active → retained → revoked; only the active one signs.

use model::{Timestamp, id};
use zeroize::Zeroizing;

use super::{codes, decode};
use crate::{Cell, IssuerTx, Owner, Result, Row, args, statements};

statements! {
    INSERT_KEY = "INSERT INTO institution_key (id, institution, kid, state, private, jwk, x5c, created_at, activated_at) \
        VALUES ($1, $2, $3, 'active', $4, $5, $6, $7, $7)";
    RETAIN_KEYS = "UPDATE institution_key SET state = 'retained', ended_at = $2 WHERE institution = $1 AND state = 'active'";
    ACTIVE_KEY = "SELECT id, institution, kid, private, jwk, x5c FROM institution_key WHERE institution = $1 AND state = 'active'";
    ACTIVE_ID = "SELECT id FROM institution_key WHERE institution = $1 AND state = 'active'";
    FIND_KEY = "SELECT id, institution, kid, private, jwk, x5c FROM institution_key WHERE id = $1 AND state IN ('active', 'retained')";
    PUBLISHED_KEYS = "SELECT kid, state, jwk, x5c FROM institution_key WHERE institution = $1 AND state IN ('next', 'active', 'retained') \
        ORDER BY created_at DESC, id DESC";
}

/// A key to be kept as the active one.
pub struct NewInstitutionKey<'a> {
    /// The institution's slug.
    pub institution: &'a str,
    /// Its RFC 7638 thumbprint.
    pub kid: &'a str,
    /// PKCS#8, to be sealed.
    pub private: &'a [u8],
    /// The public key as JWK, JSON.
    pub jwk: &'a str,
    /// The certificates, leaf first, never the anchor.
    pub x5c: &'a [String],
}

/// A key that may sign.
pub struct InstitutionKey {
    /// The row.
    pub id: String,
    /// Its thumbprint.
    pub kid: String,
    /// PKCS#8.
    pub private: Zeroizing<Vec<u8>>,
    /// The public key as JWK, JSON.
    pub jwk: String,
    /// The certificates, leaf first.
    pub x5c: Vec<String>,
}

/// The public side of a key.
#[derive(Clone, Debug)]
pub struct PublishedKey {
    /// Its thumbprint.
    pub kid: String,
    /// `next`, `active` or `retained`.
    pub state: String,
    /// The public key as JWK, JSON.
    pub jwk: String,
    /// The certificates, leaf first.
    pub x5c: Vec<String>,
}

fn private_cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "institution_key", column: "private", row: id, owner }
}

impl IssuerTx {
    /// Keeps a key and makes it the active one; the one before is retained.
    ///
    /// # Errors
    /// When the database fails, or another server did the same at the same moment.
    pub async fn activate_key(&mut self, key: &NewInstitutionKey<'_>, now: Timestamp) -> Result<()> {
        let id = id::row_id(now, self.random());
        let owner = Owner::institution(key.institution);
        let private = self.seal(&private_cell(&id, &owner), key.private).await?;
        let x5c = codes("institution_key", "x5c", &key.x5c)?;
        self.execute(RETAIN_KEYS, args![key.institution, now]).await?;
        self.execute(INSERT_KEY, args![&id, key.institution, key.kid, private, key.jwk, x5c, now]).await?;
        Ok(())
    }

    /// The key that signs for an institution.
    ///
    /// # Errors
    /// When the database fails or the key does not open.
    pub async fn active_key(&mut self, institution: &str) -> Result<Option<InstitutionKey>> {
        let row = self.optional(ACTIVE_KEY, args![institution]).await?;
        self.institution_key(row).await
    }

    /// The row of the key that signs for an institution, with nothing opened.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn active_key_id(&mut self, institution: &str) -> Result<Option<String>> {
        self.optional(ACTIVE_ID, args![institution]).await?.map(|row| row.text("id")).transpose()
    }

    /// A key by its row, as long as it may still sign what was prepared for it.
    ///
    /// # Errors
    /// When the database fails or the key does not open.
    pub async fn signing_key(&mut self, id: &str) -> Result<Option<InstitutionKey>> {
        let row = self.optional(FIND_KEY, args![id]).await?;
        self.institution_key(row).await
    }

    /// The public keys of an institution, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn published_keys(&mut self, institution: &str) -> Result<Vec<PublishedKey>> {
        self.rows(PUBLISHED_KEYS, args![institution])
            .await?
            .iter()
            .map(|row| {
                Ok(PublishedKey {
                    kid: row.text("kid")?,
                    state: row.text("state")?,
                    jwk: row.text("jwk")?,
                    x5c: decode("institution_key", "x5c", row.text("x5c")?.as_bytes())?,
                })
            })
            .collect()
    }

    async fn institution_key(&mut self, row: Option<Row>) -> Result<Option<InstitutionKey>> {
        let Some(row) = row else { return Ok(None) };
        let id = row.text("id")?;
        let owner = Owner::institution(&row.text("institution")?);
        let private = self.open(&private_cell(&id, &owner), &row.blob("private")?).await?;
        let x5c = decode("institution_key", "x5c", row.text("x5c")?.as_bytes())?;
        Ok(Some(InstitutionKey { kid: row.text("kid")?, jwk: row.text("jwk")?, id, private, x5c }))
    }
}
