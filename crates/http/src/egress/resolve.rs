//! Name resolution for the guarded client: what is returned is what is connected to.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{Peer, address::is_global};

/// A name resolved to an address that may not be fetched.
#[derive(Debug, thiserror::Error)]
#[error("the name resolves to an address that is not global")]
pub(super) struct NotGlobal;

/// A name with more addresses than this is no server that we know how to meet.
const MOST: usize = 64;
/// So many of them are tried at most: an answer is no list of doors to knock at.
const TRIED: usize = 8;

/// Who is asked for the addresses of a foreign name. Asked once for each connection.
pub trait Names: Send + Sync + 'static {
    /// The addresses of a name, each time anew.
    ///
    /// # Errors
    /// When the name is unknown or nobody answers.
    fn addresses(&self, name: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The machine's own resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemNames;

impl Names for SystemNames {
    fn addresses(&self, name: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let name = name.to_owned();
        Box::pin(async move { Ok(look_up(&name).await?.into_iter().map(|address| address.ip()).collect()) })
    }
}

/// Gives the addresses of a name when every one of them is global.
pub(super) struct GlobalOnly(pub(super) Arc<dyn Names>);

impl Resolve for GlobalOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let asked = self.0.addresses(name.as_str());
        Box::pin(async move {
            let found = asked.await?;
            if found.is_empty() || found.len() > MOST || found.iter().any(|address| !is_global(*address)) {
                return Err(NotGlobal.into());
            }
            // Port 0 lets the client fill in the address's own.
            Ok(Box::new(found.into_iter().take(TRIED).map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

/// Gives 127.0.0.1 for `localhost`, whatever the machine's files say, and nothing else.
pub(super) struct LoopbackOnly;

impl Resolve for LoopbackOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            if name.as_str() != "localhost" {
                return Err(NotGlobal.into());
            }
            Ok(Box::new(std::iter::once(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0))) as Addrs)
        })
    }
}

/// Gives a neighbour's configured address, or whatever its name resolves to.
pub(super) struct PeerNames {
    connect_to: HashMap<String, String>,
}

impl PeerNames {
    pub(super) fn new(peers: &[Peer]) -> Self {
        let named = peers.iter().filter_map(|peer| Some((peer.origin.host().to_owned(), peer.connect_to.clone()?)));
        Self { connect_to: named.collect() }
    }
}

impl Resolve for PeerNames {
    fn resolve(&self, name: Name) -> Resolving {
        let target = self.connect_to.get(name.as_str()).cloned();
        Box::pin(async move {
            let found = match target {
                Some(target) => tokio::net::lookup_host(target).await?.collect(),
                None => look_up(name.as_str()).await?,
            };
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Port 0 lets the client fill in the address's own.
async fn look_up(name: &str) -> io::Result<Vec<SocketAddr>> {
    Ok(tokio::net::lookup_host((name, 0)).await?.collect())
}
