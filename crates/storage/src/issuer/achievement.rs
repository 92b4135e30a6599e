//! Achievements as badges name them: public documents that never change, each under an id made of what it says.

use model::Timestamp;

use crate::{Cell, IssuerTx, Owner, Result, args, statements};

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

fn document_cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "achievement", column: "document", row: id, owner }
}

impl IssuerTx {
    /// Keeps an achievement; the same one again changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_achievement(&mut self, institution: &str, id: &str, of: &AchievementRow, now: Timestamp) -> Result<()> {
        let owner = Owner::institution(institution);
        let document = self.seal(&document_cell(id, &owner), of.document.as_bytes()).await?;
        self.execute(KEEP_ACHIEVEMENT, args![institution, id, of.template.as_deref(), document, now]).await?;
        Ok(())
    }

    /// An achievement of this institution.
    ///
    /// # Errors
    /// When the database fails, or the cell does not open.
    pub async fn achievement(&mut self, institution: &str, id: &str) -> Result<Option<AchievementRow>> {
        let Some(row) = self.optional(FIND_ACHIEVEMENT, args![institution, id]).await? else { return Ok(None) };
        let owner = Owner::institution(institution);
        let document = self.open(&document_cell(id, &owner), &row.blob("document")?).await?;
        Ok(Some(AchievementRow { template: row.opt_text("template")?, document: String::from_utf8_lossy(&document).into_owned() }))
    }
}
