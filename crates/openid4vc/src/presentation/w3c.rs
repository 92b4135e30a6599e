//! Presentations of W3C credentials (OpenID4VP appendix B.1): the credential goes whole, and the holder's key says to whom and
//! for which question.

use serde_json::{Map, Value, json};
use vc::data_integrity::{self, Cryptosuite, DataIntegrityError, ProofOptions, Purpose};
use vc::did;
use vc::jws::{self, JwsError};
use vc::key::SigningKey;

/// The first context of the W3C data model 2.0.
const V2: &str = "https://www.w3.org/ns/credentials/v2";
/// The first context of the W3C data model 1.1.
const V1: &str = "https://www.w3.org/2018/credentials/v1";
/// The context of Data Integrity proofs, which the data model 2.0 brings along itself.
const DATA_INTEGRITY: &str = "https://w3id.org/security/data-integrity/v2";
/// For how long a signed presentation holds, in seconds: as long as a key binding is believed.
const HOLDS: i64 = 300;

/// To whom a presentation goes, and for which question.
#[derive(Clone, Copy, Debug)]
pub struct Audience<'a> {
    /// The full client identifier.
    pub client_id: &'a str,
    /// The request's nonce.
    pub nonce: &'a str,
    /// Now, Unix seconds.
    pub now: i64,
}

/// The method by which a holder key signs: the one of its `did:jwk`.
///
/// # Errors
/// When the key does not tell its public half.
pub fn holder_method(key: &SigningKey) -> Result<(String, String), JwsError> {
    let did = did::jwk_did(&key.public_jwk()?);
    let method = format!("{did}#0");
    Ok((did, method))
}

/// A presentation of a `jwt_vc_json` credential: a JWT with the presentation in its `vp` claim (section B.1.3.1.5). Only version
/// 1.1 of the data model lets a presentation hold a JWT as it is, so that is what it is, whatever the credential's version.
///
/// # Errors
/// When the key cannot sign.
pub fn jwt_vp(credential: &str, key: &SigningKey, to: &Audience<'_>) -> Result<String, JwsError> {
    let (holder, method) = holder_method(key)?;
    let vp = json!({"@context": [V1], "type": ["VerifiablePresentation"], "verifiableCredential": [credential]});
    let mut payload = claims(to, &holder);
    payload.insert("nbf".into(), to.now.into());
    payload.insert("vp".into(), vp);
    sign("JWT", &method, payload, key)
}

/// A presentation of a `vc+jwt` credential: the payload is the presentation, the credential is enveloped in it (VC-JOSE-COSE).
///
/// # Errors
/// When the key cannot sign.
pub fn vp_jwt(credential: &str, key: &SigningKey, to: &Audience<'_>) -> Result<String, JwsError> {
    let (holder, method) = holder_method(key)?;
    let mut payload = claims(to, &holder);
    payload.insert("@context".into(), json!([V2]));
    payload.insert("type".into(), json!(["VerifiablePresentation"]));
    payload.insert("holder".into(), holder.into());
    let enveloped = json!({"@context": V2, "id": format!("data:application/vc+jwt,{credential}"), "type": "EnvelopedVerifiableCredential"});
    payload.insert("verifiableCredential".into(), json!([enveloped]));
    sign("vp+jwt", &method, payload, key)
}

/// A presentation of an `ldp_vc` credential: the document in a presentation with an authentication proof of the holder's key, its
/// challenge the nonce and its domain the client (section B.1.3.2.5).
///
/// # Errors
/// When the key cannot sign, or the credential uses a context that the suite cannot work with.
pub fn ldp_vp(
    credential: &Map<String, Value>,
    suite: Cryptosuite,
    key: &SigningKey,
    to: &Audience<'_>,
) -> Result<Map<String, Value>, LdpError> {
    let (holder, method) = holder_method(key)?;
    let first = credential.get("@context").and_then(|context| context.get(0).or(Some(context))).and_then(Value::as_str);
    let context = if first == Some(V1) { json!([V1, DATA_INTEGRITY]) } else { json!([V2]) };
    let mut presentation = Map::new();
    presentation.insert("@context".into(), context);
    presentation.insert("type".into(), json!(["VerifiablePresentation"]));
    presentation.insert("holder".into(), holder.into());
    presentation.insert("verifiableCredential".into(), json!([credential]));
    let options = ProofOptions {
        created: Some(to.now),
        challenge: Some(to.nonce.to_owned()),
        domain: Some(to.client_id.to_owned()),
        ..ProofOptions::new(suite, method, Purpose::Authentication)
    };
    Ok(data_integrity::sign(&presentation, &options, key)?)
}

/// Why a presentation got no proof.
#[derive(Debug, thiserror::Error)]
pub enum LdpError {
    /// The key.
    #[error(transparent)]
    Key(#[from] JwsError),
    /// The proof.
    #[error(transparent)]
    Proof(#[from] DataIntegrityError),
}

fn claims(to: &Audience<'_>, holder: &str) -> Map<String, Value> {
    let mut claims = Map::new();
    claims.insert("iss".into(), holder.into());
    claims.insert("aud".into(), to.client_id.into());
    claims.insert("nonce".into(), to.nonce.into());
    claims.insert("iat".into(), to.now.into());
    claims.insert("exp".into(), to.now.saturating_add(HOLDS).into());
    claims
}

fn sign(typ: &str, method: &str, payload: Map<String, Value>, key: &SigningKey) -> Result<String, JwsError> {
    let mut header = Map::new();
    header.insert("typ".into(), typ.into());
    header.insert("kid".into(), method.into());
    jws::sign(&header, Value::Object(payload).to_string().as_bytes(), key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vc::jws::Jws;
    use vc::key::{Algorithm, VerifyingKey};

    const TO: Audience<'static> = Audience { client_id: "x509_san_dns:client.example.org", nonce: "n-0S6_WzA2Mj", now: 1_541_493_724 };

    fn credential(document: &Value) -> String {
        let issuer = SigningKey::generate(Algorithm::Es256).unwrap();
        jws::sign(&Map::new(), document.to_string().as_bytes(), &issuer).unwrap()
    }

    fn read(presentation: &str, key: &SigningKey) -> (Map<String, Value>, Value) {
        let jws = Jws::parse(presentation).unwrap();
        let named = did::key_of_url(jws.kid().unwrap()).unwrap();
        assert!(named.same_key(&key.public_jwk().unwrap()));
        let payload = jws.verify(&VerifyingKey::from_jwk(&named).unwrap(), None).unwrap().clone();
        assert_eq!(payload["iss"], jws.kid().unwrap().trim_end_matches("#0"));
        assert_eq!((&payload["aud"], &payload["nonce"]), (&json!(TO.client_id), &json!(TO.nonce)));
        (jws.header().clone(), payload)
    }

    #[test]
    fn a_jwt_presentation_has_the_shape_of_the_specification() {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        for inner in [json!({"vc": {"@context": [V1]}}), json!({"@context": [V2]})] {
            let credential = credential(&inner);
            let (header, payload) = read(&jwt_vp(&credential, &key, &TO).unwrap(), &key);
            assert_eq!(header["typ"], "JWT");
            assert_eq!(payload["vp"], json!({"@context": [V1], "type": ["VerifiablePresentation"], "verifiableCredential": [credential]}));
        }
    }

    #[test]
    fn an_enveloped_presentation() {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let credential = credential(&json!({"@context": [V2]}));
        let (header, payload) = read(&vp_jwt(&credential, &key, &TO).unwrap(), &key);
        assert_eq!(header["typ"], "vp+jwt");
        assert!(payload.get("vp").is_none() && payload["holder"] == payload["iss"]);
        assert_eq!(payload["verifiableCredential"][0]["id"], format!("data:application/vc+jwt,{credential}"));
    }

    struct Holder(vc::key::Jwk);

    impl data_integrity::Keys for Holder {
        fn key(&self, method: &str, purpose: Purpose) -> Result<data_integrity::ResolvedKey, data_integrity::KeyProblem> {
            assert_eq!(purpose, Purpose::Authentication);
            let did = did::jwk_did(&self.0);
            assert_eq!(method, format!("{did}#0"));
            Ok(data_integrity::ResolvedKey { jwk: self.0.clone(), controller: did })
        }
    }

    #[test]
    fn a_document_is_presented_with_a_proof_for_this_question_alone() {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let keys = Holder(key.public_jwk().unwrap());
        let v2 = json!({
            "@context": [V2], "type": ["VerifiableCredential"], "issuer": "did:web:i.example", "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": {"id": "did:jwk:x"},
        });
        let v1 = json!({
            "@context": [V1], "type": ["VerifiableCredential"], "issuer": "did:web:i.example", "issuanceDate": "2026-01-01T00:00:00Z",
            "credentialSubject": {"id": "did:jwk:x"},
        });
        let expected = |challenge| data_integrity::ExpectedProof {
            purpose: Purpose::Authentication,
            challenge: Some(challenge),
            domain: Some(TO.client_id),
            now: TO.now,
            clock_tolerance: 0,
        };
        for credential in [v1, v2] {
            let credential = credential.as_object().unwrap();
            for suite in [Cryptosuite::EcdsaRdfc2019, Cryptosuite::EcdsaJcs2019] {
                let signed = ldp_vp(credential, suite, &key, &TO).unwrap();
                assert_eq!(signed["verifiableCredential"], json!([credential]));
                assert_eq!(data_integrity::verify(&signed, &keys, &expected(TO.nonce)).unwrap().len(), 1);
                assert!(data_integrity::verify(&signed, &keys, &expected("another")).is_err());
            }
        }
    }
}
