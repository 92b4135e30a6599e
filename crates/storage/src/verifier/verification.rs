//! Questions and answers. A question is sealed under its organisation's key, an answer under a key of its own that is destroyed
//! when the promised time is over; verdict, checks and times stay.

use model::Timestamp;
use model::verification::{Answer, Question, Stage, State, Verification, VerificationId, without_claims};
use vc::report::Report;
use zeroize::Zeroizing;

use crate::wallet::{decode, encode};
use crate::{Cell, Owner, Result, Row, StorageError, VerifierTx, args, hash_token, statements};

statements! {
    INSERT_VERIFICATION = "INSERT INTO verification (id, organisation, state, question, encryption_key, short_code, asker_key, created_at, expires_at) \
                           VALUES ($1, $2, 'waiting', $3, $4, $5, $6, $7, $8)";
    FIND_VERIFICATION = "SELECT id, organisation, state, question, report, claims, failure, created_at, expires_at, ended_at, purge_at \
                         FROM verification WHERE id = $1";
    FIND_BY_SHORT_CODE = "SELECT id FROM verification WHERE short_code = $1 AND state IN ('waiting', 'opened') AND expires_at > $2";
    FIND_BY_ASKER_KEY = "SELECT id FROM verification WHERE asker_key = $1";
    FIND_ENCRYPTION_KEY = "SELECT organisation, encryption_key FROM verification WHERE id = $1";
    FIND_ANSWER_HASH = "SELECT answer_hash FROM verification WHERE id = $1";
    MARK_OPENED = "UPDATE verification SET state = 'opened', opened_at = $2 WHERE id = $1 AND state = 'waiting'";
    RECORD_ANSWER = "UPDATE verification SET state = 'received', verdict = $2, report = $3, claims = $4, answer_hash = $5, \
                     ended_at = $6, purge_at = $7 WHERE id = $1 AND state IN ('waiting', 'opened') AND expires_at > $6";
    RECORD_END = "UPDATE verification SET state = $2, failure = $3, answer_hash = $4, ended_at = $5, purge_at = $6 \
                  WHERE id = $1 AND state IN ('waiting', 'opened')";
    SET_RESPONSE_CODE = "UPDATE verification SET response_code = $2, response_code_until = $3, response_browser = $4 WHERE id = $1";
    SPEND_RESPONSE_CODE = "UPDATE verification SET response_code = NULL WHERE id = $1 AND response_code = $2 AND response_code_until > $3 \
                           AND response_browser IS NULL";
    SPEND_BROWSER_CODE = "UPDATE verification SET response_code = NULL WHERE id = $1 AND response_code = $2 AND response_code_until > $3 \
                          AND response_browser = $4";
    LIST_OVERDUE = "SELECT id FROM verification WHERE state IN ('waiting', 'opened') AND expires_at <= $1 LIMIT 200";
    LIST_TO_PURGE = "SELECT id, organisation, state FROM verification WHERE state <> 'purged' AND purge_at <= $1 LIMIT 200";
    PURGE = "UPDATE verification SET state = $2, claims = NULL, encryption_key = NULL, answer_hash = NULL, purge_at = NULL WHERE id = $1";
    COUNT_STATE = "SELECT COUNT(*) AS n FROM verification WHERE state = $1";
}

/// A question to be kept.
pub struct NewVerification<'a> {
    /// Its public id.
    pub id: &'a VerificationId,
    /// What is asked.
    pub question: &'a Question,
    /// The private key for encrypted answers, PKCS#8.
    pub encryption_key: &'a [u8],
    /// The secret of the asker's own page, for askers without an account.
    pub asker_key: Option<&'a str>,
    /// Until when it can be answered.
    pub expires_at: Timestamp,
}

/// How a question ended without an answer.
pub struct End<'a> {
    /// `refused`, `failed`, `expired` or `withdrawn`.
    pub state: State,
    /// The protocol's error, for `failed`.
    pub failure: Option<&'a str>,
    /// What tells the same answer when it is sent again.
    pub answer_hash: Option<Vec<u8>>,
    /// When the remaining keys go.
    pub purge_at: Timestamp,
}

fn cell<'a>(column: &'static str, id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "verification", column, row: id, owner }
}

impl VerifierTx {
    /// Keeps a question.
    ///
    /// # Errors
    /// [`StorageError::Conflict`] when its short code is taken; else when the database fails.
    pub async fn ask(&mut self, new: &NewVerification<'_>, now: Timestamp) -> Result<()> {
        let (id, organisation) = (new.id.as_str(), new.question.asker.owner());
        let (owner, own) = (Owner::organisation(organisation), Owner::request(organisation, id));
        let question = self.seal(&cell("question", id, &owner), &encode("verification", "question", new.question)?).await?;
        let key = self.seal(&cell("encryption_key", id, &own), new.encryption_key).await?;
        let (code, asker) = (hash_token(&new.question.short_code), new.asker_key.map(hash_token));
        self.execute(INSERT_VERIFICATION, args![id, organisation, question, key, code, asker, now, new.expires_at]).await?;
        Ok(())
    }

    /// A question and what became of it.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn verification(&mut self, id: &VerificationId) -> Result<Option<Verification>> {
        match self.optional(FIND_VERIFICATION, args![id.as_str()]).await? {
            Some(row) => self.read_verification(&row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn read_verification(&mut self, row: &Row) -> Result<Verification> {
        let (id, organisation) = (row.text("id")?, row.text("organisation")?);
        let owner = Owner::organisation(&organisation);
        let question = self.open(&cell("question", &id, &owner), &row.blob("question")?).await?;
        let state = State::parse(&row.text("state")?).ok_or(StorageError::Row { table: "verification", column: "state" })?;
        let stage = match state {
            State::Waiting => Stage::Waiting,
            State::Opened => Stage::Opened,
            State::Refused => Stage::Refused,
            State::Failed => Stage::Failed { error: row.opt_text("failure")?.unwrap_or_default() },
            State::Expired => Stage::Expired,
            State::Withdrawn => Stage::Withdrawn,
            State::Received => {
                Stage::Received { answer: Box::new(self.read_answer(row, &id, &organisation).await?), purge_at: row.time("purge_at")? }
            }
            State::Purged => Stage::Purged { report: self.read_report(row, &id, &owner).await?.map(Box::new) },
        };
        Ok(Verification {
            question: decode("verification", "question", &question)?,
            stage,
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
            ended_at: row.opt_time("ended_at")?,
            id: VerificationId::new(id),
        })
    }

    async fn read_report(&mut self, row: &Row, id: &str, owner: &Owner) -> Result<Option<Report>> {
        let Some(sealed) = row.opt_blob("report")? else { return Ok(None) };
        let plain = self.open(&cell("report", id, owner), &sealed).await?;
        decode("verification", "report", &plain).map(Some)
    }

    async fn read_answer(&mut self, row: &Row, id: &str, organisation: &str) -> Result<Answer> {
        let own = Owner::request(organisation, id);
        let plain = self.open(&cell("claims", id, &own), &row.blob("claims")?).await?;
        let (report, claims) = decode("verification", "claims", &plain)?;
        Ok(Answer { report, claims })
    }

    /// The open question with a short code.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verification_by_code(&mut self, code: &str, now: Timestamp) -> Result<Option<VerificationId>> {
        let row = self.optional(FIND_BY_SHORT_CODE, args![hash_token(code), now]).await?;
        row.map(|row| row.text("id").map(VerificationId::new)).transpose()
    }

    /// The question whose asker's page has this secret.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verification_by_asker_key(&mut self, key: &str) -> Result<Option<VerificationId>> {
        let row = self.optional(FIND_BY_ASKER_KEY, args![hash_token(key)]).await?;
        row.map(|row| row.text("id").map(VerificationId::new)).transpose()
    }

    /// The private key for encrypted answers, PKCS#8; nothing once the answer was erased. It stays until then so that the same answer,
    /// sent again because ours was lost, is understood.
    ///
    /// # Errors
    /// When the database fails or the cell does not open.
    pub async fn encryption_key(&mut self, id: &VerificationId) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let Some(row) = self.optional(FIND_ENCRYPTION_KEY, args![id.as_str()]).await? else { return Ok(None) };
        let Some(sealed) = row.opt_blob("encryption_key")? else { return Ok(None) };
        let own = Owner::request(&row.text("organisation")?, id.as_str());
        self.open(&cell("encryption_key", id.as_str(), &own), &sealed).await.map(Some)
    }

    /// What tells the answer that ended a question when it is sent again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answer_hash(&mut self, id: &VerificationId) -> Result<Option<Vec<u8>>> {
        self.optional(FIND_ANSWER_HASH, args![id.as_str()]).await?.map_or(Ok(None), |row| row.opt_blob("answer_hash"))
    }

    /// A wallet fetched it. `true` the first time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_opened(&mut self, id: &VerificationId, now: Timestamp) -> Result<bool> {
        Ok(self.execute(MARK_OPENED, args![id.as_str(), now]).await? == 1)
    }

    /// Keeps an accepted answer. `false` when another one, its end or its withdrawal was first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_answer(
        &mut self,
        verification: &Verification,
        answer: &Answer,
        answer_hash: Vec<u8>,
        now: Timestamp,
        purge_at: Timestamp,
    ) -> Result<bool> {
        let (id, organisation) = (verification.id.as_str(), verification.organisation());
        let (owner, own) = (Owner::organisation(organisation), Owner::request(organisation, id));
        let bare = encode("verification", "report", &without_claims(&answer.report))?;
        let whole = encode("verification", "claims", &(&answer.report, &answer.claims))?;
        let report = self.seal(&cell("report", id, &owner), &bare).await?;
        let claims = self.seal(&cell("claims", id, &own), &whole).await?;
        let verdict = encode("verification", "verdict", &answer.report.verdict)?;
        let verdict = String::from_utf8_lossy(&verdict).trim_matches('"').to_owned();
        Ok(self.execute(RECORD_ANSWER, args![id, verdict, report, claims, answer_hash, now, purge_at]).await? == 1)
    }

    /// Ends a question without an answer. `false` when something else was first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_verification(&mut self, id: &VerificationId, end: End<'_>, now: Timestamp) -> Result<bool> {
        let values = args![id.as_str(), end.state.as_str(), end.failure.map(str::to_owned), end.answer_hash, now, end.purge_at];
        Ok(self.execute(RECORD_END, values).await? == 1)
    }

    /// Keeps a fresh `response_code`; with `browser` it counts for that browser only.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_response_code(&mut self, id: &VerificationId, code: &str, until: Timestamp, browser: Option<Vec<u8>>) -> Result<()> {
        self.execute(SET_RESPONSE_CODE, args![id.as_str(), hash_token(code), until, browser]).await?;
        Ok(())
    }

    /// Uses a `response_code` up. `false` when it is wrong, used, too old or of another browser.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn spend_response_code(&mut self, id: &VerificationId, code: &str, browser: Option<Vec<u8>>, now: Timestamp) -> Result<bool> {
        let changed = match browser {
            None => self.execute(SPEND_RESPONSE_CODE, args![id.as_str(), hash_token(code), now]).await?,
            Some(browser) => self.execute(SPEND_BROWSER_CODE, args![id.as_str(), hash_token(code), now, browser]).await?,
        };
        Ok(changed == 1)
    }

    /// Open questions whose time is over, at most 200.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn overdue_verifications(&mut self, now: Timestamp) -> Result<Vec<VerificationId>> {
        let rows = self.rows(LIST_OVERDUE, args![now]).await?;
        rows.iter().map(|row| row.text("id").map(VerificationId::new)).collect()
    }

    /// Erases what was promised to be erased by now: destroys the answers' keys. Gives the ids of received ones.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_verifications(&mut self, now: Timestamp) -> Result<Vec<VerificationId>> {
        let mut purged = Vec::new();
        for row in self.rows(LIST_TO_PURGE, args![now]).await? {
            let (id, state) = (row.text("id")?, row.text("state")?);
            self.forget(&Owner::request(&row.text("organisation")?, &id)).await?;
            let received = state == State::Received.as_str();
            // Verdict and times of an answer stay under `purged`; what never had one keeps its name.
            let after = if received { State::Purged.as_str() } else { state.as_str() };
            self.execute(PURGE, args![&id, after]).await?;
            if received {
                purged.push(VerificationId::new(id));
            }
        }
        Ok(purged)
    }

    /// How many questions are in a state.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_verifications(&mut self, state: State) -> Result<i64> {
        self.optional(COUNT_STATE, args![state.as_str()]).await?.map_or(Ok(0), |row| row.int("n"))
    }
}
