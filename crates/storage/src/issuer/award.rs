//! Awards: what was decided about one person from one source, with its content sealed under that person's key.

use model::Timestamp;
use model::achievement::Content;
use model::award::{AwardId, Digest, Kind, Missing, Reason, Standing};
use model::id::public_id;

use super::board::{BoardSaid, board_of};
use super::{codes, decode, encode};
use crate::role::Issuer;
use crate::{Cell, Change, IssuerTx, Owner, Result, Row, StorageError, Value, args, statements};

statements! {
    INSERT_AWARD = "INSERT INTO award (id, institution, source, origin, kind, person, state, by_rule, missing, reason, revision, digest, \
        content_digest, content, deliver, result_at, at_source, seen_at, decided_at, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19) ON CONFLICT DO NOTHING";
    UPDATE_AWARD = "UPDATE award SET person = $4, state = $5, by_rule = $6, missing = $7, reason = $8, revision = $9, digest = $10, \
        content_digest = $11, content = $12, result_at = $13, deliver = $14, at_source = $15, decided_at = $16, seen_at = $17 \
        WHERE id = $1 AND state = $2 AND revision = $3";
    SOURCE_SAYS = "UPDATE award SET at_source = $3 WHERE institution = $1 AND source = $2";
    SOURCE_SEEN = "UPDATE award SET seen_at = $3 WHERE institution = $1 AND source = $2 AND seen_at < $3";
    UPDATE_STATE = "UPDATE award SET state = $4, by_rule = $5, reason = $6, decided_at = $7 WHERE id = $1 AND institution = $2 AND state = $3";
    TAKE_AWARD = "UPDATE award SET state = 'issued' WHERE id = $1 AND revision = $2 AND state = 'open' AND content_digest = $3";
    HOLD_AWARD = "UPDATE award SET state = 'issued' WHERE id = $1 AND revision = $2 AND state = 'issued' AND content_digest = $3";
    PARK_AWARD = "UPDATE award SET state = 'parked', missing = $4, decided_at = $5 WHERE id = $1 AND institution = $2 AND revision = $3 \
        AND state = 'open'";
    CLAIM_AWARD = "UPDATE award SET state = 'open', missing = '[]', decided_at = $5 WHERE id = $1 AND institution = $2 AND revision = $3 \
        AND state = 'parked' AND missing = $4";
    FIND_BY_SOURCE = "SELECT id, institution, origin, kind, person, state, by_rule, missing, reason, revision, digest, content_digest, content, \
        deliver, result_at, seen_at, decided_at, created_at, board, board_number, board_on, board_digest FROM award WHERE institution = $1 AND source = $2";
    SOURCE_DIGEST = "SELECT digest, content_digest, at_source, state, seen_at FROM award WHERE institution = $1 AND source = $2";
    FIND_AWARD = "SELECT id, institution, origin, kind, person, state, by_rule, missing, reason, revision, digest, content_digest, content, \
        deliver, result_at, seen_at, decided_at, created_at, board, board_number, board_on, board_digest FROM award WHERE id = $1";
    LIST_IN_STATES = "SELECT id, institution, origin, kind, person, state, by_rule, missing, reason, revision, digest, content_digest, content, \
        deliver, result_at, seen_at, decided_at, created_at, board, board_number, board_on, board_digest FROM award WHERE institution = $1 AND state IN ($2, $3) \
        ORDER BY CASE state WHEN 'parked' THEN 0 ELSE 1 END, decided_at DESC, id LIMIT $4 OFFSET $5";
    LIST_AWARDS = "SELECT id, institution, origin, kind, person, state, by_rule, missing, reason, revision, digest, content_digest, content, \
        deliver, result_at, seen_at, decided_at, created_at, board, board_number, board_on, board_digest FROM award WHERE institution = $1 AND state <> 'idle' \
        ORDER BY CASE state WHEN 'parked' THEN 0 WHEN 'open' THEN 1 ELSE 2 END, decided_at DESC, id LIMIT $2";
    OPEN_OF_PERSON = "SELECT id, institution, origin, kind, person, state, by_rule, missing, reason, revision, digest, content_digest, content, \
        deliver, result_at, seen_at, decided_at, created_at, board, board_number, board_on, board_digest FROM award WHERE person = $1 AND state = 'open' AND deliver = 1 ORDER BY created_at, id";
    WAITING_OF_PERSON = "SELECT id, institution, origin, kind, person, state, by_rule, missing, reason, revision, digest, content_digest, content, \
        deliver, result_at, seen_at, decided_at, created_at, board, board_number, board_on, board_digest FROM award WHERE person = $1 AND (state = 'open' OR (state = 'parked' AND missing = $2)) ORDER BY created_at, id LIMIT 100";
    STATES_OF_PERSON = "SELECT state, COUNT(*) AS n FROM award WHERE person = $1 GROUP BY state";
    COUNT_STATES = "SELECT state, COUNT(*) AS n FROM award WHERE institution = $1 GROUP BY state";
}

/// Where an award stands in its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwardState {
    /// Nothing to issue.
    Idle,
    /// Something is missing.
    Parked,
    /// Decided, not yet collected.
    Open,
    /// A credential is out.
    Issued,
    /// It is suspended.
    Suspended,
    /// It is revoked.
    Revoked,
}

impl AwardState {
    /// The word in the row.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Parked => "parked",
            Self::Open => "open",
            Self::Issued => "issued",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Idle, Self::Parked, Self::Open, Self::Issued, Self::Suspended, Self::Revoked].into_iter().find(|s| s.as_str() == text)
    }
}

/// An award as it stands.
pub struct AwardRow {
    /// Its identifier.
    pub id: AwardId,
    /// The institution's slug.
    pub institution: String,
    /// `ooapi` or `api`.
    pub origin: String,
    /// What it attests.
    pub kind: Kind,
    /// The person's row.
    pub person: String,
    /// Where it stands.
    pub state: AwardState,
    /// The last suspension or revocation was the rules'.
    pub by_rule: bool,
    /// What is missing, as codes.
    pub missing: Vec<Missing>,
    /// Code of the last withdrawal.
    pub reason: Option<String>,
    /// Counts up when a credential that was out is replaced.
    pub revision: i64,
    /// Of the normalised source or body.
    pub digest: Vec<u8>,
    /// Of the content decided last.
    pub content_digest: Option<Digest>,
    /// The content decided last.
    pub content: Option<Content>,
    /// Whether it goes to the learner's connected wallet by itself.
    pub deliver: bool,
    /// The moment of the result.
    pub result_at: Option<Timestamp>,
    /// When its source last showed what was decided.
    pub seen_at: Timestamp,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// When it came in first.
    pub created_at: Timestamp,
    /// What the examination board said of it at the desk last.
    pub board: Option<BoardSaid>,
}

impl AwardRow {
    /// Whether nothing is missing but that the right person comes for it.
    pub fn is_unclaimed(&self) -> bool {
        self.state == AwardState::Parked && self.missing == [Missing::Unclaimed]
    }

    /// Whether the examination board could decide it now: what it would be about is whole, and waits for being final.
    pub fn waits_for_board(&self) -> bool {
        self.state == AwardState::Parked && self.missing.contains(&Missing::WaitingFinal) && self.content_digest.is_some()
    }

    /// What stands, in the words of the rules.
    pub fn standing(&self) -> Standing {
        match (self.state, self.content_digest) {
            (AwardState::Parked, _) => Standing::Parked,
            (AwardState::Open, Some(content)) => Standing::Open { content },
            (AwardState::Issued, Some(content)) => Standing::Issued { content, under_review: false },
            (AwardState::Suspended, Some(content)) => Standing::Issued { content, under_review: self.by_rule },
            (AwardState::Revoked, Some(content)) => Standing::Ended { content, by_rule: self.by_rule },
            (AwardState::Idle, _) | (_, None) => Standing::Nothing,
        }
    }
}

/// What is written of an award: all of it, each time it is decided.
pub struct Decided<'a> {
    /// The person's row.
    pub person: &'a str,
    /// Where it stands now.
    pub state: AwardState,
    /// A suspension or revocation of the rules.
    pub by_rule: bool,
    /// What is missing.
    pub missing: &'a [Missing],
    /// Code of the withdrawal.
    pub reason: Option<Reason>,
    /// The revision.
    pub revision: i64,
    /// Of the normalised source or body.
    pub digest: &'a [u8],
    /// The content.
    pub content: Option<&'a Content>,
    /// Digest of that content.
    pub content_digest: Option<Digest>,
    /// The moment of the result.
    pub result_at: Option<Timestamp>,
    /// Whether it goes to the learner's connected wallet by itself.
    pub deliver: bool,
    /// When it was decided on something pushed: the digest of what the source itself says.
    pub at_source: Option<&'a [u8]>,
    /// When its source last showed this.
    pub seen_at: Timestamp,
}

/// What was decided last of a source.
pub struct Known {
    /// Of the normalised source.
    pub digest: Vec<u8>,
    /// Of what the source itself says and what is not followed: it was pushed over, or is older.
    pub at_source: Option<Vec<u8>>,
    /// Where the award stands.
    pub state: AwardState,
    /// Of the content decided last.
    pub content_digest: Option<Digest>,
    /// When the source last showed what was decided.
    pub seen_at: Timestamp,
}

/// Where a new award comes from.
pub struct Origin<'a> {
    /// The institution's slug.
    pub institution: &'a str,
    /// The keyed value of its source.
    pub source: &'a [u8],
    /// `ooapi` or `api`.
    pub origin: &'static str,
    /// What it attests.
    pub kind: Kind,
}

fn content_cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "award", column: "content", row: id, owner }
}

/// By what an award is found as it was read.
fn as_read(award: &AwardRow) -> Vec<Value> {
    args![award.id.as_str(), award.revision, award.content_digest.map(|digest| digest.to_vec())]
}

impl Change<Issuer> {
    /// Marks an award as issued that is open as it was read.
    pub fn take_award(award: &AwardRow) -> Self {
        Self::new(TAKE_AWARD, as_read(award))
    }
}

impl IssuerTx {
    /// Keeps the first decision about something. Nothing when somebody else was first: the source is unique.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_award(&mut self, origin: &Origin<'_>, decided: &Decided<'_>, now: Timestamp) -> Result<Option<AwardId>> {
        let id = public_id(self.random());
        let content = self.sealed_content(&id, origin.institution, decided).await?;
        let missing = codes("award", "missing", &decided.missing)?;
        let digest = decided.content_digest.map(|digest| digest.to_vec());
        let values = args![
            &id,
            origin.institution,
            origin.source,
            origin.origin,
            origin.kind.as_str(),
            decided.person,
            decided.state.as_str(),
            decided.by_rule,
            missing,
            decided.reason.map(Reason::code),
            decided.revision,
            decided.digest,
            digest,
            content,
            decided.deliver,
            decided.result_at,
            decided.at_source.map(<[u8]>::to_vec),
            decided.seen_at,
            now,
        ];
        Ok((self.execute(INSERT_AWARD, values).await? == 1).then(|| AwardId::new(id)))
    }

    /// Writes a new decision over `before`. False when it is not as it was read any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_award(&mut self, before: &AwardRow, decided: &Decided<'_>, now: Timestamp) -> Result<bool> {
        let id = before.id.as_str();
        let content = self.sealed_content(id, &before.institution, decided).await?;
        let missing = codes("award", "missing", &decided.missing)?;
        let digest = decided.content_digest.map(|digest| digest.to_vec());
        let values = args![
            id,
            before.state.as_str(),
            before.revision,
            decided.person,
            decided.state.as_str(),
            decided.by_rule,
            missing,
            decided.reason.map(Reason::code),
            decided.revision,
            decided.digest,
            digest,
            content,
            decided.result_at,
            decided.deliver,
            decided.at_source.map(<[u8]>::to_vec),
            now,
            decided.seen_at,
        ];
        Ok(self.execute(UPDATE_AWARD, values).await? == 1)
    }

    async fn sealed_content(&mut self, id: &str, institution: &str, decided: &Decided<'_>) -> Result<Option<Vec<u8>>> {
        let Some(content) = decided.content else { return Ok(None) };
        let owner = Owner::person(institution, decided.person);
        self.seal(&content_cell(id, &owner), &encode("award", "content", content)?).await.map(Some)
    }

    /// Follows a change of status made by staff or the machine API. False when it was not in state `from`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn move_award(&mut self, award: &AwardRow, to: AwardState, reason: Option<Reason>, now: Timestamp) -> Result<bool> {
        let values = args![award.id.as_str(), &award.institution, award.state.as_str(), to.as_str(), false, reason.map(Reason::code), now];
        Ok(self.execute(UPDATE_STATE, values).await? == 1)
    }

    /// Marks an open award as issued. False when it is not open as it was read: somebody else was first, it was taken back, or
    /// something else was decided about it meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_award(&mut self, award: &AwardRow) -> Result<bool> {
        self.make(Change::take_award(award)).await
    }

    /// Holds an award that is issued as it is until the commit. False when it is not, or not as it was read any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hold_award(&mut self, award: &AwardRow) -> Result<bool> {
        Ok(self.execute(HOLD_AWARD, as_read(award)).await? == 1)
    }

    /// Parks an open award in which something was found when it was about to be signed. False when it is not open in this revision.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn park_award(&mut self, award: &AwardRow, missing: &[Missing], now: Timestamp) -> Result<bool> {
        let missing = codes("award", "missing", &missing)?;
        Ok(self.execute(PARK_AWARD, args![award.id.as_str(), &award.institution, award.revision, missing, now]).await? == 1)
    }

    /// Opens an award again that was parked because somebody else came for it. False when it was not, or not in this revision.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_award(&mut self, award: &AwardRow, now: Timestamp) -> Result<bool> {
        let values = args![award.id.as_str(), &award.institution, award.revision, unclaimed()?, now];
        Ok(self.execute(CLAIM_AWARD, values).await? == 1)
    }

    /// The award of a source.
    ///
    /// # Errors
    /// When the database fails or the content does not open.
    pub async fn award_of_source(&mut self, institution: &str, source: &[u8]) -> Result<Option<AwardRow>> {
        let row = self.optional(FIND_BY_SOURCE, args![institution, source]).await?;
        self.opt_award(row).await
    }

    /// What was decided last of a source. Opens nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn source_known(&mut self, institution: &str, source: &[u8]) -> Result<Option<Known>> {
        let row = self.optional(SOURCE_DIGEST, args![institution, source]).await?;
        let known = |row: Row| {
            Ok(Known {
                digest: row.blob("digest")?,
                at_source: row.opt_blob("at_source")?,
                state: state_of(&row)?,
                content_digest: digest_of(&row)?,
                seen_at: row.time("seen_at")?,
            })
        };
        row.map(known).transpose()
    }

    /// Notes that a source showed what was decided, at `now`. An older sight than the last changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn source_seen(&mut self, institution: &str, source: &[u8], now: Timestamp) -> Result<()> {
        self.execute(SOURCE_SEEN, args![institution, source, now]).await?;
        Ok(())
    }

    /// Notes what a source says itself and what is not followed, because something newer was decided; nothing when it says what
    /// was decided.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn source_says(&mut self, institution: &str, source: &[u8], digest: Option<&[u8]>) -> Result<()> {
        self.execute(SOURCE_SAYS, args![institution, source, digest.map(<[u8]>::to_vec)]).await?;
        Ok(())
    }

    /// An award of this institution.
    ///
    /// # Errors
    /// When the database fails or the content does not open.
    pub async fn award(&mut self, institution: &str, id: &AwardId) -> Result<Option<AwardRow>> {
        let Some(row) = self.optional(FIND_AWARD, args![id.as_str()]).await? else { return Ok(None) };
        // Looked at here, so that no plan finds the award among all of its institution's.
        if row.text("institution")? != institution {
            return Ok(None);
        }
        self.opt_award(Some(row)).await
    }

    /// What the desk lists: parked first, then waiting, then the rest, newest first.
    ///
    /// # Errors
    /// When the database fails or a content does not open.
    pub async fn awards(&mut self, institution: &str, limit: i64) -> Result<Vec<AwardRow>> {
        let rows = self.rows(LIST_AWARDS, args![institution, limit]).await?;
        self.award_rows(&rows).await
    }

    /// The awards in one of two states, parked first, newest first: so many, after the first so many.
    ///
    /// # Errors
    /// When the database fails or a content does not open.
    pub async fn awards_in(&mut self, institution: &str, states: [AwardState; 2], (limit, after): (i64, i64)) -> Result<Vec<AwardRow>> {
        let [one, other] = states;
        let rows = self.rows(LIST_IN_STATES, args![institution, one.as_str(), other.as_str(), limit, after]).await?;
        self.award_rows(&rows).await
    }

    /// What waits for a person to have a wallet.
    ///
    /// # Errors
    /// When the database fails or a content does not open.
    pub async fn open_awards_of(&mut self, person: &str) -> Result<Vec<AwardRow>> {
        let rows = self.rows(OPEN_OF_PERSON, args![person]).await?;
        self.award_rows(&rows).await
    }

    /// What a person could collect now, whether or not it goes to a wallet by itself: the oldest hundred. What is parked only because
    /// somebody else came for it is among it: this is the one whom it waits for.
    ///
    /// # Errors
    /// When the database fails or a content does not open.
    pub async fn waiting_awards_of(&mut self, person: &str) -> Result<Vec<AwardRow>> {
        let rows = self.rows(WAITING_OF_PERSON, args![person, unclaimed()?]).await?;
        self.award_rows(&rows).await
    }

    /// How many awards of a person are in each state.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn award_counts_of(&mut self, person: &str) -> Result<Vec<(AwardState, i64)>> {
        let rows = self.rows(STATES_OF_PERSON, args![person]).await?;
        rows.iter().map(|row| Ok((state_of(row)?, row.int("n")?))).collect()
    }

    /// How many awards are in each state.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn award_counts(&mut self, institution: &str) -> Result<Vec<(AwardState, i64)>> {
        let rows = self.rows(COUNT_STATES, args![institution]).await?;
        rows.iter().map(|row| Ok((state_of(row)?, row.int("n")?))).collect()
    }

    async fn award_rows(&mut self, rows: &[Row]) -> Result<Vec<AwardRow>> {
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            found.push(self.read_award(row).await?);
        }
        Ok(found)
    }

    async fn opt_award(&mut self, row: Option<Row>) -> Result<Option<AwardRow>> {
        match row {
            Some(row) => self.read_award(&row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn read_award(&mut self, row: &Row) -> Result<AwardRow> {
        let (id, institution, person) = (row.text("id")?, row.text("institution")?, row.text("person")?);
        let content = match row.opt_blob("content")? {
            Some(sealed) => {
                let owner = Owner::person(&institution, &person);
                let opened = self.open(&content_cell(&id, &owner), &sealed).await?;
                Some(decode("award", "content", &opened)?)
            }
            None => None,
        };
        Ok(AwardRow {
            id: AwardId::new(id),
            institution,
            origin: row.text("origin")?,
            kind: Kind::parse(&row.text("kind")?).ok_or(StorageError::Row { table: "award", column: "kind" })?,
            person,
            state: state_of(row)?,
            by_rule: row.flag("by_rule")?,
            missing: decode("award", "missing", row.text("missing")?.as_bytes())?,
            reason: row.opt_text("reason")?,
            revision: row.int("revision")?,
            digest: row.blob("digest")?,
            content_digest: digest_of(row)?,
            content,
            deliver: row.flag("deliver")?,
            result_at: row.opt_time("result_at")?,
            seen_at: row.time("seen_at")?,
            decided_at: row.time("decided_at")?,
            created_at: row.time("created_at")?,
            board: board_of(row)?,
        })
    }
}

/// The list of an award for which somebody else came, as in its row.
fn unclaimed() -> Result<String> {
    codes("award", "missing", &[Missing::Unclaimed])
}

fn digest_of(row: &Row) -> Result<Option<Digest>> {
    Ok(row.opt_blob("content_digest")?.and_then(|digest| digest.try_into().ok()))
}

fn state_of(row: &Row) -> Result<AwardState> {
    AwardState::parse(&row.text("state")?).ok_or(StorageError::Row { table: "award", column: "state" })
}
