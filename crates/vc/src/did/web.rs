//! Where the documents of `did:web` and `did:webvh` are: from a DID to an address, and back.

use url::{Host, Url};

use super::DidError;

/// The longest DID of a host that is read.
const MAX_DID: usize = 1_024;

/// The address of the document of a `did:web`. `https`, except that with `allow_localhost` the host `localhost` is
/// reached by `http` (our demo).
///
/// # Errors
/// [`DidError::Host`] for IP addresses in any notation and for `localhost` without leave, [`DidError::Path`] for segments that
/// are empty, dots, or hold a slash once decoded, [`DidError::Malformed`] for the rest.
pub fn web_url(did: &str, allow_localhost: bool) -> Result<Url, DidError> {
    let name = did.strip_prefix("did:web:").ok_or(DidError::Method)?;
    let place = Place::read(name, allow_localhost)?;
    place.file("did.json")
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

/// A place on a host, as `did:web` and `did:webvh` name it: domain, port, path segments.
pub(super) struct Place {
    base: Url,
    path: Vec<String>,
}

impl Place {
    /// Reads `host[%3Aport][:segment]*`, everything decoded once.
    pub(super) fn read(name: &str, allow_localhost: bool) -> Result<Self, DidError> {
        if name.len() > MAX_DID {
            return Err(DidError::Malformed);
        }
        let mut parts = name.split(':');
        let base = origin(parts.next().unwrap_or_default(), allow_localhost)?;
        let path: Vec<String> = parts.map(segment).collect::<Result<_, _>>()?;
        Ok(Self { base, path })
    }

    /// The address of a file there; without path segments it is under `.well-known`.
    pub(super) fn file(&self, name: &str) -> Result<Url, DidError> {
        let known = self.path.is_empty().then_some(".well-known");
        self.at(known, Some(name))
    }

    /// The address of the place itself, without a slash at the end.
    pub(super) fn address(&self) -> Result<String, DidError> {
        Ok(self.at(None, None)?.as_str().trim_end_matches('/').to_owned())
    }

    fn at(&self, before: Option<&str>, name: Option<&str>) -> Result<Url, DidError> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| DidError::Malformed)?
            .clear()
            .extend(self.path.iter().map(String::as_str).chain(before).chain(name));
        Ok(url)
    }
}

/// `https://host[:port]` of the first part.
fn origin(part: &str, allow_localhost: bool) -> Result<Url, DidError> {
    // The one colon that a name has is that before the port; percent signs are read whatever their case (RFC 3986 section 2.1).
    let decoded = decode(part)?;
    let (name, port) = decoded.split_once(':').map_or((decoded.as_str(), None), |(name, port)| (name, Some(port)));
    let port = port.map(number).transpose()?.map(|port| format!(":{port}")).unwrap_or_default();
    let labels = |name: &str| name.split('.').all(|label| (1..=63).contains(&label.len()));
    let allowed = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || matches!(c, '-' | '.');
    if name.is_empty() || !name.chars().all(allowed) {
        return Err(DidError::Malformed);
    }
    // What a URL parser would take for an IP address is one, in whatever notation.
    let Ok(Host::Domain(host)) = Host::parse(name) else { return Err(DidError::Host) };
    let local = host == "localhost";
    if local && !allow_localhost {
        return Err(DidError::Host);
    }
    if !labels(&host) || host.len() > 253 {
        return Err(DidError::Malformed);
    }
    let scheme = if local { "http" } else { "https" };
    Url::parse(&format!("{scheme}://{host}{port}/")).map_err(|_| DidError::Malformed)
}

fn number(port: &str) -> Result<u16, DidError> {
    let digits = (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
    port.parse().ok().filter(|port| digits && *port > 0).ok_or(DidError::Malformed)
}

/// One segment of a path.
fn segment(part: &str) -> Result<String, DidError> {
    let decoded = decode(part)?;
    let refused = matches!(decoded.as_str(), "" | "." | "..") || decoded.contains(['/', '\\', '\0']) || decoded.trim() != decoded;
    if refused { Err(DidError::Path) } else { Ok(decoded) }
}

/// Decodes what DID Core allows in a part: letters, digits, `.`, `-`, `_` and well-formed percent signs.
fn decode(part: &str) -> Result<String, DidError> {
    let mut rest = part.bytes();
    let mut out = Vec::with_capacity(part.len());
    while let Some(byte) = rest.next() {
        out.push(match byte {
            b'%' => digit(rest.next())? << 4 | digit(rest.next())?,
            byte if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') => byte,
            _ => return Err(DidError::Malformed),
        });
    }
    String::from_utf8(out).map_err(|_| DidError::Malformed)
}

fn digit(byte: Option<u8>) -> Result<u8, DidError> {
    let digit = byte.and_then(|byte| char::from(byte).to_digit(16)).ok_or(DidError::Malformed)?;
    u8::try_from(digit).map_err(|_| DidError::Malformed)
}
