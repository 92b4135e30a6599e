//! The wallet's key as an OAuth client (`private_key_jwt`), one active at a time, shared by all servers.

use model::Timestamp;
use zeroize::Zeroizing;

use crate::{Cell, Owner, Result, WalletTx, args, statements};

statements! {
    FIND_ACTIVE_CLIENT_KEY = "SELECT id, private FROM client_key WHERE state = 'active'";
    INSERT_CLIENT_KEY = "INSERT INTO client_key (id, state, private, created_at) VALUES ($1, 'active', $2, $3) ON CONFLICT DO NOTHING";
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
}
