//! The wallet as an OAuth client: its identifier is the address of its metadata, its key is shared by all its servers.

use std::sync::Arc;

use http::AppCore;
use openid4vc::client_assertion;
use storage::{StorageError, WalletStore};
use vc::jws::JwsError;
use vc::key::{Algorithm, Jwk, KeyError, SigningKey};

/// The wallet's identity towards authorization servers. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Client(Arc<Inner>);

struct Inner {
    id: String,
    redirect_uri: String,
    key: SigningKey,
}

/// The client key could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The key could not be made, or is none.
    #[error("the wallet's client key could not be used")]
    Key(#[source] KeyError),
}

impl Client {
    /// Reads the client key, or makes the first one.
    ///
    /// # Errors
    /// When the database fails or the key is unusable.
    pub(crate) async fn open(core: &AppCore, store: &WalletStore) -> Result<Self, ClientError> {
        let key = match stored_key(store).await? {
            Some(key) => key,
            None => {
                let new = SigningKey::generate(Algorithm::Es256).map_err(ClientError::Key)?;
                let kid = new.public_jwk().map_err(ClientError::Key)?.thumbprint();
                let mut tx = store.write().await?;
                tx.put_client_key(&kid, &new.to_pkcs8().map_err(ClientError::Key)?, core.now()).await?;
                tx.commit().await?;
                // Another server may have been first; what is in the table counts.
                stored_key(store).await?.unwrap_or(new)
            }
        };
        let own = &core.urls().own;
        Ok(Self(Arc::new(Inner { id: own.at("/client-metadata.json"), redirect_uri: own.at("/wallet/connected"), key })))
    }

    /// The `client_id`: the address of the client metadata.
    pub(crate) fn id(&self) -> &str {
        &self.0.id
    }

    /// Where authorization servers send the browser back to.
    pub(crate) fn redirect_uri(&self) -> &str {
        &self.0.redirect_uri
    }

    /// The public key, for the client metadata.
    ///
    /// # Errors
    /// When the key does not tell its public half.
    pub(crate) fn public_jwk(&self) -> Result<Jwk, KeyError> {
        let jwk = self.0.key.public_jwk()?;
        let kid = jwk.thumbprint();
        Ok(jwk.with_kid(kid).with_alg("ES256").with_use("sig"))
    }

    /// A `private_key_jwt` assertion for one request to the authorization server `audience`, naming a connection when the wallet
    /// speaks for one.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub(crate) fn assertion(&self, core: &AppCore, audience: &str, connection: Option<&str>) -> Result<String, JwsError> {
        let jti = vc::random::token128(core.random());
        let claims = client_assertion::Claims { client_id: self.id(), audience, jti: &jti, connection, now: core.now().seconds() };
        client_assertion::build(&claims, &self.0.key)
    }
}

async fn stored_key(store: &WalletStore) -> Result<Option<SigningKey>, ClientError> {
    let stored = store.read().await?.client_key().await?;
    stored.map(|(_, pkcs8)| SigningKey::from_pkcs8(&pkcs8).map_err(ClientError::Key)).transpose()
}
