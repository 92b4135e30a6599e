//! `did:web`: from a DID to the address of its document, and back.

use super::DidError;
use url::{Host, Url};

/// The address of the document of a `did:web`. `https`, except that with `allow_localhost` the host `localhost` is
/// reached by `http` (our demo). IP addresses, paths with `..` and percent signs other than that of the port are refused.
pub fn web_url(did: &str, allow_localhost: bool) -> Result<Url, DidError> {
    let name = did.strip_prefix("did:web:").ok_or(DidError::Method)?;
    let mut parts = name.split(':');
    let host = parts.next().filter(|h| !h.is_empty()).ok_or(DidError::Malformed)?;
    let (host, port) = match host.split_once("%3A").or_else(|| host.split_once("%3a")) {
        Some((host, port)) => (host, Some(port.parse::<u16>().map_err(|_| DidError::Malformed)?)),
        None => (host, None),
    };
    let plain = |s: &str| s.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
    let path: Vec<&str> = parts.collect();
    if !plain(host) || host.is_empty() || path.iter().any(|p| p.is_empty() || !plain(p) || matches!(*p, "." | "..")) {
        return Err(DidError::Malformed);
    }
    let local = host.eq_ignore_ascii_case("localhost");
    if local && !allow_localhost {
        return Err(DidError::Malformed);
    }
    let scheme = if local { "http" } else { "https" };
    let port = port.map(|p| format!(":{p}")).unwrap_or_default();
    let path = if path.is_empty() { ".well-known".to_owned() } else { path.join("/") };
    let url = Url::parse(&format!("{scheme}://{host}{port}/{path}/did.json")).map_err(|_| DidError::Malformed)?;
    match url.host() {
        Some(Host::Domain(_)) => Ok(url),
        _ => Err(DidError::Malformed),
    }
}

/// The `did:web` of an http(s) address without query and fragment; a trailing slash is dropped.
pub fn web_did(address: &str) -> Result<String, DidError> {
    let url = Url::parse(address).map_err(|_| DidError::Malformed)?;
    let Some(Host::Domain(host)) = url.host() else { return Err(DidError::Malformed) };
    if url.query().is_some() || url.fragment().is_some() || !matches!(url.scheme(), "https" | "http") {
        return Err(DidError::Malformed);
    }
    let port = url.port().map(|p| format!("%3A{p}")).unwrap_or_default();
    let path: String = url.path().trim_matches('/').split('/').filter(|p| !p.is_empty()).map(|p| format!(":{p}")).collect();
    let did = format!("did:web:{host}{port}{path}");
    web_url(&did, true).map(|_| did)
}
