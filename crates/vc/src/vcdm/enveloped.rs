//! Credentials and presentations in a `data:` URL (VCDM 2.0 sections 4.13 and 4.14): a signed text inside JSON.

use super::check::texts;
use super::{At, Code, VcdmError};
use crate::Map;
use crate::encoding::b64_decode;
use serde_json::Value;

/// What the text of an envelope is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaType {
    /// A JWT: `vc+jwt`, `vp+jwt`, their older names, or plain `jwt`.
    Jwt,
    /// An SD-JWT: `vc+sd-jwt`, `vp+sd-jwt`, `dc+sd-jwt`.
    SdJwt,
    /// COSE: `vc+cose`, `vp+cose`. Recognised, and read by nobody here; its text is base64.
    Cose,
}

/// The signed text that an envelope holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enveloped {
    /// What it is.
    pub media_type: MediaType,
    /// The text, to be read and verified on its own.
    pub text: String,
}

/// `type` of an enveloped credential.
pub(super) const CREDENTIAL: &str = "EnvelopedVerifiableCredential";
/// `type` of an enveloped presentation.
const PRESENTATION: &str = "EnvelopedVerifiablePresentation";

impl Enveloped {
    /// The envelope of a credential or presentation as object: `type`, and the `data:` URL as `id`.
    ///
    /// # Errors
    /// `type` when it is neither, `context` without the base context, `envelope` when `id` is not a `data:` URL of a known
    /// media type.
    pub fn parse(map: &Map) -> Result<Self, VcdmError> {
        Self::parse_at(map, &At::ROOT)
    }

    pub(super) fn parse_at(map: &Map, at: &At<'_>) -> Result<Self, VcdmError> {
        if !is_envelope(map) {
            return Err(VcdmError::new(Code::Type, &at.key("type")));
        }
        if !texts(map.get("@context")).any(|context| context == super::BASE_V2) {
            return Err(VcdmError::new(Code::Context, &at.key("@context")));
        }
        let url = map.get("id").and_then(Value::as_str);
        url.and_then(Self::from_data_url).ok_or_else(|| VcdmError::new(Code::Envelope, &at.key("id")))
    }

    /// Reads `data:application/vc+jwt,…` and its kin; nothing else is known here.
    pub fn from_data_url(url: &str) -> Option<Self> {
        let (head, data) = url.strip_prefix("data:")?.split_once(',')?;
        let mut parameters = head.split(';');
        let media_type = match parameters.next()?.to_ascii_lowercase().strip_prefix("application/")? {
            "vc+jwt" | "vp+jwt" | "vc-ld+jwt" | "vp-ld+jwt" | "vc+ld+json+jwt" | "vp+ld+json+jwt" | "jwt" => MediaType::Jwt,
            "vc+sd-jwt" | "vp+sd-jwt" | "vc-ld+sd-jwt" | "vp-ld+sd-jwt" | "dc+sd-jwt" => MediaType::SdJwt,
            "vc+cose" | "vp+cose" => MediaType::Cose,
            _ => return None,
        };
        let data = percent_decode(data.trim_ascii_end())?;
        if media_type == MediaType::Cose {
            let encoded = !data.is_empty() && data.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/-_=".contains(&b));
            return encoded.then_some(Self { media_type, text: data });
        }
        // A compact JWS has dots, which no base64 has: so a needless `base64` is told from a real one.
        let encoded = parameters.any(|p| p.eq_ignore_ascii_case("base64")) && !data.contains('.');
        let text = if encoded { String::from_utf8(b64_decode(&data).ok()?).ok()? } else { data };
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b));
        (plain && text.contains('.')).then_some(Self { media_type, text })
    }

    /// The envelope of a credential as `vc+jwt` or `vc+sd-jwt`, to put into a presentation.
    pub fn to_map(&self) -> Map {
        let name = match self.media_type {
            MediaType::Jwt => "vc+jwt",
            MediaType::SdJwt => "vc+sd-jwt",
            MediaType::Cose => "vc+cose;base64",
        };
        let mut map = Map::new();
        map.insert("@context".into(), super::BASE_V2.into());
        map.insert("id".into(), format!("data:application/{name},{}", self.text).into());
        map.insert("type".into(), CREDENTIAL.into());
        map
    }
}

/// Whether an object says that it is an envelope.
pub(super) fn is_envelope(map: &Map) -> bool {
    texts(map.get("type")).any(|t| t == CREDENTIAL || t == PRESENTATION)
}

/// Percent-decoding (RFC 3986 section 2.1); `None` when a `%` is not followed by two hexadecimal digits, or the
/// outcome is not UTF-8.
pub(crate) fn percent_decode(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut out = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    out.extend_from_slice(parts.next()?.as_bytes());
    for part in parts {
        let (code, rest) = part.split_at_checked(2)?;
        if !code.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        out.push(u8::from_str_radix(code, 16).ok()?);
        out.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_urls() {
        let read = |url: &str| Enveloped::from_data_url(url).map(|e| (e.media_type, e.text));
        assert_eq!(read("data:application/vc+jwt,a.b.c"), Some((MediaType::Jwt, "a.b.c".into())));
        assert_eq!(read("data:application/vc-ld+jwt;base64url,a.b.c"), Some((MediaType::Jwt, "a.b.c".into())));
        assert_eq!(read("data:application/vc+jwt;base64,YS5iLmM="), Some((MediaType::Jwt, "a.b.c".into())));
        assert_eq!(read("data:application/vc+sd-jwt,a.b.c%7Ed%7e"), Some((MediaType::SdJwt, "a.b.c~d~".into())));
        assert_eq!(read("data:application/vc+cose;base64,YS5iLmM="), Some((MediaType::Cose, "YS5iLmM=".into())));
        assert_eq!(read("data:application/jwt,a.b.c\n"), Some((MediaType::Jwt, "a.b.c".into())));
        for bad in [
            "data:text/plain,a.b.c",
            "data:application/vc+cose;base64,a.b.c",
            "data:application/vc+jwt,",
            "data:application/vc+jwt,abc",
            "data:application/vc+jwt,a.b.c<",
            "data:application/vc+jwt,a.b.%zz",
            "data:application/vc+jwt",
            "https://a.example/a.b.c",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn there_and_back() {
        let envelope = Enveloped { media_type: MediaType::Jwt, text: "a.b.c".into() };
        assert_eq!(Enveloped::parse(&envelope.to_map()), Ok(envelope));
    }

    #[test]
    fn percent_decoding_is_strict() {
        assert_eq!(percent_decode("a%20b%C3%A9"), Some("a bé".into()));
        for bad in ["%", "%2", "%zz", "%+1", "%ff", "%é0"] {
            assert_eq!(percent_decode(bad), None, "{bad}");
        }
    }
}
