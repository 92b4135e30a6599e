//! Offers and their pre-authorized codes.

use model::Timestamp;
use model::award::AwardId;
use model::offer::{CODE_SECONDS, Grant, OFFER_DAYS, Offer, OfferId};

use super::{codes, decode};
use crate::role::Issuer;
use crate::{Change, IssuerTx, Result, Row, StorageError, args, hash_token, statements};

statements! {
    INSERT_OFFER = "INSERT INTO offer (id, institution, award, revision, person, configurations, grant_type, deferred, state, tx_code, tx_tries, \
        made_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'made', $9, 0, $10, $11)";
    WITHDRAW_OFFERS = "UPDATE offer SET state = 'withdrawn' WHERE award = $1 AND state IN ('made', 'claimed')";
    WITHDRAW_BUT_DEFERRED = "UPDATE offer SET state = 'withdrawn' WHERE award = $1 AND state IN ('made', 'claimed') AND deferred = 0";
    HAND_OVER = "UPDATE offer SET person = $2 WHERE award = $1 AND state IN ('made', 'claimed') AND deferred = 1";
    PROLONG_OFFER = "UPDATE offer SET expires_at = $2 WHERE id = $1 AND state IN ('made', 'claimed') AND expires_at < $2";
    VOID_CODES_OF_AWARD = "UPDATE offer_code SET state = 'void' WHERE state = 'live' AND offer IN \
        (SELECT id FROM offer WHERE award = $1 AND state = 'withdrawn')";
    FIND_OFFER = "SELECT id, institution, award, revision, person, configurations, grant_type, deferred, state, tx_code, holder, made_at, expires_at, \
        issued_at, notified_at FROM offer WHERE institution = $1 AND id = $2";
    FIND_OPEN = "SELECT id, institution, award, revision, person, configurations, grant_type, deferred, state, tx_code, holder, made_at, expires_at, \
        issued_at, notified_at FROM offer WHERE award = $1 AND state IN ('made', 'claimed') AND expires_at > $2";
    OFFER_OF_CODE = "SELECT o.id, o.institution, o.award, o.revision, o.person, o.configurations, o.grant_type, o.deferred, o.state, o.tx_code, \
        o.holder, o.made_at, o.expires_at, o.issued_at, o.notified_at FROM offer o JOIN offer_code c ON c.offer = o.id \
        WHERE o.institution = $1 AND c.hash = $2 AND c.state = 'live' AND c.expires_at > $3";
    INSERT_CODE = "INSERT INTO offer_code (hash, offer, state, expires_at) VALUES ($1, $2, 'live', $3)";
    VOID_CODES = "UPDATE offer_code SET state = 'void' WHERE offer = $1 AND state IN ('live', 'used')";
    WITHDRAW_OFFER = "UPDATE offer SET state = 'withdrawn' WHERE id = $1 AND state IN ('made', 'claimed')";
    REVOKE_TOKENS = "DELETE FROM grant_offer WHERE offer = $1 AND EXISTS (SELECT 1 FROM offer WHERE id = $1 AND state <> 'issued') \
        AND NOT EXISTS (SELECT 1 FROM deferred_transaction WHERE offer = $1 AND state = 'waiting')";
    USE_CODE = "UPDATE offer_code SET state = 'used' WHERE hash = $1 AND state = 'live' AND expires_at > $2";
    CLAIM_OFFER = "UPDATE offer SET state = 'claimed' WHERE id = $1 AND state = 'made'";
    COUNT_TRY = "UPDATE offer SET tx_tries = tx_tries + 1 WHERE id = $1 AND state IN ('made', 'claimed', 'issued') RETURNING tx_tries";
    TRIES = "SELECT tx_tries FROM offer WHERE id = $1";
    BIND_OFFER = "UPDATE offer SET state = 'issued', holder = $2, issued_at = $3 WHERE id = $1 AND state IN ('made', 'claimed') AND expires_at > $3";
    NOTIFY_OFFER = "UPDATE offer SET notified_at = $2 WHERE id = $1 AND notified_at IS NULL";
    COUNT_NOTIFICATIONS = "SELECT COUNT(*) AS n FROM form_notification WHERE offer = $1 AND configuration = $2 AND round = $3";
    INSERT_NOTIFICATION = "INSERT INTO form_notification (offer, configuration, event, place, at, round) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT DO NOTHING";
    LIST_NOTIFICATIONS = "SELECT event FROM form_notification WHERE offer = $1 AND configuration = $2 ORDER BY round, place, at";
}

/// An offer to be kept.
pub struct NewOffer<'a> {
    /// Its identifier.
    pub id: &'a OfferId,
    /// The institution's slug.
    pub institution: &'a str,
    /// What is offered.
    pub award: &'a AwardId,
    /// In which revision.
    pub revision: i64,
    /// To whom.
    pub person: &'a str,
    /// As what.
    pub configurations: &'a [String],
    /// How the wallet gets its token.
    pub grant: Grant,
    /// Whether its credentials are fetched later.
    pub deferred: bool,
    /// The transaction code's six digits; without one only the person's connected wallet may redeem it.
    pub tx_code: Option<&'a str>,
}

/// An offer as it stands.
pub struct OfferRow {
    /// Its identifier.
    pub id: OfferId,
    /// The institution's slug.
    pub institution: String,
    /// What is offered.
    pub award: AwardId,
    /// In which revision.
    pub revision: i64,
    /// To whom.
    pub person: String,
    /// As what.
    pub configurations: Vec<String>,
    /// How the wallet gets its token.
    pub grant: Grant,
    /// Whether its credentials are fetched later.
    pub deferred: bool,
    /// Where it stands.
    pub stands: Offer,
    /// When it ends, unless it was issued before.
    pub expires_at: Timestamp,
    /// The hash of the proof key that it is bound to.
    pub holder: Option<Vec<u8>>,
    tx_code: Option<Vec<u8>>,
}

impl OfferRow {
    /// Whether a transaction code is asked.
    pub fn asks_tx_code(&self) -> bool {
        self.tx_code.is_some()
    }
}

/// The domain of the keyed value of a transaction code: six digits need a key, and one per offer.
fn tx_code_domain(offer: &OfferId) -> String {
    format!("offer.tx_code/{offer}")
}

impl Change<Issuer> {
    /// Consumes an open offer for the holder of one key.
    pub fn bind_offer(offer: &OfferId, holder: &[u8], now: Timestamp) -> Self {
        Self::new(BIND_OFFER, args![offer.as_str(), holder, now])
    }
}

impl IssuerTx {
    /// Keeps an offer; an open one for the same award is withdrawn with its codes.
    ///
    /// # Errors
    /// When the database fails, or another server offered the same award at the same moment.
    pub async fn make_offer(&mut self, offer: &NewOffer<'_>, now: Timestamp) -> Result<()> {
        self.withdraw_offers(offer.award).await?;
        let tx_code = offer.tx_code.map(|code| self.blind_index(&tx_code_domain(offer.id), code));
        let configurations = codes("offer", "configurations", &offer.configurations)?;
        let values = args![
            offer.id.as_str(),
            offer.institution,
            offer.award.as_str(),
            offer.revision,
            offer.person,
            configurations,
            offer.grant.as_str(),
            offer.deferred,
            tx_code,
            now,
            now.plus_days(OFFER_DAYS),
        ];
        self.execute(INSERT_OFFER, values).await?;
        Ok(())
    }

    /// Takes back what is open for an award, with its codes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn withdraw_offers(&mut self, award: &AwardId) -> Result<u64> {
        let withdrawn = self.execute(WITHDRAW_OFFERS, args![award.as_str()]).await?;
        if withdrawn > 0 {
            self.execute(VOID_CODES_OF_AWARD, args![award.as_str()]).await?;
        }
        Ok(withdrawn)
    }

    /// Takes back what is open for an award, except what waits for its decision: a deferred offer outlives the award's being decided
    /// anew.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn withdraw_offers_but_deferred(&mut self, award: &AwardId) -> Result<u64> {
        let withdrawn = self.execute(WITHDRAW_BUT_DEFERRED, args![award.as_str()]).await?;
        if withdrawn > 0 {
            self.execute(VOID_CODES_OF_AWARD, args![award.as_str()]).await?;
        }
        Ok(withdrawn)
    }

    /// Makes deferred offers of an award this person's: it became known who the learner is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hand_deferred_offers_to(&mut self, award: &AwardId, person: &str) -> Result<()> {
        self.execute(HAND_OVER, args![award.as_str(), person]).await?;
        Ok(())
    }

    /// Lets an open offer live until a later moment: a wallet waits for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prolong_offer(&mut self, offer: &OfferId, until: Timestamp) -> Result<()> {
        self.execute(PROLONG_OFFER, args![offer.as_str(), until]).await?;
        Ok(())
    }

    /// An offer of this institution.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn offer(&mut self, institution: &str, id: &OfferId) -> Result<Option<OfferRow>> {
        self.optional(FIND_OFFER, args![institution, id.as_str()]).await?.as_ref().map(read_offer).transpose()
    }

    /// The open offer of an award.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_offer(&mut self, award: &AwardId, now: Timestamp) -> Result<Option<OfferRow>> {
        self.optional(FIND_OPEN, args![award.as_str(), now]).await?.as_ref().map(read_offer).transpose()
    }

    /// The offer of a live code.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn offer_of_code(&mut self, institution: &str, code: &str, now: Timestamp) -> Result<Option<OfferRow>> {
        self.optional(OFFER_OF_CODE, args![institution, hash_token(code), now]).await?.as_ref().map(read_offer).transpose()
    }

    /// Makes a fresh code for an offer; earlier ones end, with tokens that came of them, unless the offer was issued or a wallet waits for
    /// it: then they are good for the same keys only, and the wallet that has one may still say that all is well.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew_code(&mut self, offer: &OfferId, code: &str, now: Timestamp) -> Result<()> {
        self.execute(VOID_CODES, args![offer.as_str()]).await?;
        self.execute(REVOKE_TOKENS, args![offer.as_str()]).await?;
        self.execute(INSERT_CODE, args![hash_token(code), offer.as_str(), now.plus_seconds(CODE_SECONDS)]).await?;
        Ok(())
    }

    /// Uses a code, once, and marks its offer as claimed. False when somebody else was first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_code(&mut self, offer: &OfferId, code: &str, now: Timestamp) -> Result<bool> {
        if self.execute(USE_CODE, args![hash_token(code), now]).await? != 1 {
            return Ok(false);
        }
        self.execute(CLAIM_OFFER, args![offer.as_str()]).await?;
        Ok(true)
    }

    /// Marks an offer as claimed by a wallet that has a token for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_offer(&mut self, offer: &OfferId) -> Result<()> {
        self.execute(CLAIM_OFFER, args![offer.as_str()]).await?;
        Ok(())
    }

    /// Whether this is the offer's transaction code.
    pub fn is_tx_code(&self, offer: &OfferRow, code: &str) -> bool {
        offer.tx_code.as_ref().is_some_and(|expected| *expected == self.blind_index(&tx_code_domain(&offer.id), code))
    }

    /// Counts a wrong transaction code and tells how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_wrong_tx_code(&mut self, offer: &OfferId) -> Result<i64> {
        self.optional(COUNT_TRY, args![offer.as_str()]).await?.map_or(Ok(i64::MAX), |row| row.int("tx_tries"))
    }

    /// How many wrong transaction codes there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn wrong_tx_codes(&mut self, offer: &OfferId) -> Result<i64> {
        self.optional(TRIES, args![offer.as_str()]).await?.map_or(Ok(0), |row| row.int("tx_tries"))
    }

    /// Ends an offer that was not issued, with its codes and tokens; of one that was issued, what is left of its codes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_offer(&mut self, offer: &OfferId) -> Result<()> {
        self.execute(VOID_CODES, args![offer.as_str()]).await?;
        self.execute(REVOKE_TOKENS, args![offer.as_str()]).await?;
        self.execute(WITHDRAW_OFFER, args![offer.as_str()]).await?;
        Ok(())
    }

    /// Consumes an open offer for the holder of one key. False when it is not open any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bind_offer(&mut self, offer: &OfferId, holder: &[u8], now: Timestamp) -> Result<bool> {
        self.make(Change::bind_offer(offer, holder, now)).await
    }

    /// Keeps a wallet's notification about one asking for a form of an offer, once per event. True for the first of its event.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notified(&mut self, (offer, configuration, round): (&OfferId, &str, i64), event: &str, now: Timestamp) -> Result<bool> {
        let before = self.optional(COUNT_NOTIFICATIONS, args![offer.as_str(), configuration, round]).await?;
        let before = before.map_or(Ok(0), |row| row.int("n"))?;
        Ok(self.execute(INSERT_NOTIFICATION, args![offer.as_str(), configuration, event, before, now, round]).await? == 1)
    }

    /// What a wallet told of a form of an offer, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notifications(&mut self, offer: &OfferId, configuration: &str) -> Result<Vec<String>> {
        self.rows(LIST_NOTIFICATIONS, args![offer.as_str(), configuration]).await?.iter().map(|row| row.text("event")).collect()
    }

    /// Closes an offer for repeated answers: the wallet told of every form of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_offer(&mut self, offer: &OfferId, now: Timestamp) -> Result<()> {
        self.execute(NOTIFY_OFFER, args![offer.as_str(), now]).await?;
        Ok(())
    }
}

pub(super) fn read_offer(row: &Row) -> Result<OfferRow> {
    let wrong = |column| StorageError::Row { table: "offer", column };
    let expires_at = row.time("expires_at")?;
    let stands = match row.text("state")?.as_str() {
        "made" => Offer::Made { expires_at },
        "claimed" => Offer::Claimed { expires_at },
        "issued" => {
            Offer::Issued { at: row.opt_time("issued_at")?.ok_or(wrong("issued_at"))?, notified: row.opt_time("notified_at")?.is_some() }
        }
        "withdrawn" => Offer::Withdrawn,
        _ => return Err(wrong("state")),
    };
    Ok(OfferRow {
        id: OfferId::new(row.text("id")?),
        institution: row.text("institution")?,
        award: AwardId::new(row.text("award")?),
        revision: row.int("revision")?,
        person: row.text("person")?,
        configurations: decode("offer", "configurations", row.text("configurations")?.as_bytes())?,
        grant: Grant::parse(&row.text("grant_type")?).ok_or(wrong("grant_type"))?,
        deferred: row.flag("deferred")?,
        stands,
        expires_at,
        holder: row.opt_blob("holder")?,
        tx_code: row.opt_blob("tx_code")?,
    })
}
