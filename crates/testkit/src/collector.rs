//! A wallet, as far as the issuer sees one: token, nonce, key proof, credential.

use model::{Clock, Timestamp};
use openid4vc::proof;
use reqwest::Method;
use serde_json::{Value, json};
use vc::key::{Algorithm, SigningKey};

use crate::answer::Answer;
use crate::door::{Body, Door};

/// The grant of pre-authorized codes.
const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
/// Where its code stands in a Credential Offer.
const CODE: &str = "/grants/urn:ietf:params:oauth:grant-type:pre-authorized_code/pre-authorized_code";

/// A wallet with one holder key, at one institution, by one door.
#[derive(Clone)]
pub struct Collector {
    door: Door,
    slug: String,
    identifier: String,
    key: SigningKey,
}

/// An offer as the institution's system got it.
#[derive(Clone, Debug)]
pub struct Offered {
    /// The offer's id.
    pub id: String,
    /// Its first code.
    pub code: String,
    /// Its transaction code.
    pub tx_code: String,
    /// As what it is collected.
    pub configuration: String,
}

#[expect(clippy::panic, reason = "a test that got another answer cannot go on")]
impl Offered {
    /// Reads the answer to `POST offers`.
    ///
    /// # Panics
    /// When something is missing in it.
    pub fn read(answer: &Answer) -> Self {
        let offer = answer.json();
        let text = |pointer: &str| offer.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer}")).to_owned();
        Self {
            id: text("/id"),
            code: text(&format!("/credential_offer{CODE}")),
            tx_code: text("/tx_code"),
            configuration: text("/credential_offer/credential_configuration_ids/0"),
        }
    }
}

#[expect(clippy::expect_used, reason = "a test that got another answer cannot go on")]
impl Collector {
    /// A wallet with a new holder key. `identifier` is the Credential Issuer Identifier.
    ///
    /// # Panics
    /// When no key can be made.
    pub fn new(door: Door, identifier: &str) -> Self {
        let slug = identifier.rsplit('/').next().unwrap_or_default().to_owned();
        let key = SigningKey::generate(Algorithm::Es256).expect("a key");
        Self { door, slug, identifier: identifier.to_owned(), key }
    }

    /// The same wallet by another door.
    #[must_use]
    pub fn by(&self, door: &Door) -> Self {
        Self { door: door.clone(), ..self.clone() }
    }

    fn path(&self, endpoint: &str) -> String {
        format!("/{}/{endpoint}", self.slug)
    }

    /// Exchanges a code.
    ///
    /// # Errors
    /// When no whole answer came.
    pub async fn try_token(&self, code: &str, tx_code: &str) -> reqwest::Result<Answer> {
        let pairs = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code), ("tx_code", tx_code)];
        self.door.send(Method::POST, &self.path("token"), None, Body::Form(&pairs)).await
    }

    /// An access token for an offer's first code.
    ///
    /// # Panics
    /// When there is none.
    pub async fn token(&self, offered: &Offered) -> String {
        let answer = self.try_token(&offered.code, &offered.tx_code).await.expect("an answer");
        answer.expect(200).text("/access_token")
    }

    /// A fresh nonce.
    ///
    /// # Panics
    /// When there is none.
    pub async fn nonce(&self) -> String {
        let answer = self.door.send(Method::POST, &self.path("nonce"), None, Body::Nothing).await.expect("an answer");
        answer.expect(200).text("/c_nonce")
    }

    /// A key proof over a nonce.
    ///
    /// # Panics
    /// When the key does not sign.
    pub fn proof(&self, nonce: &str, now: Timestamp) -> String {
        proof::build(&self.key, &self.identifier, Some(nonce), now.seconds(), None).expect("a proof")
    }

    /// Asks for the credential with a proof that is there already.
    ///
    /// # Errors
    /// When no whole answer came.
    pub async fn collect_with(&self, token: &str, configuration: &str, proof: &str) -> reqwest::Result<Answer> {
        let body = json!({"credential_configuration_id": configuration, "proofs": {"jwt": [proof]}});
        self.door.send(Method::POST, &self.path("credential"), Some(token), Body::Json(&body)).await
    }

    /// Asks for the credential with a fresh nonce.
    ///
    /// # Errors
    /// When no whole answer came.
    pub async fn collect(&self, token: &str, configuration: &str, clock: &dyn Clock) -> reqwest::Result<Answer> {
        let proof = self.proof(&self.nonce().await, clock.now());
        self.collect_with(token, configuration, &proof).await
    }

    /// Opens the offer's address again: a new code, which voids the one before.
    ///
    /// # Panics
    /// When the issuer gives none.
    pub async fn fresh_code(&self, offer: &str) -> String {
        let answer = self.door.get(&self.path(&format!("offers/{offer}")), None).await.expect(200);
        answer.text(CODE)
    }
}

/// The credential in an answer of the credential endpoint.
///
/// # Panics
/// When there is none.
pub fn credential(answer: &Answer) -> String {
    answer.text("/credentials/0/credential")
}
