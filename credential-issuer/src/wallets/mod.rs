//! Wallets as OAuth clients: how each shows who it is, and where it may be sent back to.
//!
//! A client is listed in the configuration, has its metadata at the address that is its identifier, is attested by somebody who is
//! trusted here, or is `demo-wallet`. A `client_id` alone proves nothing; a pushed request needs one that may do without proof.

mod attested;
mod document;

use std::sync::Arc;

use axum::http::HeaderMap;
use http::Ctx;
use model::Timestamp;
use openid4vc::TrustedAttester;
use openid4vc::client_assertion;
use storage::{StorageError, hash_token};

pub(crate) use attested::Attesters;
use document::Documents;

use crate::Issuer;
use crate::config::WalletClient;
use crate::institution::Institution;
use crate::oid4vci::dpop::Shown;

/// The public client that every issuer knows in the demo and with `dev.allow_localhost`.
pub(crate) const DEMO_WALLET: &str = "demo-wallet";
/// The longest client identifier that is read.
const LONGEST: usize = 2048;

/// The wallets. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Wallets(Arc<Inner>);

struct Inner {
    known: Vec<WalletClient>,
    attesters: Attesters,
    demo: bool,
    documents: Documents,
}

/// A client as it showed itself.
pub(crate) struct Client {
    pub(crate) id: String,
    how: How,
}

enum How {
    /// It says so.
    Said,
    /// By `private_key_jwt`, with the connection that it speaks for.
    Key { connection: Option<String> },
    /// By an attestation: the instance's key, and the wallet's name as its attester has it.
    Attested { instance: String, name: Option<String> },
}

impl Client {
    /// Whether it authenticated.
    pub(crate) const fn is_proven(&self) -> bool {
        !matches!(self.how, How::Said)
    }

    /// The connection that it speaks for.
    pub(crate) fn connection(&self) -> Option<&str> {
        match &self.how {
            How::Key { connection } => connection.as_deref(),
            How::Said | How::Attested { .. } => None,
        }
    }

    /// The thumbprint of the wallet instance's key.
    pub(crate) fn instance(&self) -> Option<&str> {
        match &self.how {
            How::Attested { instance, .. } => Some(instance),
            How::Said | How::Key { .. } => None,
        }
    }

    /// The wallet's name by its attester.
    pub(crate) fn attested_name(&self) -> Option<&str> {
        match &self.how {
            How::Attested { name, .. } => name.as_deref(),
            How::Said | How::Key { .. } => None,
        }
    }
}

/// How a request shows who its client is.
pub(crate) struct Shows<'a> {
    pub(crate) headers: &'a HeaderMap,
    pub(crate) client_id: Option<&'a str>,
    /// `private_key_jwt`.
    pub(crate) assertion: Option<&'a str>,
    /// The DPoP proof, which also proves an attested instance's key where it is the same.
    pub(crate) dpop: Option<&'a Shown>,
}

/// Why a client is not accepted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// Unknown, or it did not authenticate.
    #[error("invalid_client")]
    Invalid,
    /// Its attestation does not fit, or nobody who is trusted here made it.
    #[error("invalid_client_attestation")]
    Attestation,
    /// Its attestation is too old.
    #[error("use_fresh_attestation")]
    Fresh,
    /// The proof of its attestation needs a challenge of ours.
    #[error("use_attestation_challenge")]
    Challenge,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Wallets {
    pub(crate) fn new(known: Vec<WalletClient>, attesters: Attesters, demo: bool) -> Self {
        Self(Arc::new(Inner { known, attesters, demo, documents: Documents::default() }))
    }

    fn find(&self, client_id: &str) -> Option<&WalletClient> {
        self.0.known.iter().find(|wallet| wallet.client_id == client_id)
    }

    /// Whose attestations of wallets and of keys are believed now.
    pub(crate) fn attesters(&self, issuer: &Issuer) -> Vec<TrustedAttester> {
        self.0.attesters.current(issuer)
    }

    /// Whether wallets may show themselves by an attestation.
    pub(crate) fn knows_attesters(&self) -> bool {
        !self.0.attesters.is_empty()
    }

    /// The name of a client on the page that says who gets what, and whether the configuration names it.
    pub(crate) fn name(&self, client_id: &str) -> (String, bool) {
        self.find(client_id).map_or_else(|| (client_id.to_owned(), false), |wallet| (wallet.name.clone(), true))
    }

    /// Who sends a request; none when it does not say. What is used once is used up.
    ///
    /// # Errors
    /// [`ClientError`] when it shows something that does not hold, or names two clients.
    pub(crate) async fn client(
        &self,
        issuer: &Issuer,
        institution: &Institution,
        ctx: &Ctx,
        shows: &Shows<'_>,
    ) -> Result<Option<Client>, ClientError> {
        let attested = attested::is_shown(shows.headers);
        let client = match (shows.assertion, shows.client_id) {
            (Some(_), _) if attested => return Err(ClientError::Invalid),
            (Some(assertion), _) => self.assertion(issuer, institution, ctx, assertion).await?,
            (None, _) if attested => self.0.attesters.client(issuer, institution, ctx, shows).await?,
            (None, Some(id)) if id.len() <= LONGEST && !id.contains(char::is_control) => Client { id: id.to_owned(), how: How::Said },
            (None, Some(_)) => return Err(ClientError::Invalid),
            (None, None) => return Ok(None),
        };
        if shows.client_id.is_none_or(|named| named == client.id) { Ok(Some(client)) } else { Err(ClientError::Invalid) }
    }

    /// Checks an assertion: with the client's key, for this authorization server, never seen before.
    async fn assertion(&self, issuer: &Issuer, institution: &Institution, ctx: &Ctx, assertion: &str) -> Result<Client, ClientError> {
        let claimed = client_assertion::claimed_client(assertion).ok_or(ClientError::Invalid)?;
        let (audience, now) = (&institution.identifier, ctx.now().seconds());
        let listed = self.find(&claimed).and_then(|wallet| wallet.keys.as_ref());
        let checked = match listed {
            Some(keys) => client_assertion::verify(assertion, &claimed, keys, audience, now),
            None => {
                let document = self.document(ctx, &claimed).await.ok_or(ClientError::Invalid)?;
                client_assertion::verify(assertion, &claimed, &document.keys, audience, now)
            }
        };
        let checked = checked.map_err(|_| ClientError::Invalid)?;
        let until = Timestamp::from_seconds(checked.exp.saturating_add(60));
        if !spend(issuer, "assertion", (&claimed, &checked.jti), until).await? {
            return Err(ClientError::Invalid);
        }
        Ok(Client { id: claimed, how: How::Key { connection: checked.connection } })
    }

    /// What a client says of itself at the address that is its identifier. A client that the configuration lists whole is not asked.
    async fn document(&self, ctx: &Ctx, client_id: &str) -> Option<Arc<document::Document>> {
        if client_id == DEMO_WALLET || self.find(client_id).is_some_and(WalletClient::is_whole) {
            return None;
        }
        self.0.documents.read(ctx, client_id).await
    }

    /// Whether a client needs no authentication.
    pub(crate) async fn is_public(&self, ctx: &Ctx, client_id: &str) -> bool {
        if client_id == DEMO_WALLET {
            return self.0.demo;
        }
        match self.find(client_id) {
            Some(wallet) if wallet.is_whole() => wallet.keys.is_none(),
            // A wallet that connects has keys, whatever its metadata leaves out.
            Some(_) => false,
            None => self.document(ctx, client_id).await.is_some_and(|document| document.public),
        }
    }

    /// Whether a client may be sent back to this address: exactly one of its own; any loopback address of `demo-wallet`; of a
    /// wallet that only its attester knows, whatever it names in a pushed request (RFC 9126 section 2.4).
    pub(crate) async fn may_return_to(&self, ctx: &Ctx, client: &Client, redirect_uri: &str) -> bool {
        if client.id == DEMO_WALLET {
            return self.0.demo && is_loopback(redirect_uri);
        }
        if let Some(uris) = self.find(&client.id).and_then(|wallet| wallet.redirect_uris.as_ref()) {
            return uris.iter().any(|uri| uri == redirect_uri);
        }
        match self.document(ctx, &client.id).await {
            Some(document) => document.redirect_uris.iter().any(|uri| uri == redirect_uri),
            None => client.instance().is_some() && self.find(&client.id).is_none() && is_redirect(redirect_uri),
        }
    }
}

/// Uses a `jti` up, in a transaction of its own: what follows may fail, the value is spent all the same.
async fn spend(issuer: &Issuer, kind: &'static str, (whose, jti): (&str, &str), until: Timestamp) -> Result<bool, StorageError> {
    let mut tx = issuer.store.write().await?;
    let first = tx.spend(kind, &hash_token(&format!("{whose} {jti}")), until).await?;
    tx.commit().await?;
    Ok(first)
}

/// `http://127.0.0.1:*` or `http://localhost:*`; never fetched.
pub(crate) fn is_loopback(redirect_uri: &str) -> bool {
    url::Url::parse(redirect_uri).is_ok_and(|url| {
        let host = url.host_str();
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        url.scheme() == "http" && matches!(host, Some("127.0.0.1" | "localhost")) && plain
    })
}

/// An address that a browser may be sent to: https, or an app's own scheme, which has a dot (RFC 8252 section 7.1).
fn is_redirect(redirect_uri: &str) -> bool {
    url::Url::parse(redirect_uri).is_ok_and(|url| {
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        plain && (url.scheme() == "https" && url.host().is_some() || url.scheme().contains('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_are_any() {
        for good in ["http://127.0.0.1:4000/cb", "http://localhost:9/cb?x=1", "http://localhost/cb"] {
            assert!(is_loopback(good), "{good}");
        }
        for bad in ["https://localhost/cb", "http://localhost.evil.example/cb", "http://user@localhost/cb", "http://127.0.0.2/cb", "cb"] {
            assert!(!is_loopback(bad), "{bad}");
        }
    }

    #[test]
    fn an_attested_wallet_goes_back_by_https_or_to_its_own_app() {
        for good in ["https://wallet.example/cb", "nl.voorbeeld.wallet:/cb"] {
            assert!(is_redirect(good), "{good}");
        }
        for bad in
            ["http://wallet.example/cb", "javascript:alert(1)", "data:text/html,x", "https://a@wallet.example/cb", "https://w.example/#x"]
        {
            assert!(!is_redirect(bad), "{bad}");
        }
    }
}
