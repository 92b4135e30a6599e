//! The address of a shared credential, as an employer would paste it: what it shows is fetched and checked like anything else.

use super::recognise::{self, Found};
use super::{Case, Need};
use url::Url;

/// Characters of a share's token.
const TOKEN: usize = 22;

/// Whether a text is an address.
pub(super) fn is_one(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// What the link shows. Somebody who was given the link checks it for themselves: the presentation is made for the wallet
/// that serves it, and that it comes from there is what the connection proves.
pub(super) fn follow(text: &str, case: &Case<'_>) -> Found {
    let (origin, token) = parts(text).ok_or("unsupported_format")?;
    let need = Need::Credential(format!("{origin}/s/{token}/credential"));
    let Some(bytes) = case.fetched.bytes(&need) else {
        case.ask(need);
        return Err("link_not_fetched");
    };
    let text = std::str::from_utf8(bytes).map_err(|_| "unreadable")?.trim();
    // A link leads to a credential, never to another link.
    if is_one(text) {
        return Err("unsupported_format");
    }
    recognise::read(text, &case.shown_by(&format!("{origin}/s")))
}

/// Origin and token of `{wallet}/s/{token}` and of the addresses of its copies.
fn parts(text: &str) -> Option<(String, String)> {
    let url = Url::parse(text).ok()?;
    let mut path = url.path_segments()?;
    let token = path.next().filter(|first| *first == "s").and_then(|_| path.next())?;
    let sound = token.len() == TOKEN && token.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (sound && url.username().is_empty() && url.password().is_none()).then(|| (url.origin().ascii_serialization(), token.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_shares_are_followed() {
        let token = "AAAAAAAAAAAAAAAAAAAAAb";
        for tail in ["", "/credential", "/report.json", "?lang=en", "#x"] {
            let (origin, read) = parts(&format!("https://wallet.example/s/{token}{tail}")).unwrap();
            assert_eq!((origin.as_str(), read.as_str()), ("https://wallet.example", token), "{tail}");
        }
        assert!(parts(&format!("http://localhost:8080/s/{token}")).is_some(), "whether it may be fetched is the fetcher's to say");
        for other in ["https://wallet.example/", "https://wallet.example/s/short", "https://wallet.example/x/AAAAAAAAAAAAAAAAAAAAAb"] {
            assert!(parts(other).is_none(), "{other}");
        }
        assert!(parts(&format!("https://a:b@wallet.example/s/{token}")).is_none());
    }
}
