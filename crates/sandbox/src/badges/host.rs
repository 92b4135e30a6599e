//! A wallet as Host of Open Badges, as a platform meets it: its service description says where everything is (section 7.2.1.1).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use openid4vc::oauth::pkce;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde_json::{Value, json};
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

use super::badge::PLATFORM;

/// What the platform asks for: to know whom a badge is for, and to put it there.
const SCOPES: [&str; 2] =
    ["https://purl.imsglobal.org/spec/ob/v3p0/scope/credential.upsert", "https://purl.imsglobal.org/spec/ob/v3p0/scope/profile.readonly"];

/// What a push came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    /// 201: it is new there.
    New,
    /// 200: it replaced an older one.
    Replaced,
    /// 304: it was there.
    Known,
    /// It was not taken, with what the Host says of it.
    Refused(String),
}

/// The Host did not answer as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no usable answer from the wallet ({0})")]
pub(super) struct NoAnswer(u16);

/// Where things are at the Host.
struct Addresses {
    api: String,
    register: String,
    authorize: String,
    token: String,
}

/// What the platform is there.
#[derive(Clone)]
struct Registered {
    id: String,
    secret: String,
}

/// One wallet.
pub(super) struct Host {
    base: String,
    origin: String,
    client: reqwest::Client,
    registered: Mutex<Option<Registered>>,
}

impl Host {
    pub(super) fn new(base: &str, origin: &str) -> Self {
        // Without this builder a client has no limits; where it fails, the default one is what is left.
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).redirect(reqwest::redirect::Policy::none()).build();
        let (base, origin) = (base.trim_end_matches('/').to_owned(), origin.to_owned());
        Self { base, origin, client: client.unwrap_or_default(), registered: Mutex::default() }
    }

    /// The wallet's own pages, for the learner to look.
    pub(super) fn wallet(&self) -> String {
        format!("{}/wallet", self.base)
    }

    fn back(&self) -> String {
        format!("{}/back", self.origin)
    }

    /// Where the learner is sent to say yes; registers first when that was not done yet.
    pub(super) async fn consent(&self, state: &str, verifier: &str, language: &str) -> Result<String, NoAnswer> {
        let at = self.addresses().await?;
        let own = self.registration(&at).await?;
        let mut url = Url::parse(&at.authorize).map_err(|_| NoAnswer(200))?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &own.id)
            .append_pair("redirect_uri", &self.back())
            .append_pair("scope", &SCOPES.join(" "))
            .append_pair("state", state)
            .append_pair("code_challenge", &pkce::challenge(verifier))
            .append_pair("code_challenge_method", pkce::S256)
            .append_pair("lang", language);
        Ok(url.into())
    }

    /// The access token of a code.
    pub(super) async fn token(&self, code: &str, verifier: &str) -> Result<String, NoAnswer> {
        let at = self.addresses().await?;
        let own = self.registration(&at).await?;
        let form = Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &self.back())
            .append_pair("code_verifier", verifier)
            .finish();
        let encoded = |part: &str| byte_serialize(part.as_bytes()).collect::<String>();
        let request = self.client.post(at.token).basic_auth(encoded(&own.id), Some(encoded(&own.secret)));
        let answer = json_of(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form), 200).await;
        if answer == Err(NoAnswer(401)) {
            // Platforms that nobody uses are forgotten there: the next one registers again.
            *self.registered.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        text(&answer?, "/access_token")
    }

    /// How the Host names the learner.
    pub(super) async fn subject(&self, token: &str) -> Result<String, NoAnswer> {
        let at = self.addresses().await?;
        text(&json_of(self.client.get(format!("{}/profile", at.api)).bearer_auth(token), 200).await?, "/id")
    }

    /// Pushes a badge.
    pub(super) async fn push(&self, token: &str, badge: &Value) -> Result<Pushed, NoAnswer> {
        let at = self.addresses().await?;
        let request = self.client.post(format!("{}/credentials", at.api)).bearer_auth(token);
        let request = request.header(CONTENT_TYPE, "application/json").body(badge.to_string());
        let response = request.send().await.map_err(|_| NoAnswer(0))?;
        Ok(match response.status().as_u16() {
            201 => Pushed::New,
            200 => Pushed::Replaced,
            304 => Pushed::Known,
            status => {
                let body = response.bytes().await.map_err(|_| NoAnswer(status))?;
                let said: Value = serde_json::from_slice(&body).map_err(|_| NoAnswer(status))?;
                Pushed::Refused(text(&said, "/imsx_description")?)
            }
        })
    }

    async fn addresses(&self) -> Result<Addresses, NoAnswer> {
        let request = self.client.get(format!("{}/ims/ob/v3p0/discovery", self.base)).header(ACCEPT, "application/json");
        let said = json_of(request, 200).await?;
        let scheme = |rest: &str| text(&said, &format!("/components/securitySchemes/OAuth2ACG/{rest}"));
        Ok(Addresses {
            api: text(&said, "/servers/0/url")?,
            register: scheme("x-imssf-registrationUrl")?,
            authorize: scheme("flows/authorizationCode/authorizationUrl")?,
            token: scheme("flows/authorizationCode/tokenUrl")?,
        })
    }

    /// The registration, made at the first asking (RFC 7591).
    async fn registration(&self, at: &Addresses) -> Result<Registered, NoAnswer> {
        let known = self.registered.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known {
            return Ok(known);
        }
        let page = |path: &str| format!("{}/{path}", self.origin);
        let body = json!({
            "client_name": PLATFORM,
            "client_uri": page(""),
            "logo_uri": page("logo.svg"),
            "tos_uri": page("terms"),
            "policy_uri": page("privacy"),
            "software_id": "eduwallet-sandbox-badges",
            "software_version": "1",
            "redirect_uris": [self.back()],
            "token_endpoint_auth_method": "client_secret_basic",
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "scope": SCOPES.join(" "),
        });
        let request = self.client.post(&at.register).header(CONTENT_TYPE, "application/json").body(body.to_string());
        let said = json_of(request, 201).await?;
        let made = Registered { id: text(&said, "/client_id")?, secret: text(&said, "/client_secret")? };
        *self.registered.lock().unwrap_or_else(PoisonError::into_inner) = Some(made.clone());
        Ok(made)
    }
}

fn text(said: &Value, pointer: &str) -> Result<String, NoAnswer> {
    said.pointer(pointer).and_then(Value::as_str).map(str::to_owned).ok_or(NoAnswer(200))
}

async fn json_of(request: reqwest::RequestBuilder, wanted: u16) -> Result<Value, NoAnswer> {
    let response = request.send().await.map_err(|_| NoAnswer(0))?;
    let status = response.status().as_u16();
    if status != wanted {
        return Err(NoAnswer(status));
    }
    let body = response.bytes().await.map_err(|_| NoAnswer(status))?;
    serde_json::from_slice(&body).map_err(|_| NoAnswer(status))
}
