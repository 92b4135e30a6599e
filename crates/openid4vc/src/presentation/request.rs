//! Authorization requests: what the wallet reads of them (rows R7, R8, R12, R13 and Q), and what a verifier writes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use url::Url;

use super::client_id::{ClientId, Prefix};
use super::client_metadata::{ClientMetadata, Recipient};
use super::verifier_info::{Purpose, VerifierInfo, purpose_of};
use super::{Refusal, RequestError};
use crate::dcql::Query;
use crate::oauth::form::encode;
use crate::oauth::well_known::{fetchable, literal};

/// How the answer travels to `response_uri`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResponseMode {
    /// As a form.
    #[serde(rename = "direct_post")]
    DirectPost,
    /// As a form with one encrypted parameter.
    #[serde(rename = "direct_post.jwt")]
    DirectPostJwt,
}

impl ResponseMode {
    /// The protocol's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DirectPost => "direct_post",
            Self::DirectPostJwt => "direct_post.jwt",
        }
    }

    /// Reads the protocol's name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::DirectPost, Self::DirectPostJwt].into_iter().find(|mode| mode.name() == name)
    }
}

/// What is proven about who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authentication {
    /// A certificate under a trusted anchor signed the request.
    Certificate {
        /// Its common name.
        common_name: Option<String>,
        /// Its dNSNames.
        san_dns: Vec<String>,
        /// The certificate's SHA-256, base64url: what its `x509_hash` identifier says.
        #[serde(default)]
        sha256: String,
    },
    /// A key of this DID signed the request.
    Did {
        /// The DID.
        did: String,
    },
    /// A key that the wallet has beforehand signed the request.
    Registered,
    /// A key signed the request that somebody whom the wallet believes gives the client.
    Attested {
        /// Who says so.
        attester: String,
    },
    /// Nothing but the address that the answer goes to.
    AddressOnly,
}

/// A request that the wallet can answer.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: ClientId,
    /// What is proven about that.
    pub authentication: Authentication,
    /// Where the answer goes.
    pub response_uri: Url,
    /// How it travels.
    pub response_mode: ResponseMode,
    /// Goes into each presentation.
    pub nonce: String,
    /// Goes back with the answer.
    pub state: Option<String>,
    /// What is asked.
    pub query: Query,
    /// The verifier's keys and formats.
    pub client_metadata: ClientMetadata,
    /// Whom the answer is encrypted to; present exactly with `direct_post.jwt`.
    pub recipient: Option<Recipient>,
    /// What the verifier adds about itself.
    pub verifier_info: Vec<VerifierInfo>,
    /// When the request object ends.
    pub expires_at: Option<i64>,
}

impl AuthorizationRequest {
    /// Reads the parameters of a client that is who its identifier says.
    ///
    /// # Errors
    /// [`Refusal`]; it says whether and where the error is posted.
    pub fn parse(
        parameters: &Map<String, Value>,
        client_id: &ClientId,
        authentication: Authentication,
        allow_localhost: bool,
    ) -> Result<Self, Refusal> {
        let text = |name: &str| parameters.get(name).and_then(Value::as_str);
        let response_mode = text("response_mode").and_then(ResponseMode::from_name).ok_or(RequestError::Invalid)?;
        let response_uri = response_uri(text("response_uri"), client_id, allow_localhost)?;
        let nonce = text("nonce").filter(|nonce| is_nonce(nonce)).ok_or(RequestError::Invalid)?;
        let state = text("state").map(str::to_owned);
        let answer = Some((response_uri.clone(), state.clone()));
        let refuse = |error: RequestError| Refusal { error, answer: answer.clone() };
        check_shape(parameters).map_err(refuse)?;
        let query = parameters.get("dcql_query").ok_or_else(|| refuse(RequestError::Invalid))?;
        let query = Query::parse(query).map_err(|error| refuse(error.into()))?;
        let unbound = query.credentials.iter().any(|credential| !credential.require_cryptographic_holder_binding);
        if unbound && state.is_none() {
            return Err(refuse(RequestError::Invalid));
        }
        let client_metadata: ClientMetadata = member(parameters, "client_metadata").map_err(refuse)?;
        let recipient = match response_mode {
            ResponseMode::DirectPost => None,
            ResponseMode::DirectPostJwt => Some(client_metadata.recipient().ok_or_else(|| refuse(RequestError::Invalid))?),
        };
        Ok(Self {
            client_id: client_id.clone(),
            authentication,
            response_mode,
            nonce: nonce.to_owned(),
            query,
            client_metadata,
            recipient,
            verifier_info: member(parameters, "verifier_info").map_err(refuse)?,
            expires_at: parameters.get("exp").and_then(Value::as_i64),
            response_uri,
            state,
        })
    }

    /// Why, for how long and on which ground, as the asker says.
    pub fn purpose(&self) -> Option<Purpose> {
        purpose_of(&self.verifier_info)
    }
}

/// Where the answer goes. It must be an address that may be connected to, and the one that the identifier names, where it names one
/// (row R5).
fn response_uri(text: Option<&str>, client_id: &ClientId, allow_localhost: bool) -> Result<Url, RequestError> {
    let text = text.ok_or(RequestError::Invalid)?;
    let url = Url::parse(text).map_err(|_| RequestError::Invalid)?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if !plain || !literal(text, &url) || !fetchable(&url, allow_localhost) {
        return Err(RequestError::Invalid);
    }
    let is_client = match client_id.prefix() {
        Prefix::RedirectUri => client_id.rest() == text,
        Prefix::X509SanDns => url.host_str() == Some(client_id.rest()),
        _ => true,
    };
    is_client.then_some(url).ok_or(RequestError::ClientAuth)
}

/// Visible ASCII, so that it fits everywhere it goes (row R8).
fn is_nonce(nonce: &str) -> bool {
    (1..=512).contains(&nonce.len()) && nonce.bytes().all(|b| b.is_ascii_graphic())
}

/// What must be there, and what must not.
fn check_shape(parameters: &Map<String, Value>) -> Result<(), RequestError> {
    if parameters.contains_key("transaction_data") {
        return Err(RequestError::TransactionData);
    }
    let wants_vp_token = parameters.get("response_type").and_then(Value::as_str) == Some("vp_token");
    let foreign = ["redirect_uri", "scope", "presentation_definition", "presentation_definition_uri"];
    let clean = !foreign.iter().any(|name| parameters.contains_key(*name));
    (wants_vp_token && clean).then_some(()).ok_or(RequestError::Invalid)
}

/// A member that may be missing, read as its type.
fn member<T: Default + serde::de::DeserializeOwned>(parameters: &Map<String, Value>, name: &str) -> Result<T, RequestError> {
    parameters.get(name).map_or_else(|| Ok(T::default()), |value| T::deserialize(value).map_err(|_| RequestError::Invalid))
}

/// What a verifier of ours asks; the parameters are the same by value and in a request object.
#[derive(Clone)]
pub struct RequestParameters {
    /// The full client identifier.
    pub client_id: String,
    /// Where the answer goes.
    pub response_uri: String,
    /// How it travels.
    pub response_mode: ResponseMode,
    /// 128 random bits, of this link.
    pub nonce: String,
    /// 128 random bits, of this link.
    pub state: String,
    /// What is asked.
    pub dcql_query: Value,
    /// Our keys and formats.
    pub client_metadata: ClientMetadata,
    /// Purpose, retention and ground.
    pub verifier_info: Vec<VerifierInfo>,
}

impl RequestParameters {
    /// The parameters as JSON members.
    pub fn members(&self) -> Map<String, Value> {
        let mut members = Map::new();
        let texts = [
            ("response_type", "vp_token"),
            ("client_id", &self.client_id),
            ("response_uri", &self.response_uri),
            ("response_mode", self.response_mode.name()),
            ("nonce", &self.nonce),
            ("state", &self.state),
        ];
        members.extend(texts.map(|(name, value)| (name.to_owned(), Value::from(value))));
        members.insert("dcql_query".into(), self.dcql_query.clone());
        members.insert("client_metadata".into(), json!(self.client_metadata));
        if !self.verifier_info.is_empty() {
            members.insert("verifier_info".into(), json!(self.verifier_info));
        }
        members
    }

    /// All parameters by value, unsigned: the query of a link, for the `redirect_uri` prefix.
    pub fn query(&self) -> String {
        let members = self.members();
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let pairs: Vec<(String, String)> = members.iter().map(|(name, value)| (name.clone(), text(value))).collect();
        encode(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// The query of a link that refers to the signed object.
    pub fn reference(client_id: &str, request_uri: &str) -> String {
        encode([("client_id", client_id), ("request_uri", request_uri)])
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::presentation::source::RequestSource;

    pub(crate) fn sample(client_id: &str, response_uri: &str) -> RequestParameters {
        RequestParameters {
            client_id: client_id.into(),
            response_uri: response_uri.into(),
            response_mode: ResponseMode::DirectPost,
            nonce: "n-0S6_WzA2Mj".into(),
            state: "s1".into(),
            dcql_query: json!({"credentials": [{"id": "a", "format": "dc+sd-jwt", "meta": {"vct_values": ["t"]}}]}),
            client_metadata: ClientMetadata::default(),
            verifier_info: vec![VerifierInfo::purpose(&Purpose {
                purpose: crate::Text { nl: "Waarom".into(), en: None },
                retention_days: 30,
                ground: Some("consent".into()),
                privacy_page: None,
                flow: Some(crate::Flow::CrossDevice),
                use_case: None,
                name: None,
                contact: None,
                onward: None,
                without_wallet: None,
            })],
        }
    }

    const URI: &str = "https://v.example/r/1";

    fn unsigned() -> Map<String, Value> {
        sample(&format!("redirect_uri:{URI}"), URI).members()
    }

    fn read(parameters: &Map<String, Value>) -> Result<AuthorizationRequest, Refusal> {
        let client_id = ClientId::parse(&format!("redirect_uri:{URI}")).unwrap();
        AuthorizationRequest::parse(parameters, &client_id, Authentication::AddressOnly, false)
    }

    fn refused(name: &str, value: Option<Value>) -> Refusal {
        let mut parameters = unsigned();
        match value {
            Some(value) => parameters.insert(name.into(), value),
            None => parameters.remove(name),
        };
        read(&parameters).unwrap_err()
    }

    #[test]
    fn what_is_written_by_value_is_read() {
        let query = sample(&format!("redirect_uri:{URI}"), URI).query();
        let Ok(RequestSource::Parameters { client_id, parameters }) = RequestSource::parse(&query, false) else { panic!("refused") };
        let request = AuthorizationRequest::parse(&parameters, &client_id, Authentication::AddressOnly, false).unwrap();
        assert_eq!((request.nonce.as_str(), request.state.as_deref()), ("n-0S6_WzA2Mj", Some("s1")));
        assert_eq!(request.purpose().unwrap().retention_days, 30);
    }

    #[test]
    fn row_r8_and_foreign_addresses_are_not_answered() {
        for (name, value) in [
            ("nonce", None),
            ("nonce", Some(json!("a b"))),
            ("nonce", Some(json!("é"))),
            ("response_uri", Some(json!("http://v.example/r/1"))),
            ("response_uri", Some(json!("https://v.example/r/2"))),
            ("response_mode", Some(json!("fragment"))),
        ] {
            assert_eq!(refused(name, value).answer, None, "{name}");
        }
        assert_eq!(refused("response_uri", Some(json!("https://v.example/r/2"))).error, RequestError::ClientAuth);
    }

    #[test]
    fn rows_r7_r12_r13_and_q_are_answered() {
        let answer = Some((Url::parse(URI).unwrap(), Some("s1".to_owned())));
        for (name, value, error) in [
            ("redirect_uri", Some(json!("https://v.example/back")), RequestError::Invalid),
            ("transaction_data", Some(json!(["e30"])), RequestError::TransactionData),
            ("scope", Some(json!("openid")), RequestError::Invalid),
            ("dcql_query", None, RequestError::Invalid),
            ("dcql_query", Some(json!({"credentials": []})), RequestError::Invalid),
            ("dcql_query", Some(json!({"credentials": [{"id": "a", "format": "mso_mdoc", "meta": {}}]})), RequestError::Formats),
            ("response_mode", Some(json!("direct_post.jwt")), RequestError::Invalid),
        ] {
            assert_eq!(refused(name, value), Refusal { error, answer: answer.clone() }, "{name}");
        }
    }
}
