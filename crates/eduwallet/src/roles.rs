//! Opening the roles: each over its own database with its own master key.

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::HOST;
use credential_issuer::CredentialIssuer;
use http::role::Surroundings;
use http::{Origin, Shutdown};
use storage::{IssuerStore, MasterKey, StorageError, VerifierStore, WalletStore};
use tokio::task::JoinSet;
use tower::ServiceExt;
use verifier::Verifier;
use wallet_server::WalletServer;

use crate::operations::Databases;

/// A role did not open.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    #[error("the {role}'s database")]
    Database {
        role: &'static str,
        #[source]
        source: StorageError,
    },
    #[error("the wallet")]
    Wallet(#[from] wallet_server::OpenError),
    #[error("the issuer")]
    Issuer(#[from] credential_issuer::OpenError),
    #[error("the verifier")]
    Verifier(#[from] verifier::OpenError),
}

/// A role's database: address and master key.
pub(crate) struct Data {
    pub(crate) url: String,
    pub(crate) master: MasterKey,
}

/// The roles of a process.
#[derive(Clone, Default)]
pub(crate) struct Roles {
    pub(crate) wallet: Option<WalletServer>,
    pub(crate) issuer: Option<CredentialIssuer>,
    pub(crate) verifier: Option<Verifier>,
    pub(crate) databases: Databases,
}

impl Roles {
    pub(crate) async fn open_wallet(&mut self, config: wallet_server::Config, around: Surroundings, data: &Data) -> Result<(), RoleError> {
        let store = WalletStore::open(&data.url, &data.master, around.random.clone()).await;
        let store = store.map_err(|source| RoleError::Database { role: "wallet", source })?;
        self.databases.wallet = Some(store.clone());
        self.wallet = Some(WalletServer::open(config, around, store).await?);
        Ok(())
    }

    pub(crate) async fn open_issuer(
        &mut self,
        config: credential_issuer::Config,
        around: Surroundings,
        data: &Data,
    ) -> Result<(), RoleError> {
        let store = IssuerStore::open(&data.url, &data.master, around.random.clone()).await;
        let store = store.map_err(|source| RoleError::Database { role: "issuer", source })?;
        self.databases.issuer = Some(store.clone());
        self.issuer = Some(CredentialIssuer::open(config, around, store).await?);
        Ok(())
    }

    pub(crate) async fn open_verifier(&mut self, config: verifier::Config, around: Surroundings, data: &Data) -> Result<(), RoleError> {
        let store = VerifierStore::open(&data.url, &data.master, around.random.clone()).await;
        let store = store.map_err(|source| RoleError::Database { role: "verifier", source })?;
        self.databases.verifier = Some(store.clone());
        self.verifier = Some(Verifier::open(config, around, store).await?);
        Ok(())
    }

    /// Starts the periodic work and the outbox of every role.
    pub(crate) fn work(&self, tasks: &mut JoinSet<()>, stop: &Shutdown) {
        if let Some(wallet) = self.wallet.clone() {
            let stop = stop.clone();
            tasks.spawn(async move { wallet.worker(stop).await });
        }
        if let Some(issuer) = self.issuer.clone() {
            let stop = stop.clone();
            tasks.spawn(async move { issuer.worker(stop).await });
        }
        if let Some(verifier) = self.verifier.clone() {
            let stop = stop.clone();
            tasks.spawn(async move { verifier.worker(stop).await });
        }
    }

    /// Closes the databases.
    pub(crate) async fn close(&self) {
        if let Some(store) = &self.databases.wallet {
            store.close().await;
        }
        if let Some(store) = &self.databases.issuer {
            store.close().await;
        }
        if let Some(store) = &self.databases.verifier {
            store.close().await;
        }
    }
}

/// One router for several roles on one listener, chosen by `Host`. A host of nobody gets the first role's 421.
pub(crate) fn by_host(roles: Vec<(Origin, Router)>) -> Router {
    let mut roles = roles;
    if roles.len() == 1
        && let Some((_, router)) = roles.pop()
    {
        return router;
    }
    Router::new().fallback(move |request: Request| {
        let host = named(request.headers());
        let chosen = roles.iter().find(|(origin, _)| host.as_deref() == Some(origin.authority())).or_else(|| roles.first());
        let router = chosen.map(|(_, router)| router.clone()).unwrap_or_default();
        router.oneshot(request)
    })
}

fn named(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(HOST)?.to_str().ok()?.to_ascii_lowercase();
    Some(host.strip_suffix(":443").unwrap_or(&host).to_owned())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::routing::get;

    use super::*;

    #[tokio::test]
    async fn a_listener_of_several_roles_chooses_by_host() {
        let role = |url: &str, path: &str| (Origin::parse(url).unwrap(), Router::new().route(path, get(|| async { "page" })));
        let router = by_host(vec![role("https://wallet.example", "/wallet"), role("https://issuer.example", "/issuer")]);
        let ask = async |host: &str, path: &str| {
            let request = Request::builder().uri(path).header(HOST, host).body(Body::empty()).unwrap();
            router.clone().oneshot(request).await.unwrap().status()
        };
        assert_eq!(ask("wallet.example", "/wallet").await, StatusCode::OK);
        assert_eq!(ask("Issuer.example:443", "/issuer").await, StatusCode::OK);
        assert_eq!(ask("issuer.example", "/wallet").await, StatusCode::NOT_FOUND);
    }
}
