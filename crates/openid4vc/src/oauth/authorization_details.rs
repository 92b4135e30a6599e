//! `authorization_details` of type `openid_credential`: asked for (OpenID4VCI section 5.1.1) and granted (section 6.2).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::issuance::claims;

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

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedDetail {
    /// `openid_credential`
    #[serde(rename = "type")]
    pub kind: String,
    /// The configuration.
    pub credential_configuration_id: String,
    /// The Credential Issuer Identifier, where the issuer names authorization servers in its metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locations: Option<Vec<String>>,
    /// Claims that the wallet wants; ones that contradict each other end the processing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<AskedClaim>,
}

/// A claim that a wallet wants (appendix B.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedClaim {
    /// Where it stands.
    pub path: Vec<Value>,
    /// Whether a credential without it is of no use.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mandatory: bool,
}

impl AskedDetail {
    /// Asks for a configuration. `location` is the Credential Issuer Identifier, where the issuer names authorization servers.
    pub fn new(configuration: impl Into<String>, location: Option<&str>) -> Self {
        Self {
            kind: OPENID_CREDENTIAL.to_owned(),
            credential_configuration_id: configuration.into(),
            locations: location.map(|location| vec![location.to_owned()]),
            claims: Vec::new(),
        }
    }

    /// Whether it is for this issuer: one that names no location is for everybody.
    pub fn is_for(&self, credential_issuer: &str) -> bool {
        self.locations.as_ref().is_none_or(|locations| locations.iter().any(|location| location == credential_issuer))
    }
}

/// The JSON text of a request for these details.
pub fn request(details: &[AskedDetail]) -> String {
    serde_json::to_string(details).unwrap_or_default()
}

/// The details of a request, in order. Members that are not known here are ignored.
///
/// # Errors
/// [`InvalidAuthorizationDetails`].
pub fn asked(details: &str) -> Result<Vec<AskedDetail>, InvalidAuthorizationDetails> {
    let mut value = vc::strict_json::parse(details.as_bytes()).map_err(|_| InvalidAuthorizationDetails)?;
    // Drafts up to 14 described claims as a map, which narrows nothing down here.
    for detail in value.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        if detail.get("claims").is_some_and(Value::is_object) {
            detail.remove("claims");
        }
    }
    let asked: Vec<AskedDetail> = serde_json::from_value(value).map_err(|_| InvalidAuthorizationDetails)?;
    let sound = |detail: &AskedDetail| {
        detail.kind == OPENID_CREDENTIAL && claims::check(detail.claims.iter().map(|claim| claim.path.as_slice())).is_ok()
    };
    (!asked.is_empty() && asked.iter().all(sound)).then_some(asked).ok_or(InvalidAuthorizationDetails)
}

/// The configurations that a request asks for, each once. Members that narrow a detail down and are not known here are ignored.
///
/// # Errors
/// [`InvalidAuthorizationDetails`].
pub fn configurations(details: &str) -> Result<Vec<String>, InvalidAuthorizationDetails> {
    each_once(asked(details)?, |_| true)
}

/// The same at one Credential Issuer: where a detail has `locations`, that issuer is among them (section 5.1.1, RFC 9396 section 2.2).
///
/// # Errors
/// [`InvalidAuthorizationDetails`].
pub fn configurations_at(details: &str, credential_issuer: &str) -> Result<Vec<String>, InvalidAuthorizationDetails> {
    each_once(asked(details)?, |detail| detail.is_for(credential_issuer))
}

fn each_once(details: Vec<AskedDetail>, fits: impl Fn(&AskedDetail) -> bool) -> Result<Vec<String>, InvalidAuthorizationDetails> {
    let mut configurations: Vec<String> = Vec::new();
    for detail in details {
        if !fits(&detail) {
            return Err(InvalidAuthorizationDetails);
        }
        if !configurations.contains(&detail.credential_configuration_id) {
            configurations.push(detail.credential_configuration_id);
        }
    }
    Ok(configurations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_the_specification() {
        for (text, ids, claims) in [
            (include_str!("../../tests/vectors/openid4vci/spec-examples/authorization_details.json"), 1, 0),
            (include_str!("../../tests/vectors/openid4vci/spec-examples/authorization_details_jwt_vc_json.json"), 1, 3),
            (include_str!("../../tests/vectors/openid4vci/spec-examples/authorization_details_ldp_vc.json"), 1, 3),
            (include_str!("../../tests/vectors/openid4vci/spec-examples/authorization_details_mso_doc.json"), 1, 4),
            (include_str!("../../tests/vectors/openid4vci/spec-examples/authorization_details_multiple_credentials.json"), 2, 0),
            (include_str!("../../tests/vectors/openid4vci/spec-examples/authorization_details_sd_jwt_vc.json"), 1, 2),
        ] {
            let read = asked(text).unwrap();
            assert_eq!((read.len(), read[0].claims.len()), (ids, claims), "{text}");
            assert_eq!(asked(&request(&read)), Ok(read));
        }
    }

    #[test]
    fn vci_5_1_1_locations_name_the_issuer() {
        let detail = AskedDetail::new("mc", Some("https://issuer.example"));
        let read = asked(&request(&[detail])).unwrap();
        assert!(read[0].is_for("https://issuer.example") && !read[0].is_for("https://issuer.example/"));
        assert!(AskedDetail::new("mc", None).is_for("https://issuer.example"));
    }

    #[test]
    fn vci_b_3_contradictory_claims_are_refused() {
        let with = |claims: &str| format!(r#"[{{"type":"openid_credential","credential_configuration_id":"a","claims":{claims}}}]"#);
        assert_eq!(configurations(&with(r#"[{"path":["a"]},{"path":["a"]}]"#)), Err(InvalidAuthorizationDetails));
        assert_eq!(configurations(&with(r#"[{"path":[]}]"#)), Err(InvalidAuthorizationDetails));
        assert!(configurations(&with(r#"[{"path":["a"],"mandatory":true,"x":1},{"path":["b"]}]"#)).is_ok());
        assert!(configurations(&with(r#"{"given_name":{}}"#)).is_ok());
    }

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
