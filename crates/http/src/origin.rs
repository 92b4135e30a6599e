//! Origins of the roles: scheme, host and port, never a path.

use std::fmt;

use url::Url;

/// `scheme://host[:port]` of one role, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

/// A configured address that is not an origin.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not an origin: scheme, host and optional port, no path, no user")]
pub struct NotAnOrigin(String);

impl Origin {
    /// Reads an origin such as `https://wallet.example` or `http://localhost:8080`; one trailing slash is forgiven.
    pub fn parse(text: &str) -> Result<Self, NotAnOrigin> {
        let wrong = || NotAnOrigin(text.to_owned());
        let url = Url::parse(text).map_err(|_| wrong())?;
        let bare = matches!(url.scheme(), "https" | "http")
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if bare && url.host_str().is_some() { Ok(Self(url.origin().ascii_serialization())) } else { Err(wrong()) }
    }

    /// The origin's text, as browsers send it in `Origin`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// An absolute address below this origin; `path` starts with `/`.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// Whether cookies of this origin carry `Secure` and the `__Host-` prefix.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// `host[:port]`, as it stands in the `Host` header; the scheme's own port is left out.
    pub fn authority(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, authority)| authority)
    }

    /// The host without its port.
    pub fn host(&self) -> &str {
        let authority = self.authority();
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => authority,
        }
    }

    /// The port, the scheme's own when none is written.
    pub fn port(&self) -> u16 {
        let own = if self.is_https() { 443 } else { 80 };
        self.authority().rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(own)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where the roles are reached. A role knows its own origin; of the others only what it was told.
#[derive(Clone, Debug)]
pub struct RoleUrls {
    /// This role's own origin.
    pub own: Origin,
    /// The wallet, for links that open a request or an offer there.
    pub wallet: Option<Origin>,
    /// The issuer.
    pub issuer: Option<Origin>,
    /// The verifier, for links to its public check page.
    pub verifier: Option<Origin>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_have_no_path_and_no_user() {
        let demo = Origin::parse("http://localhost:8080/").unwrap();
        assert_eq!(
            (demo.as_str(), demo.authority(), demo.host(), demo.port()),
            ("http://localhost:8080", "localhost:8080", "localhost", 8080)
        );
        let own = Origin::parse("https://wallet.example:443").unwrap();
        assert_eq!((own.as_str(), own.host(), own.port(), own.is_https()), ("https://wallet.example", "wallet.example", 443, true));
        for bad in [
            "https://wallet.example/path",
            "https://u@wallet.example",
            "ftp://wallet.example",
            "wallet.example",
            "https://a.example?x=1",
            "https://a.example#x",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
    }
}
