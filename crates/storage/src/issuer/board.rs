//! What an examination board said of an award at the desk, with the number and date of its decision.

use model::Timestamp;
use model::award::{BoardDecision, Digest, Missing, Reason, Ruling};

use super::award::{AwardRow, AwardState};
use super::codes;
use crate::{IssuerTx, Result, Row, StorageError, args, statements};

statements! {
    BOARD_SAYS_FINAL = "UPDATE award SET state = $4, missing = $5, board = 'final', board_number = $6, board_on = $7, \
        board_digest = content_digest, decided_at = $8 WHERE id = $1 AND institution = $2 AND revision = $3 AND state = 'parked' \
        AND missing = $9 AND content_digest = $10";
    BOARD_REFUSES = "UPDATE award SET state = 'idle', missing = '[]', reason = $4, content = NULL, content_digest = NULL, board = 'refused', \
        board_number = $5, board_on = $6, board_digest = content_digest, decided_at = $7 WHERE id = $1 AND institution = $2 \
        AND revision = $3 AND state = 'parked' AND missing = $8 AND content_digest = $9";
}

/// A decision of an examination board about one result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardSaid {
    /// What it said.
    pub ruling: Ruling,
    /// Its number and date.
    pub decision: BoardDecision,
    /// Digest of the content that it was about.
    pub about: Digest,
}

impl IssuerTx {
    /// Keeps what the examination board said of an award that waits for it: final, and what else is missing is missing still; or no,
    /// and nothing is kept of what there is none of. False when it does not wait any more, or for another content.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn board_says(&mut self, award: &AwardRow, ruling: Ruling, decision: &BoardDecision, now: Timestamp) -> Result<bool> {
        let (id, institution, before) = (award.id.as_str(), &award.institution, codes("award", "missing", &award.missing)?);
        let about = award.content_digest.map(|digest| digest.to_vec());
        let (number, on) = (&decision.number, &decision.date);
        if ruling == Ruling::Refused {
            let reason = Reason::BoardRefused.code();
            let values = args![id, institution, award.revision, reason, number, on, now, before, about];
            return Ok(self.execute(BOARD_REFUSES, values).await? == 1);
        }
        let rest: Vec<Missing> = award.missing.iter().copied().filter(|missing| *missing != Missing::WaitingFinal).collect();
        let state = if rest.is_empty() { AwardState::Open } else { AwardState::Parked };
        let rest = codes("award", "missing", &rest)?;
        let values = args![id, institution, award.revision, state.as_str(), rest, number, on, now, before, about];
        Ok(self.execute(BOARD_SAYS_FINAL, values).await? == 1)
    }
}

pub(super) fn board_of(row: &Row) -> Result<Option<BoardSaid>> {
    let Some(ruling) = row.opt_text("board")? else { return Ok(None) };
    let wrong = |column| StorageError::Row { table: "award", column };
    let ruling = Ruling::parse(&ruling).ok_or(wrong("board"))?;
    let decision = BoardDecision { number: row.text("board_number")?, date: row.text("board_on")? };
    let about = row.blob("board_digest")?.try_into().map_err(|_| wrong("board_digest"))?;
    Ok(Some(BoardSaid { ruling, decision, about }))
}
