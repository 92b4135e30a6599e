//! The image of a badge: as data when it is embedded and harmless, else its address, which nobody fetches for showing.

use super::bake::{self, ImageKind};
use crate::encoding::{b64_decode, b64url_decode};
use crate::vcdm::percent_decode;
use serde_json::Value;

/// Most bytes of an embedded picture.
pub const MAX_PICTURE: usize = 64 << 10;

/// An image of a badge or profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picture {
    /// PNG or SVG that the credential itself carries; SVG was checked for scripts and references.
    Embedded {
        /// What it is.
        kind: ImageKind,
        /// The bytes.
        bytes: Vec<u8>,
        /// `caption`.
        caption: Option<String>,
    },
    /// It lies elsewhere, or is of no kind that is shown from the credential. Fetching it would tell somebody that the
    /// badge is being looked at.
    Elsewhere {
        /// Its address; absent for embedded data that is not shown.
        url: Option<String>,
        /// `caption`.
        caption: Option<String>,
    },
}

impl Picture {
    /// Reads an `Image`, or its address alone.
    pub(super) fn of(value: &Value) -> Option<Self> {
        let (id, caption) = match value {
            Value::String(id) => (id.as_str(), None),
            other => (other.get("id")?.as_str()?, other.get("caption").and_then(Value::as_str).map(str::to_owned)),
        };
        if !id.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
            return Some(Self::Elsewhere { url: Some(id.to_owned()), caption });
        }
        Some(match embedded(id) {
            Some((kind, bytes)) => Self::Embedded { kind, bytes, caption },
            None => Self::Elsewhere { url: None, caption },
        })
    }

    /// `caption`.
    pub fn caption(&self) -> Option<&str> {
        match self {
            Self::Embedded { caption, .. } | Self::Elsewhere { caption, .. } => caption.as_deref(),
        }
    }
}

/// The bytes of a `data:` URL, when they are what it says and harmless.
fn embedded(url: &str) -> Option<(ImageKind, Vec<u8>)> {
    let (head, data) = url.get(5..)?.split_once(',')?;
    // Base64 and percent-encoding only make it longer.
    if data.len() > MAX_PICTURE * 3 {
        return None;
    }
    let mut parts = head.split(';');
    let kind = match parts.next()?.to_ascii_lowercase().as_str() {
        "image/png" => ImageKind::Png,
        "image/svg+xml" => ImageKind::Svg,
        _ => return None,
    };
    let bytes = if parts.any(|p| p.eq_ignore_ascii_case("base64")) {
        b64_decode(data).or_else(|_| b64url_decode(data)).ok()?
    } else {
        percent_decode(data)?.into_bytes()
    };
    (bytes.len() <= MAX_PICTURE && bake::check_image(&bytes) == Ok(kind)).then_some((kind, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::b64;
    use serde_json::json;

    #[test]
    fn only_harmless_data_is_embedded() {
        let svg = r#"<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/></svg>"#;
        let url = format!("data:image/svg+xml;base64,{}", b64(svg));
        let picture = Picture::of(&json!({"id": url, "type": "Image", "caption": "Round"})).unwrap();
        assert_eq!(picture, Picture::Embedded { kind: ImageKind::Svg, bytes: svg.as_bytes().to_vec(), caption: Some("Round".into()) });
        assert_eq!(picture.caption(), Some("Round"));
        let hidden = Picture::Elsewhere { url: None, caption: None };
        let script = svg.replace("<circle", "<script>alert(1)</script><circle");
        for bad in [
            format!("data:image/svg+xml;base64,{}", b64(script)),
            format!("data:image/png;base64,{}", b64(svg)),
            format!("data:image/svg+xml;base64,{}", b64(svg.replace("<circle", &format!("<!--{}--><circle", "a".repeat(MAX_PICTURE))))),
            "data:text/html,<p>".into(),
            "data:image/png;base64,!".into(),
            "DATA:".into(),
        ] {
            assert_eq!(Picture::of(&json!(bad)), Some(hidden.clone()), "{}", &bad[..20.min(bad.len())]);
        }
        let away = Picture::of(&json!("https://a.example/i.png"));
        assert_eq!(away, Some(Picture::Elsewhere { url: Some("https://a.example/i.png".into()), caption: None }));
        assert_eq!(Picture::of(&json!({"type": "Image"})), None);
    }
}
