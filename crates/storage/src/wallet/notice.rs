//! What a learner is told where, and their mail address as eduID gave it, sealed.

use model::id::LearnerId;
use model::news::{Channel, NewsKind, SwitchedOff};
use zeroize::Zeroizing;

use crate::{Cell, Owner, Result, StorageError, WalletTx, args, statements};

statements! {
    LIST_OFF = "SELECT kind, channel FROM notice_off WHERE learner = $1";
    CLEAR_OFF = "DELETE FROM notice_off WHERE learner = $1";
    INSERT_OFF = "INSERT INTO notice_off (learner, kind, channel) VALUES ($1, $2, $3) ON CONFLICT (learner, kind, channel) DO NOTHING";
    FIND_ADDRESS = "SELECT address, lang FROM notice_address WHERE learner = $1";
    PUT_ADDRESS = "INSERT INTO notice_address (learner, address, lang) VALUES ($1, $2, $3) \
                   ON CONFLICT (learner) DO UPDATE SET address = excluded.address";
    DROP_ADDRESS = "UPDATE notice_address SET address = NULL WHERE learner = $1 AND address IS NOT NULL";
    PUT_LANG = "INSERT INTO notice_address (learner, lang) VALUES ($1, $2) ON CONFLICT (learner) DO UPDATE SET lang = excluded.lang";
}

/// Where a learner's mail goes.
pub struct MailTo {
    /// The address; none when eduID gave none, or the operator has no mail.
    pub address: Option<Zeroizing<String>>,
    /// The tag of the language that they read.
    pub lang: String,
}

fn address_cell<'a>(learner: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "notice_address", column: "address", row: learner, owner }
}

impl WalletTx {
    /// What a learner does not want to be told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn switched_off(&mut self, learner: &LearnerId) -> Result<SwitchedOff> {
        let unreadable = |column| StorageError::Row { table: "notice_off", column };
        let mut found = Vec::new();
        for row in self.rows(LIST_OFF, args![learner.as_str()]).await? {
            let kind = NewsKind::parse(&row.text("kind")?).ok_or_else(|| unreadable("kind"))?;
            found.push((kind, Channel::parse(&row.text("channel")?).ok_or_else(|| unreadable("channel"))?));
        }
        Ok(SwitchedOff::new(found))
    }

    /// Writes down what a learner does not want to be told, in place of what they said before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn switch_off(&mut self, learner: &LearnerId, off: &SwitchedOff) -> Result<()> {
        self.execute(CLEAR_OFF, args![learner.as_str()]).await?;
        for (kind, channel) in off.iter() {
            self.execute(INSERT_OFF, args![learner.as_str(), kind.as_str(), channel.as_str()]).await?;
        }
        Ok(())
    }

    /// Where a learner's mail goes. `None` when nothing was ever written down.
    ///
    /// # Errors
    /// When the database fails or the cell does not open.
    pub async fn mail_to(&mut self, learner: &LearnerId) -> Result<Option<MailTo>> {
        let Some(row) = self.optional(FIND_ADDRESS, args![learner.as_str()]).await? else { return Ok(None) };
        let owner = Owner::learner(learner.as_str());
        let address = match row.opt_blob("address")? {
            Some(sealed) => Some(self.open_text(&address_cell(learner.as_str(), &owner), &sealed).await?),
            None => None,
        };
        Ok(Some(MailTo { address, lang: row.text("lang")? }))
    }

    /// Erases the address: the operator has no mail any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_address(&mut self, learner: &LearnerId) -> Result<()> {
        self.execute(DROP_ADDRESS, args![learner.as_str()]).await?;
        Ok(())
    }

    /// Keeps the address of this sign-in in place of the one before, or none. `lang` counts at the first sign-in only: later the
    /// learner chooses.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_address(&mut self, learner: &LearnerId, address: Option<&str>, lang: &str) -> Result<()> {
        let owner = Owner::learner(learner.as_str());
        let sealed = match address {
            Some(address) => Some(self.seal(&address_cell(learner.as_str(), &owner), address.as_bytes()).await?),
            None => None,
        };
        self.execute(PUT_ADDRESS, args![learner.as_str(), sealed, lang]).await?;
        Ok(())
    }

    /// The language that a learner chose for mail.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_mail_language(&mut self, learner: &LearnerId, lang: &str) -> Result<()> {
        self.execute(PUT_LANG, args![learner.as_str(), lang]).await?;
        Ok(())
    }
}
