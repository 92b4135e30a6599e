//! The contexts that a badge or record must name (Open Badges 3.0 appendix B.1.2, CLR 2.0 appendix B.1.1).

use super::{Code, Kind, OpenBadgeError};
use crate::vcdm::{At, Credential, Version};
use serde_json::Value;

/// Whether this is the context of Open Badges 3.0: `context.json`, a numbered one, or a name that it had.
fn is_open_badges(url: &str) -> bool {
    numbered(url, "https://purl.imsglobal.org/spec/ob/v3p0/context", '3')
        || url == "https://purl.imsglobal.org/spec/ob/v3p0/context/ob_v3p0.jsonld"
}

/// Whether this is the context of CLR 2.0.
fn is_clr(url: &str) -> bool {
    numbered(url, "https://purl.imsglobal.org/spec/clr/v2p0/context", '2')
}

/// Names that drafts used. Version 1.1 documents in the field still carry them.
fn is_draft(url: &str) -> bool {
    matches!(url, "https://imsglobal.github.io/openbadges-specification/context.json" | "https://dc.imsglobal.org/draft/clr/v2p0/context")
}

/// `{base}.json` or `{base}-{major}.d.d.json`.
fn numbered(url: &str, base: &str, major: char) -> bool {
    let Some(rest) = url.strip_prefix(base).and_then(|rest| rest.strip_suffix(".json")) else { return false };
    let mut characters = rest.chars();
    let mut is = |wanted: &dyn Fn(char) -> bool| characters.next().is_some_and(wanted);
    let version = is(&|c| c == '-')
        && is(&|c| c == major)
        && is(&|c| c == '.')
        && is(&|c| c.is_ascii_digit())
        && is(&|c| c == '.')
        && is(&|c| c.is_ascii_digit());
    rest.is_empty() || (version && characters.next().is_none())
}

/// Checks the places of the contexts. In version 1.1 they may stand anywhere, as deployed credentials have it.
pub(super) fn check(credential: &Credential, kind: Kind) -> Result<(), OpenBadgeError> {
    let at = At::ROOT;
    let here = at.key("@context");
    let wanted: &[fn(&str) -> bool] = match kind {
        Kind::Clr => &[is_clr, is_open_badges],
        Kind::Badge | Kind::Endorsement => &[is_open_badges],
    };
    let entries = credential.as_map().get("@context").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (place, wanted) in wanted.iter().enumerate() {
        let found = match credential.version() {
            Version::V2 => entries.get(place + 1).and_then(Value::as_str).is_some_and(wanted),
            Version::V1 => entries.iter().filter_map(Value::as_str).any(|url| wanted(url) || is_draft(url)),
        };
        if !found {
            return Err(OpenBadgeError::new(Code::Context, &here.index(place + 1)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_contexts() {
        for good in ["context.json", "context-3.0.3.json", "context-3.1.0.json", "context/ob_v3p0.jsonld"] {
            assert!(is_open_badges(&format!("https://purl.imsglobal.org/spec/ob/v3p0/{good}")), "{good}");
        }
        for bad in
            ["context-2.0.3.json", "context-3.0.json", "context-3.0.3.json.json", "context-3.0.3", "extensions.json", "context-3.0.33.json"]
        {
            assert!(!is_open_badges(&format!("https://purl.imsglobal.org/spec/ob/v3p0/{bad}")), "{bad}");
        }
        assert!(is_clr("https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"));
    }
}
