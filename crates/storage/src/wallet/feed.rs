//! The feed: news of a wallet, told once per event, with what it says sealed under the learner's key.

use model::Timestamp;
use model::id::{LearnerId, public_id};
use model::news::{KEPT_DAYS, News, NewsId, NewsItem};

use super::{decode, encode};
use crate::{Cell, Owner, Result, WalletTx, args, statements};

statements! {
    INSERT_NEWS = "INSERT INTO feed (id, learner, event_key, card, about, at) VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (learner, event_key) DO NOTHING";
    LIST_NEWS = "SELECT id, about, at, read_at FROM feed WHERE learner = $1 ORDER BY at DESC, id LIMIT $2";
    COUNT_UNREAD = "SELECT COUNT(*) AS n FROM feed WHERE learner = $1 AND read_at IS NULL";
    READ_NEWS = "UPDATE feed SET read_at = $3 WHERE learner = $1 AND at <= $2 AND read_at IS NULL";
    READ_NEWS_OF_EVENT = "UPDATE feed SET read_at = $3 WHERE learner = $1 AND event_key = $2 AND read_at IS NULL";
    READ_NEWS_OF_CARD = "UPDATE feed SET read_at = $3 WHERE learner = $1 AND card = $2 AND read_at IS NULL";
    DROP_NEWS_OF_CARD = "DELETE FROM feed WHERE learner = $1 AND card = $2";
    PURGE_NEWS = "DELETE FROM feed WHERE at <= $1";
}

fn about_cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "feed", column: "about", row: id, owner }
}

impl WalletTx {
    /// Puts news into a learner's feed, in the transaction in which it happens. False when this event was told before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_news(&mut self, learner: &LearnerId, news: &News, now: Timestamp) -> Result<bool> {
        let (id, owner) = (public_id(self.random()), Owner::learner(learner.as_str()));
        let sealed = self.seal(&about_cell(&id, &owner), &encode("feed", "about", &news.about)?).await?;
        let key = self.news_key(learner, &news.event);
        Ok(self.execute(INSERT_NEWS, args![&id, learner.as_str(), key, news.card.as_deref(), sealed, now]).await? == 1)
    }

    /// The newest `limit` items.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn news(&mut self, learner: &LearnerId, limit: i64) -> Result<Vec<NewsItem>> {
        let owner = Owner::learner(learner.as_str());
        let mut found = Vec::new();
        for row in self.rows(LIST_NEWS, args![learner.as_str(), limit]).await? {
            let id = row.text("id")?;
            let about = self.open(&about_cell(&id, &owner), &row.blob("about")?).await?;
            found.push(NewsItem {
                at: row.time("at")?,
                read: row.opt_time("read_at")?.is_some(),
                about: decode("feed", "about", &about)?,
                id: NewsId::new(id),
            });
        }
        Ok(found)
    }

    /// How many items nobody has read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_unread(&mut self, learner: &LearnerId) -> Result<i64> {
        self.optional(COUNT_UNREAD, args![learner.as_str()]).await?.map_or(Ok(0), |row| row.int("n"))
    }

    /// The learner read everything up to a moment: what came since stays unread.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read_news(&mut self, learner: &LearnerId, until: Timestamp, now: Timestamp) -> Result<u64> {
        self.execute(READ_NEWS, args![learner.as_str(), until, now]).await
    }

    /// The learner dealt with this event elsewhere.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read_news_of(&mut self, learner: &LearnerId, event: &str, now: Timestamp) -> Result<()> {
        let key = self.news_key(learner, event);
        self.execute(READ_NEWS_OF_EVENT, args![learner.as_str(), key, now]).await?;
        Ok(())
    }

    /// The learner looked at this card.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read_news_of_card(&mut self, learner: &LearnerId, card: &str, now: Timestamp) -> Result<()> {
        self.execute(READ_NEWS_OF_CARD, args![learner.as_str(), card, now]).await?;
        Ok(())
    }

    /// Erases what was told of a card.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn drop_news_of_card(&mut self, learner: &LearnerId, card: &str) -> Result<()> {
        self.execute(DROP_NEWS_OF_CARD, args![learner.as_str(), card]).await?;
        Ok(())
    }

    /// Deletes items that are older than [`KEPT_DAYS`], of all learners. Gives how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_news(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(PURGE_NEWS, args![now.plus_days(-KEPT_DAYS)]).await
    }

    fn news_key(&self, learner: &LearnerId, event: &str) -> Vec<u8> {
        self.blind_index("feed.event", &[learner.as_str(), event].join("\u{1f}"))
    }
}
