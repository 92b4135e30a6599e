//! Achievements as badges name them: public documents that never change, each under an id made of what it says.

use model::Timestamp;

use crate::{IssuerTx, Result, args, statements};

statements! {
    KEEP_ACHIEVEMENT = "INSERT INTO achievement (institution, id, template, document, created_at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT DO NOTHING";
    FIND_ACHIEVEMENT = "SELECT template, document FROM achievement WHERE institution = $1 AND id = $2";
}

/// An achievement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AchievementRow {
    /// The issuing template that it follows.
    pub template: Option<String>,
    /// JSON.
    pub document: String,
}

impl IssuerTx {
    /// Keeps an achievement; the same one again changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_achievement(&mut self, institution: &str, id: &str, of: &AchievementRow, now: Timestamp) -> Result<()> {
        self.execute(KEEP_ACHIEVEMENT, args![institution, id, of.template.as_deref(), &of.document, now]).await?;
        Ok(())
    }

    /// An achievement of this institution.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn achievement(&mut self, institution: &str, id: &str) -> Result<Option<AchievementRow>> {
        let Some(row) = self.optional(FIND_ACHIEVEMENT, args![institution, id]).await? else { return Ok(None) };
        Ok(Some(AchievementRow { template: row.opt_text("template")?, document: row.text("document")? }))
    }
}
