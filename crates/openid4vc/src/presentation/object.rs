//! Request objects (RFC 9101, OpenID4VP section 5.8): signing, and checking who signed (rows R1, R2, R4 to R6, R10).

use serde_json::{Map, Value};
use vc::jws::{self, Jws, JwsError};
use vc::key::{Jwk, SigningKey, VerifyingKey};
use vc::x509::Chain;

use super::client_id::{ClientId, Prefix};
use super::request::{Authentication, AuthorizationRequest, RequestParameters};
use super::verifier_attestation::Attested;
use super::{Refusal, RequestError};
use crate::oauth::attester::TrustedAttester;

/// The `typ` of a request object.
pub const TYP: &str = "oauth-authz-req+jwt";

/// The audience for wallets that are not known beforehand.
pub const SELF_ISSUED: &str = "https://self-issued.me/v2";

/// What clocks may differ, in seconds.
pub(super) const TOLERANCE: i64 = 60;

/// How the verifier shows whose key signed.
pub enum SignedBy<'a> {
    /// Certificates, leaf first, without the anchor.
    X5c(&'a Chain),
    /// A DID URL.
    Kid(&'a str),
}

impl RequestParameters {
    /// The signed request object. `audience` is the wallet's issuer or [`SELF_ISSUED`]; `wallet_nonce` is repeated when the wallet
    /// posted one.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn sign(&self, key: &SigningKey, by: &SignedBy<'_>, iat: i64, exp: i64, wallet_nonce: Option<&str>) -> Result<String, JwsError> {
        let mut header = Map::new();
        header.insert("typ".into(), TYP.into());
        match by {
            SignedBy::X5c(chain) => header.insert("x5c".into(), chain.to_x5c().into()),
            SignedBy::Kid(kid) => header.insert("kid".into(), (*kid).into()),
        };
        let mut payload = self.members();
        payload.insert("aud".into(), SELF_ISSUED.into());
        payload.insert("iat".into(), iat.into());
        payload.insert("exp".into(), exp.into());
        payload.extend(wallet_nonce.map(|nonce| ("wallet_nonce".to_owned(), Value::from(nonce))));
        jws::sign(&header, Value::Object(payload).to_string().as_bytes(), key)
    }
}

/// A request object whose `typ` and `client_id` are right, and whose signature is not checked yet.
pub struct RequestObject {
    jws: Jws,
    client_id: ClientId,
}

/// What the wallet knows to check a request object against.
pub struct Evidence<'a> {
    /// Anchors of certificates, DER.
    pub anchors: &'a [Vec<u8>],
    /// The key that [`RequestObject::key_to_resolve`] asked for.
    pub resolved: Option<&'a Jwk>,
    /// The keys that the wallet has beforehand of a client without a prefix; none when it knows no such client.
    pub registered: &'a [Jwk],
    /// Whose attestations of verifiers it believes.
    pub attesters: &'a [TrustedAttester],
    /// What the wallet posted to `request_uri`.
    pub wallet_nonce: Option<&'a str>,
    /// The wallet's own issuer identifier.
    pub wallet: &'a str,
    /// Whether `http://localhost` is an address.
    pub allow_localhost: bool,
    /// Now.
    pub now: i64,
}

impl RequestObject {
    /// Reads an object for the client that was named outside of it (rows R1, R2, R4).
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn parse(jwt: &str, outer: &ClientId) -> Result<Self, RequestError> {
        let jws = Jws::parse(jwt.trim()).map_err(|_| RequestError::Invalid)?;
        if jws.typ() != Some(TYP) {
            return Err(RequestError::Typ);
        }
        if jws.payload_unverified().get("client_id").and_then(Value::as_str) != Some(outer.as_str()) {
            return Err(RequestError::ClientMismatch);
        }
        outer.prefix().is_signed().then(|| Self { jws, client_id: outer.clone() }).ok_or(RequestError::ClientPrefix)
    }

    /// The parameters as they stand in the object. They are the client's only after [`Self::authenticate`] succeeded.
    pub fn parameters_unverified(&self) -> Map<String, Value> {
        self.jws.payload_unverified().as_object().cloned().unwrap_or_default()
    }

    /// The DID URL of a key that has to be fetched first; `None` when no fetch is needed.
    pub fn key_to_resolve(&self) -> Option<&str> {
        let kid = self.jws.kid().filter(|_| self.client_id.prefix() == Prefix::DecentralizedIdentifier)?;
        (kid.split('#').next() == Some(self.client_id.rest()) && vc::did::key_of_url(kid).is_err()).then_some(kid)
    }

    /// Checks who signed, and reads what is asked.
    ///
    /// # Errors
    /// [`Refusal`]; it says whether and where the error is posted.
    pub fn authenticate(&self, evidence: &Evidence<'_>) -> Result<AuthorizationRequest, Refusal> {
        let (key, authentication) = match self.client_id.prefix() {
            Prefix::X509Hash | Prefix::X509SanDns => self.certified_key(evidence)?,
            Prefix::DecentralizedIdentifier => self.did_key(evidence)?,
            Prefix::PreRegistered => self.registered_key(evidence)?,
            Prefix::VerifierAttestation => self.attested_key(evidence)?,
            Prefix::OpenidFederation => return Err(RequestError::Federation.into()),
            Prefix::RedirectUri => return Err(RequestError::ClientPrefix.into()),
        };
        let key = VerifyingKey::from_jwk(&key).map_err(|_| RequestError::ClientAuth)?;
        let payload = self.jws.verify(&key, Some(TYP)).map_err(|_| RequestError::ClientAuth)?;
        let parameters = payload.as_object().ok_or(RequestError::Invalid)?;
        check_times_and_audience(parameters, evidence)?;
        AuthorizationRequest::parse(parameters, &self.client_id, authentication, evidence.allow_localhost)
    }

    /// The key of the leaf certificate, when the chain ends under an anchor and the leaf is the client's (rows R5, R6).
    fn certified_key(&self, evidence: &Evidence<'_>) -> Result<(Jwk, Authentication), RequestError> {
        let x5c = self.jws.x5c().ok_or(RequestError::ClientAuth)?;
        let chain = Chain::from_x5c(&x5c).map_err(|_| RequestError::ClientAuth)?;
        let leaf = chain.verify(evidence.anchors, evidence.now).map_err(|_| RequestError::ClientAuth)?;
        let is_client = match self.client_id.prefix() {
            Prefix::X509Hash => vc::encoding::b64url(chain.leaf_sha256()) == self.client_id.rest(),
            _ => leaf.san_dns.iter().any(|name| name == self.client_id.rest()),
        };
        if !is_client {
            return Err(RequestError::ClientAuth);
        }
        let authentication = Authentication::Certificate {
            common_name: leaf.common_name.clone(),
            san_dns: leaf.san_dns.clone(),
            sha256: vc::encoding::b64url(chain.leaf_sha256()),
        };
        Ok((leaf.jwk, authentication))
    }

    /// The key that `kid` names in the client's own DID document.
    fn did_key(&self, evidence: &Evidence<'_>) -> Result<(Jwk, Authentication), RequestError> {
        let did = self.client_id.rest();
        let kid = self.jws.kid().filter(|kid| kid.split('#').next() == Some(did)).ok_or(RequestError::ClientAuth)?;
        let key = vc::did::key_of_url(kid).ok().or_else(|| evidence.resolved.cloned()).ok_or(RequestError::ClientAuth)?;
        Ok((key, Authentication::Did { did: did.to_owned() }))
    }

    /// The key of a client that the wallet knows beforehand: the one that `kid` names, else the one that signed.
    fn registered_key(&self, evidence: &Evidence<'_>) -> Result<(Jwk, Authentication), RequestError> {
        let named = |key: &&Jwk| self.jws.kid().is_none_or(|kid| key.kid() == Some(kid) || key.thumbprint() == kid);
        let signed = |key: &&Jwk| VerifyingKey::from_jwk(key).is_ok_and(|key| self.jws.verify(&key, Some(TYP)).is_ok());
        let key = evidence.registered.iter().filter(named).find(signed).ok_or(RequestError::ClientAuth)?;
        Ok((key.clone(), Authentication::Registered))
    }

    /// The key that the attestation in the header gives the client (OpenID4VP section 5.9.3).
    fn attested_key(&self, evidence: &Evidence<'_>) -> Result<(Jwk, Authentication), RequestError> {
        let attestation = self.jws.header().get("jwt").and_then(Value::as_str).ok_or(RequestError::ClientAuth)?;
        let response_uri = self.jws.payload_unverified().get("response_uri").and_then(Value::as_str);
        let asked = Attested { client: self.client_id.rest(), response_uri, now: evidence.now };
        let (key, attester) = asked.key(attestation, evidence.attesters)?;
        Ok((key, Authentication::Attested { attester }))
    }
}

fn check_times_and_audience(parameters: &Map<String, Value>, evidence: &Evidence<'_>) -> Result<(), RequestError> {
    let time = |name: &str| parameters.get(name).map(|value| value.as_i64().ok_or(RequestError::Invalid)).transpose();
    if time("exp")?.is_some_and(|exp| exp <= evidence.now) {
        return Err(RequestError::Expired);
    }
    let starts = [time("iat")?, time("nbf")?];
    if starts.into_iter().flatten().any(|start| start > evidence.now.saturating_add(TOLERANCE)) {
        return Err(RequestError::Invalid);
    }
    let audience = |value: &Value| value.as_str().is_some_and(|aud| aud == SELF_ISSUED || aud == evidence.wallet);
    if !parameters.get("aud").is_none_or(audience) {
        return Err(RequestError::Invalid);
    }
    let repeated = parameters.get("wallet_nonce").and_then(Value::as_str);
    if evidence.wallet_nonce.is_some_and(|nonce| repeated != Some(nonce)) {
        return Err(RequestError::WalletNonce);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
