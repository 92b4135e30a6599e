//! Credentials: prepared, then issued; nothing is signed without its row.

use model::Timestamp;
use model::award::{AwardId, Kind};
use model::configuration::Configuration;
use model::id;
use model::offer::OfferId;
use zeroize::Zeroizing;

use super::offer::OfferRow;
use super::status_list::CredentialStatus;
use crate::role::Issuer;
use crate::{Cell, Change, IssuerTx, Owner, Result, Row, Sealer, StorageError, args, statements};

statements! {
    PREPARE = "INSERT INTO issued_credential (id, institution, award, revision, offer, person, configuration, copy, round, holder, state, \
        list, idx, status, signing_key, prepared, payload_hash, reserved_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'prepared', $11, $12, 'valid', $13, $14, $15, $16, $17)";
    ISSUE = "UPDATE issued_credential SET state = 'issued', prepared = NULL, body = $2, body_hash = $3, issued_at = $4 \
        WHERE id = $1 AND state = 'prepared' AND signing_key IN (SELECT id FROM institution_key WHERE state IN ('active', 'retained'))";
    PREPARED = "SELECT id, institution, award, revision, offer, person, configuration, copy, round, holder, state, list, idx, status, signing_key, payload_hash, \
        reserved_at, issued_at, expires_at FROM issued_credential WHERE state = 'prepared' ORDER BY reserved_at LIMIT 100";
    OF_OFFER = "SELECT id, institution, award, revision, offer, person, configuration, copy, round, holder, state, list, idx, status, signing_key, payload_hash, \
        reserved_at, issued_at, expires_at FROM issued_credential WHERE offer = $1 AND configuration = $2 AND state IN ('prepared', 'issued') \
        ORDER BY copy";
    OF_AWARD = "SELECT id, institution, award, revision, offer, person, configuration, copy, round, holder, state, list, idx, status, signing_key, payload_hash, \
        reserved_at, issued_at, expires_at FROM issued_credential WHERE award = $1 AND state IN ('prepared', 'issued') ORDER BY reserved_at, id";
    OF_REVISION = "SELECT id, institution, award, revision, offer, person, configuration, copy, round, holder, state, list, idx, status, signing_key, payload_hash, \
        reserved_at, issued_at, expires_at FROM issued_credential WHERE award = $1 AND revision = $2 AND state IN ('prepared', 'issued') \
        ORDER BY reserved_at, id";
    FIND_CREDENTIAL = "SELECT id, institution, award, revision, offer, person, configuration, copy, round, holder, state, list, idx, status, signing_key, payload_hash, \
        reserved_at, issued_at, expires_at FROM issued_credential WHERE institution = $1 AND id = $2 AND state = 'issued'";
    LIST_CREDENTIALS = "SELECT id, institution, award, revision, offer, person, configuration, copy, round, holder, state, list, idx, status, signing_key, payload_hash, \
        reserved_at, issued_at, expires_at FROM issued_credential WHERE institution = $1 AND state = 'issued' AND (issued_at < $2 OR (issued_at = $2 \
        AND id < $3)) ORDER BY issued_at DESC, id DESC LIMIT $4";
    READ_PREPARED = "SELECT prepared FROM issued_credential WHERE id = $1 AND state = 'prepared'";
    READ_BODY = "SELECT body FROM issued_credential WHERE id = $1 AND state = 'issued'";
    NOTIFY = "UPDATE issued_credential SET body = NULL, notified_at = COALESCE(notified_at, $3) WHERE offer = $1 AND configuration = $2 \
        AND round = $4";
    COUNT_NOTIFIED = "SELECT COUNT(DISTINCT configuration) AS n FROM issued_credential WHERE offer = $1 AND round = 0 AND notified_at IS NOT NULL";
    COUNT_LIVE = "SELECT COUNT(*) AS n FROM issued_credential WHERE award = $1 AND state IN ('prepared', 'issued') AND status <> 'revoked' \
        AND (expires_at IS NULL OR expires_at > $2)";
    ERASE_OLD_BODIES = "UPDATE issued_credential SET body = NULL WHERE body IS NOT NULL AND issued_at <= $1";
    SET_STATUS = "UPDATE issued_credential SET status = $2, status_version = $4 \
        WHERE id = $1 AND status = $3 AND state IN ('prepared', 'issued')";
    INSERT_CHANGE = "INSERT INTO status_change (id, credential, status, code, reason, at) VALUES ($1, $2, $3, $4, $5, $6)";
    LIST_CHANGES = "SELECT id, status, code, reason, at FROM status_change WHERE credential = $1 ORDER BY at, id";
    COUNT_IN_STATE = "SELECT COUNT(*) AS n FROM issued_credential WHERE institution = $1 AND state = $2";
}

/// What was prepared to be signed, with its place.
pub struct NewCredential<'a> {
    /// UUIDv4.
    pub id: &'a str,
    /// The offer by which it is collected, bound to its holder.
    pub offer: &'a OfferRow,
    /// As what.
    pub configuration: &'a str,
    /// Which copy of that form, from 0.
    pub copy: i64,
    /// Which asking for that form, from 0.
    pub round: i64,
    /// The hash of the proof key's thumbprint.
    pub holder: &'a [u8],
    /// The status list.
    pub list: &'a str,
    /// The place in it.
    pub index: i64,
    /// The row of the key that will sign.
    pub signing_key: &'a str,
    /// What will be signed, with its disclosures.
    pub prepared: &'a [u8],
    /// SHA-256 of the payload.
    pub payload_hash: &'a [u8],
    /// When the credential ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// A credential as it stands.
#[derive(Clone, Debug)]
pub struct CredentialRow {
    /// UUIDv4.
    pub id: String,
    /// The institution's slug.
    pub institution: String,
    /// What it attests.
    pub award: AwardId,
    /// In which revision.
    pub revision: i64,
    /// The offer by which it was collected.
    pub offer: OfferId,
    /// The person's row.
    pub person: String,
    /// As what.
    pub configuration: String,
    /// Which copy of that form, from 0.
    pub copy: i64,
    /// Which asking for that form, from 0: its copies came in one answer.
    pub round: i64,
    /// The hash of the thumbprint of the proof key that it is bound to.
    pub holder: Option<Vec<u8>>,
    /// `prepared` or `issued`.
    pub state: String,
    /// The status list.
    pub list: String,
    /// The place in it.
    pub index: i64,
    /// Whether it holds.
    pub status: CredentialStatus,
    /// The row of the key that it is signed with.
    pub signing_key: Option<String>,
    /// SHA-256 of what was prepared to be signed.
    pub payload_hash: Option<Vec<u8>>,
    /// When it was prepared.
    pub reserved_at: Timestamp,
    /// When it was signed and stored.
    pub issued_at: Option<Timestamp>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// A change of status in a credential's history.
pub struct StatusChange {
    /// The status from then on.
    pub status: CredentialStatus,
    /// Its reason code.
    pub code: String,
    /// Words for the learner and the desk.
    pub reason: Option<Zeroizing<String>>,
    /// When.
    pub at: Timestamp,
}

fn cell<'a>(column: &'static str, id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "issued_credential", column, row: id, owner }
}

impl NewCredential<'_> {
    /// Whose key seals it.
    fn owner(&self) -> Owner {
        Owner::person(&self.offer.institution, &self.offer.person)
    }
}

impl CredentialRow {
    /// Whose key seals it.
    fn owner(&self) -> Owner {
        Owner::person(&self.institution, &self.person)
    }
}

impl Change<Issuer> {
    /// Keeps what will be signed, sealed for the person of the offer, and gives the row that it will be.
    ///
    /// # Errors
    /// When `sealer` is another owner's.
    pub fn prepare_credential(new: &NewCredential<'_>, sealer: &Sealer, now: Timestamp) -> Result<(CredentialRow, Self)> {
        let offer = new.offer;
        let owner = new.owner();
        let sealed = sealer.seal(&cell("prepared", new.id, &owner), new.prepared)?;
        let values = args![
            new.id,
            &offer.institution,
            offer.award.as_str(),
            offer.revision,
            offer.id.as_str(),
            &offer.person,
            new.configuration,
            new.copy,
            new.round,
            new.holder,
            new.list,
            new.index,
            new.signing_key,
            sealed,
            new.payload_hash,
            now,
            new.expires_at,
        ];
        let row = CredentialRow {
            id: new.id.to_owned(),
            institution: offer.institution.clone(),
            award: offer.award.clone(),
            revision: offer.revision,
            offer: offer.id.clone(),
            person: offer.person.clone(),
            configuration: new.configuration.to_owned(),
            copy: new.copy,
            round: new.round,
            holder: Some(new.holder.to_vec()),
            state: "prepared".to_owned(),
            list: new.list.to_owned(),
            index: new.index,
            status: CredentialStatus::Valid,
            signing_key: Some(new.signing_key.to_owned()),
            payload_hash: Some(new.payload_hash.to_vec()),
            reserved_at: now,
            issued_at: None,
            expires_at: new.expires_at,
        };
        Ok((row, Self::new(PREPARE, values)))
    }

    /// Keeps what was signed, of a row that is prepared still and whose key was not revoked.
    ///
    /// # Errors
    /// When `sealer` is another owner's.
    pub fn store_credential(row: &CredentialRow, body: &str, sealer: &Sealer, now: Timestamp) -> Result<Self> {
        let owner = row.owner();
        let sealed = sealer.seal(&cell("body", &row.id, &owner), body.as_bytes())?;
        Ok(Self::new(ISSUE, args![&row.id, sealed, crate::hash_token(body), now]))
    }
}

impl IssuerTx {
    /// Keeps what will be signed.
    ///
    /// # Errors
    /// [`StorageError::Conflict`] when this revision has this copy of this form already, and when the database fails.
    pub async fn prepare_credential(&mut self, new: &NewCredential<'_>, now: Timestamp) -> Result<CredentialRow> {
        let sealer = self.sealer(&new.owner()).await?;
        let (row, change) = Change::prepare_credential(new, &sealer, now)?;
        self.make(change).await?;
        Ok(row)
    }

    /// Keeps what was signed. False when another server did that before, or the key was revoked meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn store_credential(&mut self, row: &CredentialRow, body: &str, now: Timestamp) -> Result<bool> {
        let sealer = self.sealer(&row.owner()).await?;
        self.make(Change::store_credential(row, body, &sealer, now)?).await
    }

    /// Credentials that were prepared and not stored.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prepared_credentials(&mut self) -> Result<Vec<CredentialRow>> {
        self.rows(PREPARED, args![]).await?.iter().map(read_credential).collect()
    }

    /// The copies of an offer in one configuration, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn copies_of_offer(&mut self, offer: &OfferId, configuration: &str) -> Result<Vec<CredentialRow>> {
        self.rows(OF_OFFER, args![offer.as_str(), configuration]).await?.iter().map(read_credential).collect()
    }

    /// The credentials of an award, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credentials_of_award(&mut self, award: &AwardId) -> Result<Vec<CredentialRow>> {
        self.rows(OF_AWARD, args![award.as_str()]).await?.iter().map(read_credential).collect()
    }

    /// One revision of an award in all its forms and copies, oldest first: what is revoked and suspended together.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credentials_of_revision(&mut self, award: &AwardId, revision: i64) -> Result<Vec<CredentialRow>> {
        self.rows(OF_REVISION, args![award.as_str(), revision]).await?.iter().map(read_credential).collect()
    }

    /// A credential of this institution.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credential(&mut self, institution: &str, id: &str) -> Result<Option<CredentialRow>> {
        self.optional(FIND_CREDENTIAL, args![institution, id]).await?.as_ref().map(read_credential).transpose()
    }

    /// The credentials of an institution, newest first, after a place in that order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credentials(&mut self, institution: &str, after: Option<(Timestamp, &str)>, limit: i64) -> Result<Vec<CredentialRow>> {
        let (at, id) = after.unwrap_or((Timestamp::from_millis(i64::MAX), ""));
        self.rows(LIST_CREDENTIALS, args![institution, at, id, limit]).await?.iter().map(read_credential).collect()
    }

    /// What was prepared to be signed.
    ///
    /// # Errors
    /// When the database fails or it does not open.
    pub async fn prepared(&mut self, row: &CredentialRow) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let Some(found) = self.optional(READ_PREPARED, args![&row.id]).await? else { return Ok(None) };
        let owner = Owner::person(&row.institution, &row.person);
        self.open(&cell("prepared", &row.id, &owner), &found.blob("prepared")?).await.map(Some)
    }

    /// The credential itself, as long as it is kept for a repeated answer.
    ///
    /// # Errors
    /// When the database fails or it does not open.
    pub async fn credential_body(&mut self, row: &CredentialRow) -> Result<Option<Zeroizing<String>>> {
        let Some(found) = self.optional(READ_BODY, args![&row.id]).await? else { return Ok(None) };
        let Some(sealed) = found.opt_blob("body")? else { return Ok(None) };
        let owner = Owner::person(&row.institution, &row.person);
        self.open_text(&cell("body", &row.id, &owner), &sealed).await.map(Some)
    }

    /// Keeps that a wallet has what one asking for a form of an offer gave, or will not have it, and erases the credentials. Gives how
    /// many forms of the offer are told of by now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notified_form(&mut self, offer: &OfferId, (configuration, round): (&str, i64), now: Timestamp) -> Result<i64> {
        self.execute(NOTIFY, args![offer.as_str(), configuration, now, round]).await?;
        self.optional(COUNT_NOTIFIED, args![offer.as_str()]).await?.map_or(Ok(0), |row| row.int("n"))
    }

    /// How many credentials of an award are out and hold, in all its forms and copies.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_live(&mut self, award: &AwardId, now: Timestamp) -> Result<i64> {
        self.optional(COUNT_LIVE, args![award.as_str(), now]).await?.map_or(Ok(0), |row| row.int("n"))
    }

    /// Erases credentials that were issued before `before`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn erase_old_bodies(&mut self, before: Timestamp) -> Result<u64> {
        self.execute(ERASE_OLD_BODIES, args![before]).await
    }

    /// Changes a credential's status, its list and its history together. False when it was not as it was read any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_status(
        &mut self,
        row: &CredentialRow,
        to: CredentialStatus,
        (code, reason): (&str, Option<&str>),
        now: Timestamp,
    ) -> Result<bool> {
        let version = self.list_changed(&row.list, now).await?;
        if self.execute(SET_STATUS, args![&row.id, to.as_str(), row.status.as_str(), version]).await? != 1 {
            return Ok(false);
        }
        let change = id::row_id(now, self.random());
        let owner = Owner::person(&row.institution, &row.person);
        let sealed = match reason {
            Some(reason) => Some(self.seal(&reason_cell(&change, &owner), reason.as_bytes()).await?),
            None => None,
        };
        self.execute(INSERT_CHANGE, args![&change, &row.id, to.as_str(), code, sealed, now]).await?;
        Ok(true)
    }

    /// The history of a credential's status, oldest first.
    ///
    /// # Errors
    /// When the database fails or a reason does not open.
    pub async fn status_changes(&mut self, row: &CredentialRow) -> Result<Vec<StatusChange>> {
        let owner = Owner::person(&row.institution, &row.person);
        let mut changes = Vec::new();
        for found in self.rows(LIST_CHANGES, args![&row.id]).await? {
            let id = found.text("id")?;
            let reason = match found.opt_blob("reason")? {
                Some(sealed) => Some(self.open_text(&reason_cell(&id, &owner), &sealed).await?),
                None => None,
            };
            changes.push(StatusChange { status: CredentialStatus::of(&found)?, code: found.text("code")?, reason, at: found.time("at")? });
        }
        Ok(changes)
    }

    /// How many credentials of an institution are in a state: for the desk and for tests of the invariants.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_credentials(&mut self, institution: &str, state: &str) -> Result<i64> {
        self.optional(COUNT_IN_STATE, args![institution, state]).await?.map_or(Ok(0), |row| row.int("n"))
    }
}

fn reason_cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "status_change", column: "reason", row: id, owner }
}

/// The kind of a configuration id.
pub fn kind_of(configuration: &str) -> Option<Kind> {
    Configuration::parse(configuration).map(Configuration::kind)
}

pub(super) fn read_credential(row: &Row) -> Result<CredentialRow> {
    Ok(CredentialRow {
        id: row.text("id")?,
        institution: row.text("institution")?,
        award: AwardId::new(row.text("award")?),
        revision: row.int("revision")?,
        offer: OfferId::new(row.text("offer")?),
        person: row.text("person")?,
        configuration: row.text("configuration")?,
        copy: row.int("copy")?,
        round: row.int("round")?,
        holder: row.opt_blob("holder")?,
        state: row.text("state")?,
        list: row.text("list")?,
        index: row.int("idx")?,
        status: CredentialStatus::of(row)?,
        signing_key: row.opt_text("signing_key")?,
        payload_hash: row.opt_blob("payload_hash")?,
        reserved_at: row.time("reserved_at")?,
        issued_at: row.opt_time("issued_at")?,
        expires_at: row.opt_time("expires_at")?,
    })
}

impl CredentialRow {
    /// Whether it is signed and stored.
    pub fn is_issued(&self) -> bool {
        self.state == "issued"
    }

    /// The kind of its configuration.
    ///
    /// # Errors
    /// When the row names a configuration that this program does not know.
    pub fn kind(&self) -> Result<Kind> {
        kind_of(&self.configuration).ok_or(StorageError::Row { table: "issued_credential", column: "configuration" })
    }
}
