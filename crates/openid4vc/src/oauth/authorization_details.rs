//! `authorization_details` of type `openid_credential`: asked for (OpenID4VCI section 5.1.1) and granted (section 6.2).

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The one type that is spoken here.
pub const OPENID_CREDENTIAL: &str = "openid_credential";

/// What a token is good for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizedDetail {
    /// `openid_credential`
    #[serde(rename = "type")]
    pub kind: String,
    /// The configuration.
    pub credential_configuration_id: String,
    /// When present, the credential request must name one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credential_identifiers: Vec<String>,
}

/// The details are no list, an empty one, of another type, or name no configuration (row P6, RFC 9396 section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid_authorization_details")]
pub struct InvalidAuthorizationDetails;

/// The configurations that a request asks for, each once. Members that narrow a detail down and are not known here are ignored.
///
/// # Errors
/// [`InvalidAuthorizationDetails`].
pub fn configurations(details: &str) -> Result<Vec<String>, InvalidAuthorizationDetails> {
    read(details, None)
}

/// The same at one Credential Issuer: where a detail has `locations`, that issuer is among them (section 5.1.1, RFC 9396 section 2.2).
///
/// # Errors
/// [`InvalidAuthorizationDetails`].
pub fn configurations_at(details: &str, credential_issuer: &str) -> Result<Vec<String>, InvalidAuthorizationDetails> {
    read(details, Some(credential_issuer))
}

fn read(details: &str, at: Option<&str>) -> Result<Vec<String>, InvalidAuthorizationDetails> {
    let Ok(Value::Array(list)) = vc::strict_json::parse(details.as_bytes()) else { return Err(InvalidAuthorizationDetails) };
    let mut asked = Vec::new();
    for detail in &list {
        let text = |name: &str| detail.get(name).and_then(Value::as_str);
        let configuration = text("credential_configuration_id").filter(|_| text("type") == Some(OPENID_CREDENTIAL));
        let configuration = configuration.ok_or(InvalidAuthorizationDetails)?.to_owned();
        let here = |places: &Value| places.as_array().is_some_and(|all| all.iter().any(|place| place.as_str() == at));
        if at.is_some() && !detail.get("locations").is_none_or(here) {
            return Err(InvalidAuthorizationDetails);
        }
        if !asked.contains(&configuration) {
            asked.push(configuration);
        }
    }
    if asked.is_empty() { Err(InvalidAuthorizationDetails) } else { Ok(asked) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_p6() {
        for wrong in [
            "x",
            "{}",
            "[]",
            "[5]",
            r#"[{"type":"payment"}]"#,
            r#"[{"type":"openid_credential"}]"#,
            r#"[{"credential_configuration_id":"a"}]"#,
            r#"[{"type":"openid_credential","credential_configuration_id":"a"},{"type":"payment"}]"#,
        ] {
            assert_eq!(configurations(wrong), Err(InvalidAuthorizationDetails), "{wrong}");
        }
        let detail = r#"{"type":"openid_credential","credential_configuration_id":"a","locations":["https://issuer.example"]}"#;
        assert_eq!(configurations(&format!("[{detail},{detail}]")), Ok(vec!["a".to_owned()]));
        assert_eq!(configurations_at(&format!("[{detail}]"), "https://issuer.example"), Ok(vec!["a".to_owned()]));
        for elsewhere in
            [detail.to_owned(), detail.replace(r#"["https://issuer.example"]"#, "5"), detail.replace(r#""https://issuer.example""#, "")]
        {
            assert_eq!(
                configurations_at(&format!("[{elsewhere}]"), "https://other.example"),
                Err(InvalidAuthorizationDetails),
                "{elsewhere}"
            );
        }
    }
}
