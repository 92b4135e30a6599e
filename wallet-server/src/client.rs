//! The wallet as an OAuth client: its identifier is the address of its metadata, its key is shared by all its servers.
//!
//! Every issuer has a redirect URI of its own, so that the answer of one is never taken for another's (RFC 9700 section 4.4.2). An
//! issuer outside the register also meets the wallet under an identifier of its own.

mod attester;

use std::sync::Arc;

use http::{AppCore, Origin};
use model::sharing_proof;
use openid4vc::client_assertion;
use serde::{Deserialize, Serialize};
use storage::{StorageError, WalletStore};
use vc::jws::{self, JwsError};
use vc::key::{Algorithm, Jwk, KeyError, SigningKey};
use vc::x509::X509Error;

use attester::Attester;

/// The wallet's identity towards authorization servers. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Client(Arc<Inner>);

struct Inner {
    id: String,
    redirect_uri: String,
    origin: Origin,
    key: SigningKey,
    attester: Attester,
}

/// Under which name the wallet meets an issuer, and where the browser comes back to.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Identity {
    /// `client_id`: the address of the client metadata.
    pub(crate) id: String,
    /// The issuer's own redirect URI.
    pub(crate) redirect_uri: String,
}

/// What stands for an issuer in addresses of ours: 132 bits of the hash of its identifier.
pub(crate) fn issuer_key(credential_issuer: &str) -> String {
    vc::encoding::b64url(vc::encoding::sha256(credential_issuer.as_bytes())).chars().take(22).collect()
}

/// Whether a text may stand for an issuer.
pub(crate) fn is_issuer_key(text: &str) -> bool {
    text.len() == 22 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
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
    /// The provider's certificate could not be made, or is none.
    #[error("the wallet provider's certificate could not be used")]
    Certificate(#[source] X509Error),
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
        let (id, redirect_uri) = (own.at("/client-metadata.json"), own.at("/wallet/connected"));
        let attester = Attester::open(core, store).await?;
        Ok(Self(Arc::new(Inner { id, redirect_uri, origin: own.clone(), key, attester })))
    }

    /// The `client_id`: the address of the client metadata.
    pub(crate) fn id(&self) -> &str {
        &self.0.id
    }

    /// Where authorization servers send the browser back to.
    pub(crate) fn redirect_uri(&self) -> &str {
        &self.0.redirect_uri
    }

    /// The identity for an issuer: the wallet's own where the register names it, else one that only this issuer sees.
    pub(crate) fn identity(&self, credential_issuer: &str, listed: bool) -> Identity {
        let key = issuer_key(credential_issuer);
        let id = if listed { self.0.id.clone() } else { self.identity_at(&key) };
        Identity { id, redirect_uri: self.collected_at(&key) }
    }

    /// The client identifier that only one issuer sees, by what stands for that issuer.
    pub(crate) fn identity_at(&self, key: &str) -> String {
        self.0.origin.at(&format!("/client-metadata/{key}"))
    }

    /// The redirect URI of one issuer, by what stands for it.
    pub(crate) fn collected_at(&self, key: &str) -> String {
        self.0.origin.at(&format!("/wallet/collected/{key}"))
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
        self.assert(core, self.id(), audience, connection)
    }

    /// The same under another identity. The audience is the authorization server's identifier and nothing else (threat T13).
    ///
    /// # Errors
    /// When the key cannot sign.
    pub(crate) fn assertion_of(
        &self,
        core: &AppCore,
        identity: &Identity,
        audience: &str,
        connection: Option<&str>,
    ) -> Result<String, JwsError> {
        self.assert(core, &identity.id, audience, connection)
    }

    /// Signs what a learner takes along as a proof; its type keeps it apart from everything else that this key signs.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub(crate) fn sign_proof(&self, payload: &[u8]) -> Result<String, JwsError> {
        let kid = self.0.key.public_jwk()?.thumbprint();
        let header = serde_json::Map::from_iter([("typ".to_owned(), sharing_proof::TYPE.into()), ("kid".to_owned(), kid.into())]);
        jws::sign(&header, payload, &self.0.key)
    }

    /// The provider's word for the wallet under an identity, and for the key by which it meets a server.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub(crate) fn attestation(&self, core: &AppCore, identity: &Identity, instance: &Jwk) -> Result<String, JwsError> {
        self.0.attester.vouch(core, &identity.id, instance)
    }

    /// What an authorization server has to know to believe the wallet's provider.
    ///
    /// # Errors
    /// When the key does not tell its public half.
    pub(crate) fn attester(&self) -> Result<serde_json::Value, KeyError> {
        self.0.attester.document(&self.0.origin)
    }

    fn assert(&self, core: &AppCore, client_id: &str, audience: &str, connection: Option<&str>) -> Result<String, JwsError> {
        let jti = vc::random::token128(core.random());
        let claims = client_assertion::Claims { client_id, audience, jti: &jti, connection, now: core.now().seconds() };
        client_assertion::build(&claims, &self.0.key)
    }
}

async fn stored_key(store: &WalletStore) -> Result<Option<SigningKey>, ClientError> {
    let stored = store.read().await?.client_key().await?;
    stored.map(|(_, pkcs8)| SigningKey::from_pkcs8(&pkcs8).map_err(ClientError::Key)).transpose()
}
