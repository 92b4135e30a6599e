//! `eduwallet serve`: the roles of a configuration, for as long as the process lives.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use http::role::Surroundings;
use http::serve::shutdown;
use http::{Origin, RoleUrls};
use model::SystemClock;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use vc::random::SystemRandom;

use crate::cli::{Part, ServeArguments};
use crate::config::{Config, ConfigError, Place};
use crate::openapi::{Of, described};
use crate::operations::{self, Ready};
use crate::roles::{Data, RoleError, Roles, by_host};
use crate::{log, say};

/// Why serving ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Role(#[from] RoleError),
    #[error("{address} could not be listened on")]
    Listen {
        address: SocketAddr,
        #[source]
        source: std::io::Error,
    },
}

/// Runs until it is told to stop.
pub(crate) async fn run(arguments: ServeArguments) -> Result<(), ServeError> {
    log::start("info");
    let config = Config::read(&arguments.config.config)?;
    let metrics = operations::metrics();
    let parts = arguments.roles.as_slice();
    let (roles, sites) = open(&config, parts).await?;
    let (stopper, stop) = shutdown();
    let ready = Ready::default();
    let mut tasks = JoinSet::new();
    for (address, group) in sites {
        let listener = listen(address).await?;
        tasks.spawn(serve(listener, by_host(group), stop.clone()));
    }
    if let Some(section) = &config.file.operations {
        let listener = listen(section.listen).await?;
        tasks.spawn(serve(listener, operations::router(ready.clone(), roles.databases.clone(), metrics), stop.clone()));
    }
    if parts.contains(&Part::Worker) {
        roles.work(&mut tasks, &stop);
    }
    ready.set();
    say::line("eduwallet is ready");
    interrupted().await;
    stopper.stop();
    while tasks.join_next().await.is_some() {}
    roles.close().await;
    Ok(())
}

type Sites = BTreeMap<SocketAddr, Vec<(Origin, Router)>>;

/// Opens the roles that this process takes on.
async fn open(config: &Config, parts: &[Part]) -> Result<(Roles, Sites), ServeError> {
    let mut roles = Roles::default();
    let mut sites = Sites::new();
    let urls = config.urls()?;
    let mut site = |listen: SocketAddr, own: &Origin, router: Option<Router>| {
        // A worker alone works for every role and serves none.
        if let Some(router) = router.filter(|_| parts.iter().any(|part| *part != Part::Worker)) {
            sites.entry(listen).or_default().push((own.clone(), router));
        }
    };
    if let (Some(section), Some(own)) = (chosen(Part::Wallet, "wallet", config.file.wallet.as_ref(), parts)?, &urls.wallet) {
        let (around, data) = (surroundings(config, urls.from(own.clone()))?, data(config, &section.database, &section.master_key_file)?);
        roles.open_wallet(section.role(config)?, around, &data).await?;
        site(section.listen, own, roles.wallet.as_ref().map(|role| role.router()));
    }
    if let (Some(section), Some(own)) = (chosen(Part::Issuer, "issuer", config.file.issuer.as_ref(), parts)?, &urls.issuer) {
        let (around, data) = (surroundings(config, urls.from(own.clone()))?, data(config, &section.database, &section.master_key_file)?);
        roles.open_issuer(section.role(config)?, around, &data).await?;
        site(section.listen, own, roles.issuer.as_ref().map(|role| described(role.router(), Of::Issuer)));
    }
    if let (Some(section), Some(own)) = (chosen(Part::Verifier, "verifier", config.file.verifier.as_ref(), parts)?, &urls.verifier) {
        let (around, data) = (surroundings(config, urls.from(own.clone()))?, data(config, &section.database, &section.master_key_file)?);
        roles.open_verifier(section.role(config)?, around, &data).await?;
        site(section.listen, own, roles.verifier.as_ref().map(|role| described(role.router(), Of::Verifier)));
    }
    Ok((roles, sites))
}

/// A role's section when this process takes the role on. Asking for a role by name that the configuration lacks is an error.
fn chosen<'a, T>(part: Part, name: &'static str, section: Option<&'a T>, parts: &[Part]) -> Result<Option<&'a T>, ConfigError> {
    let only_work = parts.iter().all(|part| *part == Part::Worker);
    match section {
        None if parts.contains(&part) && !is_everything(parts) => Err(ConfigError::NoRole(name)),
        section => Ok(section.filter(|_| only_work || parts.contains(&part))),
    }
}

/// The default asks for everything: a configuration may then lack a role.
fn is_everything(parts: &[Part]) -> bool {
    [Part::Wallet, Part::Issuer, Part::Verifier, Part::Worker].iter().all(|part| parts.contains(part))
}

pub(crate) fn surroundings(config: &Config, urls: RoleUrls) -> Result<Surroundings, ConfigError> {
    Ok(Surroundings {
        urls,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        egress: config.egress()?,
        register: config.register()?,
        operator: config.file.operator.clone(),
        demo: false,
        limits: config.limits(),
        session_times: config.session_times(),
        trusted_proxies: config.file.trusted_proxies.clone(),
    })
}

pub(crate) fn data(config: &Config, place: &Place, key: &std::path::Path) -> Result<Data, ConfigError> {
    Ok(Data { url: config.database(place), master: config.master_key(key)? })
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })
}

async fn serve(listener: TcpListener, router: Router, stop: http::Shutdown) {
    if let Err(error) = http::serve::serve(listener, router, stop).await {
        tracing::error!(cause = %error, "a listener failed");
    }
}

/// Ctrl-C, or what a service manager sends.
pub(crate) async fn interrupted() {
    let by_hand = tokio::signal::ctrl_c();
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = by_hand => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    let _ = by_hand.await;
}
