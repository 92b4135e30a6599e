//! A badge platform as it registered itself, and what is known of it beside that: its host, and whether the operator looked at it.

use serde::{Deserialize, Serialize};
use storage::StorageError;
use storage::wallet::badge_platform::Platform as Row;
use url::Url;
use web::badge::Colour;
use web::party::{Party, Proof};
use web::{Fact, Text, Value};

use super::Platforms;
use super::scope::Scopes;

/// The longest name of a platform, in characters.
const LONGEST_NAME: usize = 100;
/// The most addresses to which a browser may be sent back.
const MOST_ADDRESSES: usize = 16;

/// What a platform registers (Open Badges 3.0 section 7.2.1.2): RFC 7591's members, those that the specification wants. Others are
/// passed over.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) client_name: String,
    pub(crate) client_uri: String,
    pub(crate) logo_uri: String,
    pub(crate) tos_uri: String,
    pub(crate) policy_uri: String,
    pub(crate) software_id: String,
    pub(crate) software_version: String,
    pub(crate) redirect_uris: Vec<String>,
    #[serde(default = "basic")]
    pub(crate) token_endpoint_auth_method: String,
    #[serde(default = "code_grant")]
    pub(crate) grant_types: Vec<String>,
    #[serde(default = "code_answer")]
    pub(crate) response_types: Vec<String>,
    pub(crate) scope: String,
    /// Answered, and not kept: they are of persons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) contacts: Vec<String>,
}

fn basic() -> String {
    "client_secret_basic".to_owned()
}

fn code_grant() -> Vec<String> {
    vec!["authorization_code".to_owned()]
}

fn code_answer() -> Vec<String> {
    vec!["code".to_owned()]
}

/// Why a registration is not taken (RFC 7591 section 3.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// An address to which no browser may be sent back, or on another host.
    RedirectUri,
    /// Anything else, with what it is.
    Metadata(&'static str),
}

impl Metadata {
    /// Checks what was registered and leaves out the scopes that are not known here.
    pub(crate) fn checked(mut self, allow_localhost: bool) -> Result<Self, Unusable> {
        let name = self.client_name.trim().to_owned();
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(is_deceptive) {
            return Err(Unusable::Metadata("client_name"));
        }
        if self.token_endpoint_auth_method != basic() {
            return Err(Unusable::Metadata("token_endpoint_auth_method: only client_secret_basic"));
        }
        let grants = ["authorization_code", "refresh_token"];
        if !self.grants("authorization_code") || !self.grant_types.iter().all(|grant| grants.contains(&grant.as_str())) {
            return Err(Unusable::Metadata("grant_types: authorization_code and refresh_token"));
        }
        if self.response_types != code_answer() {
            return Err(Unusable::Metadata("response_types: only code"));
        }
        let host = usable(&self.client_uri, allow_localhost).ok_or(Unusable::Metadata("client_uri"))?;
        let same = |text: &String| usable(text, allow_localhost).is_some_and(|other| other == host);
        if ![&self.logo_uri, &self.tos_uri, &self.policy_uri].into_iter().all(same) {
            return Err(Unusable::Metadata("logo_uri, tos_uri and policy_uri: https, and the host of client_uri"));
        }
        if self.redirect_uris.is_empty() || self.redirect_uris.len() > MOST_ADDRESSES || !self.redirect_uris.iter().all(same) {
            return Err(Unusable::RedirectUri);
        }
        let scopes = Scopes::known(&self.scope);
        if scopes.is_empty() {
            return Err(Unusable::Metadata("scope"));
        }
        self.scope = scopes.to_string();
        self.client_name = name;
        Ok(self)
    }

    fn grants(&self, wanted: &str) -> bool {
        self.grant_types.iter().any(|grant| grant == wanted)
    }
}

/// The host of an address to which a learner may be sent: https, nobody's name or password in it, no fragment.
fn usable(text: &str, allow_localhost: bool) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let fetchable = openid4vc::oauth::well_known::fetchable(&url, allow_localhost);
    (bare && fetchable).then(|| url.host_str().map(str::to_owned)).flatten()
}

/// Characters that are not seen, or turn what is around them about.
fn is_deceptive(character: char) -> bool {
    let unseen = matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    let turning = matches!(character, '\u{61c}' | '\u{2028}'..='\u{202e}');
    character.is_control() || unseen || turning
}

/// A registered platform.
pub(crate) struct Platform {
    /// Its `client_id`.
    pub(crate) id: String,
    /// What it registered.
    pub(crate) metadata: Metadata,
    host: String,
    reviewed: bool,
}

impl Platform {
    /// From its row.
    ///
    /// # Errors
    /// When the row makes no sense.
    pub(crate) fn of(row: Row, rules: &Platforms) -> Result<Self, StorageError> {
        let wrong = StorageError::Row { table: "badge_platform", column: "metadata" };
        let metadata: Metadata = serde_json::from_value(row.metadata).map_err(|_| wrong)?;
        let host = Url::parse(&metadata.client_uri).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        let reviewed = rules.hosts.iter().any(|known| known.eq_ignore_ascii_case(&host));
        Ok(Self { id: row.id, metadata, host, reviewed })
    }

    /// Whether it may ask learners.
    pub(crate) fn may_ask(&self, rules: &Platforms) -> bool {
        self.reviewed || !rules.review
    }

    /// The host on which all of its addresses are.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Its name and its host, as it is remembered.
    pub(crate) fn known_as(&self) -> String {
        format!("{} ({})", self.metadata.client_name, self.host)
    }

    /// What it may ask for.
    pub(crate) fn scopes(&self) -> Scopes {
        Scopes::known(&self.metadata.scope)
    }

    /// Whether it may go on while the learner is away.
    pub(crate) fn refreshes(&self) -> bool {
        self.metadata.grants("refresh_token")
    }

    /// As a page shows it: the name that it gives itself, and its host.
    pub(crate) fn party(&self, operator: &str) -> Party {
        let link = |nl: &str, en: &str, address: &str| Fact::new(Text::new(nl, en), Value::same(address));
        Party {
            name: Text::same(self.metadata.client_name.clone()),
            service: None,
            colour: Colour::of(&self.host),
            picture: None,
            proof: match self.reviewed {
                true => Proof::Operator { name: operator.to_owned(), host: self.host.clone() },
                false => Proof::Address { host: self.host.clone() },
            },
            facts: vec![
                link("Website", "Website", &self.metadata.client_uri),
                link("Voorwaarden", "Terms", &self.metadata.tos_uri),
                link("Privacyverklaring", "Privacy statement", &self.metadata.policy_uri),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn checked(change: impl FnOnce(&mut Value)) -> Result<Metadata, Unusable> {
        let at = |path: &str| format!("https://badges.example/{path}");
        let mut value = json!({"client_name": "Badgeplatform", "client_uri": at(""), "logo_uri": at("logo.png"), "tos_uri": at("terms"),
            "policy_uri": at("privacy"), "software_id": "x", "software_version": "1", "redirect_uris": [at("back")],
            "scope": "https://purl.imsglobal.org/spec/ob/v3p0/scope/credential.readonly openid"});
        change(&mut value);
        serde_json::from_value::<Metadata>(value).map_err(|_| Unusable::Metadata("malformed")).and_then(|read| read.checked(false))
    }

    #[test]
    fn what_is_registered_is_checked() {
        let metadata = checked(|_| ()).unwrap();
        assert_eq!(metadata.scope, "https://purl.imsglobal.org/spec/ob/v3p0/scope/credential.readonly");
        assert_eq!(metadata.token_endpoint_auth_method, "client_secret_basic");
        for uri in [
            "https://other.example/back",
            "http://badges.example/back",
            "javascript:alert(1)",
            "https://a@badges.example/",
            "https://badges.example/#x",
        ] {
            assert_eq!(checked(|value| value["redirect_uris"] = json!([uri])).err(), Some(Unusable::RedirectUri), "{uri}");
        }
        for name in [
            "Hoge\u{202e}school",
            "Hoge\u{61c}school",
            "Hoge\u{ad}school",
            "Hoge\u{2028}school",
            "Hoge\u{e0041}school",
            "Hoge\u{200b}school",
        ] {
            assert!(matches!(checked(|value| value["client_name"] = name.into()), Err(Unusable::Metadata("client_name"))), "{name:?}");
        }
        let bad: [fn(&mut Value); 7] = [
            |value| value["tos_uri"] = "https://other.example/terms".into(),
            |value| value["client_uri"] = "https://127.0.0.1/".into(),
            |value| value["token_endpoint_auth_method"] = "client_secret_post".into(),
            |value| value["grant_types"] = json!(["client_credentials"]),
            |value| value["response_types"] = json!(["token"]),
            |value| value["scope"] = "openid offline_access".into(),
            |value| drop(value.as_object_mut().unwrap().remove("logo_uri")),
        ];
        for change in bad {
            assert!(matches!(checked(change), Err(Unusable::Metadata(_))));
        }
    }
}
