//! Cookies by the rules of `interfaces.md` section 3: `__Host-` on https, named with the port on loopback http.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

use crate::core::AppCore;
use crate::origin::Origin;

/// The name of a role's cookie; `part` tells the login cookie (`login`) from the session's (empty).
fn name(origin: &Origin, role: &str, part: &str) -> String {
    let tail = if part.is_empty() { String::new() } else { format!("_{part}") };
    if origin.is_https() { format!("__Host-ew_{role}{tail}") } else { format!("ew_{role}{tail}_{}", origin.port()) }
}

/// One cookie of ours, `HttpOnly`, `SameSite=Lax`, for the whole origin, never with a `Domain`.
#[derive(Clone, Debug)]
pub struct Cookie {
    name: String,
    secure: bool,
}

impl Cookie {
    /// The cookie that carries the session.
    pub fn session(core: &AppCore) -> Self {
        Self::of(core, "")
    }

    /// The cookie that ties a login to the browser in which it began.
    pub fn login(core: &AppCore) -> Self {
        Self::of(core, "login")
    }

    /// Another cookie of the role, told apart by a short word.
    pub fn of(core: &AppCore, part: &str) -> Self {
        let origin = &core.urls().own;
        Self { name: name(origin, core.role().name(), part), secure: origin.is_https() }
    }

    /// The `Set-Cookie` value for a random token; no attribute ends it but the browser's own session.
    pub fn set(&self, token: &str) -> HeaderValue {
        let secure = if self.secure { "; Secure" } else { "" };
        header(format!("{}={token}; Path=/; HttpOnly; SameSite=Lax{secure}", self.name))
    }

    /// The same for a token that the browser keeps for so many seconds.
    pub fn set_for(&self, token: &str, seconds: i64) -> HeaderValue {
        let secure = if self.secure { "; Secure" } else { "" };
        header(format!("{}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", self.name))
    }

    /// The `Set-Cookie` value that ends it.
    pub fn clear(&self) -> HeaderValue {
        let secure = if self.secure { "; Secure" } else { "" };
        header(format!("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{secure}", self.name))
    }

    /// The token in a request; none when it is missing or sent twice.
    pub fn read(&self, headers: &HeaderMap) -> Option<String> {
        let mut found = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, value)| *name == self.name && !value.is_empty())
            .map(|(_, value)| value);
        let first = found.next()?;
        found.next().is_none().then(|| first.to_owned())
    }
}

/// Names and tokens are letters, digits and `_-`, so this cannot fail; an empty value would set nothing.
fn header(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_origin() {
        let demo = Origin::parse("http://localhost:8080").unwrap();
        let live = Origin::parse("https://wallet.example").unwrap();
        assert_eq!(name(&demo, "wallet", ""), "ew_wallet_8080");
        assert_eq!(name(&demo, "wallet", "login"), "ew_wallet_login_8080");
        assert_eq!(name(&live, "wallet", ""), "__Host-ew_wallet");
    }

    #[test]
    fn a_cookie_sent_twice_is_none() {
        let cookie = Cookie { name: "ew_wallet_8080".into(), secure: false };
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("a=1; ew_wallet_8080=abc; b=2"));
        assert_eq!(cookie.read(&headers).as_deref(), Some("abc"));
        headers.append(COOKIE, HeaderValue::from_static("ew_wallet_8080=def"));
        assert_eq!(cookie.read(&headers), None);
        assert!(!cookie.set("abc").to_str().unwrap().contains("Domain"));
        assert_eq!(cookie.set_for("abc", 60).to_str().unwrap(), "ew_wallet_8080=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
    }
}
