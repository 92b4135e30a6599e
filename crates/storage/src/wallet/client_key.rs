//! The wallet's key as an OAuth client (`private_key_jwt`), one active at a time, shared by all servers; the keys with which its
//! provider vouches for it; and the keys by which issuers know the access tokens of one learner (DPoP).

use model::Timestamp;
use model::id::{LearnerId, row_id};
use zeroize::Zeroizing;

use crate::{Cell, Owner, Result, WalletTx, args, statements};

statements! {
    FIND_ACTIVE_CLIENT_KEY = "SELECT id, private FROM client_key WHERE state = 'active'";
    INSERT_CLIENT_KEY = "INSERT INTO client_key (id, state, private, created_at) VALUES ($1, 'active', $2, $3) ON CONFLICT DO NOTHING";
    FIND_ATTESTER = "SELECT private FROM client_key WHERE id = 'attester' AND state = 'attester'";
    INSERT_ATTESTER = "INSERT INTO client_key (id, state, private, created_at) VALUES ('attester', 'attester', $1, $2) \
                       ON CONFLICT DO NOTHING";
    FIND_DPOP_KEY = "SELECT id, private FROM dpop_key WHERE issuer_key = $1";
    INSERT_DPOP_KEY = "INSERT INTO dpop_key (id, learner, issuer_key, private, created_at) VALUES ($1, $2, $3, $4, $5) \
                       ON CONFLICT (issuer_key) DO NOTHING";
}

/// The provider's keys are one row among the client's keys, under a name that no thumbprint has.
fn attester_cell(owner: &Owner) -> Cell<'_> {
    Cell { table: "client_key", column: "private", row: "attester", owner }
}

fn dpop_cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "dpop_key", column: "private", row: id, owner }
}

impl WalletTx {
    /// The active client key: its `kid` and its PKCS#8 document.
    ///
    /// # Errors
    /// When the database fails or the cell does not open.
    pub async fn client_key(&mut self) -> Result<Option<(String, Zeroizing<Vec<u8>>)>> {
        let Some(row) = self.optional(FIND_ACTIVE_CLIENT_KEY, args![]).await? else { return Ok(None) };
        let (id, sealed, owner) = (row.text("id")?, row.blob("private")?, Owner::role());
        let key = self.open(&Cell { table: "client_key", column: "private", row: &id, owner: &owner }, &sealed).await?;
        Ok(Some((id, key)))
    }

    /// Offers a first client key. When another server was faster nothing happens; read it again afterwards.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_client_key(&mut self, kid: &str, pkcs8: &[u8], now: Timestamp) -> Result<()> {
        let owner = Owner::role();
        let sealed = self.seal(&Cell { table: "client_key", column: "private", row: kid, owner: &owner }, pkcs8).await?;
        self.execute(INSERT_CLIENT_KEY, args![kid, sealed, now]).await?;
        Ok(())
    }

    /// The keys of the wallet's provider, as they were put.
    ///
    /// # Errors
    /// When the database fails or the cell does not open.
    pub async fn attester(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let Some(row) = self.optional(FIND_ATTESTER, args![]).await? else { return Ok(None) };
        self.open(&attester_cell(&Owner::role()), &row.blob("private")?).await.map(Some)
    }

    /// Offers the first keys of the wallet's provider. When another server was faster nothing happens; read them again afterwards.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_attester(&mut self, keys: &[u8], now: Timestamp) -> Result<()> {
        let sealed = self.seal(&attester_cell(&Owner::role()), keys).await?;
        self.execute(INSERT_ATTESTER, args![sealed, now]).await?;
        Ok(())
    }

    /// The DPoP key of a learner for an authorization server. No two learners and no two servers share one.
    ///
    /// # Errors
    /// When the database fails or the cell does not open.
    pub async fn dpop_key(&mut self, learner: &LearnerId, server: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let (learner, index) = (learner.as_str(), self.dpop_index(learner, server));
        let Some(row) = self.optional(FIND_DPOP_KEY, args![&index]).await? else { return Ok(None) };
        let (id, owner) = (row.text("id")?, Owner::learner(learner));
        self.open(&dpop_cell(&id, &owner), &row.blob("private")?).await.map(Some)
    }

    /// Offers a first DPoP key. When another attempt was faster nothing happens; read it again afterwards.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_dpop_key(&mut self, learner: &LearnerId, server: &str, pkcs8: &[u8], now: Timestamp) -> Result<()> {
        let (id, owner, index) = (row_id(now, self.random()), Owner::learner(learner.as_str()), self.dpop_index(learner, server));
        let sealed = self.seal(&dpop_cell(&id, &owner), pkcs8).await?;
        self.execute(INSERT_DPOP_KEY, args![&id, learner.as_str(), &index, sealed, now]).await?;
        Ok(())
    }

    fn dpop_index(&self, learner: &LearnerId, server: &str) -> Vec<u8> {
        self.blind_index("dpop_key.issuer_key", &format!("{learner}\n{server}"))
    }
}
