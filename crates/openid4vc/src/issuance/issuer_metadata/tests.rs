//! Rows M1, M3, M6 and M7, and the MUSTs of section 12.2.

use super::signed::{self, TrustedSigner};
use super::*;
use serde_json::json;
use vc::jws::{self, Jws};
use vc::key::{Algorithm, SigningKey};
use vc::x509::{CertificateAuthority, LeafRequest};

fn minimal(change: impl FnOnce(&mut Value)) -> Result<IssuerMetadata, IssuerMetadataError> {
    let mut document = serde_json::json!({
        "credential_issuer": "https://i.example/t", "credential_endpoint": "https://i.example/t/credential",
        "credential_configurations_supported": {"a": {"format": "dc+sd-jwt", "vct": "v"}},
    });
    change(&mut document);
    IssuerMetadata::parse(document.to_string().as_bytes(), "https://i.example/t", true)
}

#[test]
fn rows_m1_m3_m7() {
    assert!(minimal(|_| ()).is_ok());
    assert_eq!(minimal(|d| d["credential_issuer"] = "https://i.example/t/".into()).err(), Some(IssuerMetadataError::Mismatch));
    for endpoint in ["http://i.example/c", "https://10.0.0.1/c", "https://[::1]/c"] {
        assert_eq!(minimal(|d| d["credential_endpoint"] = endpoint.into()).err(), Some(IssuerMetadataError::Invalid));
    }
    for size in [serde_json::json!(1), serde_json::json!(0), serde_json::json!("10")] {
        let batch = minimal(|d| d["batch_credential_issuance"] = serde_json::json!({"batch_size": size}));
        assert_eq!(batch.err(), Some(IssuerMetadataError::Invalid));
    }
}

#[test]
fn row_m6() {
    assert_eq!(check_media_type(Some("application/jwt")), Err(IssuerMetadataError::Signed));
    let jwt = |header: &str| Value::from(format!("{}.e30.", vc::encoding::b64url(header)));
    let unsigned = jwt(r#"{"alg":"none","typ":"openidvci-issuer-metadata+jwt"}"#);
    assert_eq!(minimal(|d| d["signed_metadata"] = unsigned).err(), Some(IssuerMetadataError::Signed));
    assert!(minimal(|d| d["signed_metadata"] = jwt(r#"{"alg":"ES256"}"#)).is_ok());
}

#[test]
fn conformance_suite_documents() {
    let valid = [
        include_str!("../../../tests/vectors/openid4vci/oidf-metadata-cases/valid-openid-credential-issuer-metadata-mock-full.json"),
        include_str!("../../../tests/vectors/openid4vci/oidf-metadata-cases/valid-openid-credential-issuer-metadata-mock-minimal.json"),
        include_str!(
            "../../../tests/vectors/openid4vci/oidf-metadata-cases/valid-openid-credential-issuer-metadata-spec-appendix-example.json"
        ),
        include_str!(
            "../../../tests/vectors/openid4vci/oidf-metadata-cases/valid-openid-credential-issuer-metadata-spec-DcSdJwt-claims-example.json"
        ),
        include_str!("../../../tests/vectors/openid4vci/spec-examples/credential_issuer_metadata_sd_jwt_long.json"),
    ];
    for document in valid {
        let issuer = serde_json::from_str::<Value>(document).unwrap()["credential_issuer"].as_str().unwrap().to_owned();
        IssuerMetadata::parse(document.as_bytes(), &issuer, false).unwrap();
    }
    let invalid = [
        include_str!(
            "../../../tests/vectors/openid4vci/oidf-metadata-cases/invalid-openid-credential-issuer-metadata-invalid-type-for-authorization-servers.json"
        ),
        include_str!(
            "../../../tests/vectors/openid4vci/oidf-metadata-cases/invalid-openid-credential-issuer-metadata-missing-required-property.json"
        ),
    ];
    for document in invalid {
        assert_eq!(
            IssuerMetadata::parse(document.as_bytes(), "https://issuer.example.com", false).err(),
            Some(IssuerMetadataError::Invalid)
        );
    }
}

#[test]
fn documents_that_break_the_rules_of_the_conformance_suite() {
    // A claims map, which drafts had: read as it was meant.
    let draft =
        include_str!("../../../tests/vectors/openid4vci/oidf-metadata-cases/invalid-openid-credential-issuer-metadata-bdr-example1.json");
    let issuer = "https://openid-gain-issuer.digital-identity-demo.bundesdruckerei.de";
    let read = IssuerMetadata::parse(draft.as_bytes(), issuer, false).unwrap();
    let claims = &read.credential_configurations_supported["eu.europa.ec.eudi.pid.1"].credential_metadata.as_ref().unwrap().claims;
    assert_eq!(
        claims.iter().map(|claim| &claim.path).collect::<Vec<_>>(),
        [&[json!("birthdate")], &[json!("family_name")], &[json!("given_name")]]
    );
    // No `vct`: nobody can ask for it.
    let nameless = include_str!(
        "../../../tests/vectors/openid4vci/oidf-metadata-cases/valid-openid-credential-issuer-metadata-spec-DcSdJwt-claims-missing-vct-example.json"
    );
    let read = IssuerMetadata::parse(nameless.as_bytes(), "https://issuer.example.com", false);
    assert_eq!(read.err(), Some(IssuerMetadataError::Invalid));
}

/// A document of a running issuer, of which one is served by a city.
#[test]
fn a_document_of_the_world() {
    let text = include_str!("../../../tests/vectors/openid4vci/oidf-metadata-cases/credential-issuer-metadata-dresden-komm-pass.json");
    let read = IssuerMetadata::parse(text.as_bytes(), "https://example.com", false).unwrap();
    let known = |server: &str| read.authorization_servers.iter().any(|one| one == server);
    assert!(known("https://example.com") && read.name("de").is_some());
    assert!(read.credential_configurations_supported.values().all(|configuration| configuration.credential_metadata.is_some()));
}

fn with_configuration(change: Value) -> Result<IssuerMetadata, IssuerMetadataError> {
    minimal(|document| document["credential_configurations_supported"]["b"] = change)
}

#[test]
fn vci_12_2_4_configurations_that_cannot_be_used_are_left_out() {
    for unusable in [
        json!({"format": "dc+sd-jwt"}),
        json!({"format": "ldp_vc", "credential_definition": {"@context": []}}),
        json!({"format": "jwt_vc_json"}),
        json!({"vct": "v"}),
        json!("x"),
        json!({"format": "dc+sd-jwt", "vct": "v", "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": []}}}),
        json!({"format": "dc+sd-jwt", "vct": "v", "proof_types_supported": {"jwt": {
            "proof_signing_alg_values_supported": ["ES256"], "key_attestations_required": {"key_storage": []}}}}),
        json!({"format": "dc+sd-jwt", "vct": "v", "credential_metadata": {"claims": [{"path": ["a"]}, {"path": ["a"]}]}}),
    ] {
        let read = with_configuration(unusable.clone()).unwrap();
        assert_eq!(read.credential_configurations_supported.keys().collect::<Vec<_>>(), ["a"], "{unusable}");
    }
    let unknown = with_configuration(json!({"format": "mso_mdoc", "doctype": "x", "credential_signing_alg_values_supported": [-7]}));
    assert_eq!(unknown.unwrap().credential_configurations_supported.len(), 2);
    let none = minimal(|document| document["credential_configurations_supported"] = json!({"a": {"format": "dc+sd-jwt"}}));
    assert_eq!(none.err(), Some(IssuerMetadataError::Invalid));
}

#[test]
fn vci_12_2_4_unrecognized_parameters_are_ignored() {
    assert!(minimal(|document| document["x"] = json!({"y": [1]})).is_ok());
}

#[test]
fn vci_12_2_4_encryption_members_are_whole() {
    let key = json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "1", "alg": "ECDH-ES"});
    let request = |value: Value| minimal(|document| document["credential_request_encryption"] = value).err();
    let whole = json!({"jwks": {"keys": [key]}, "enc_values_supported": ["A128GCM"], "encryption_required": false});
    assert_eq!(request(whole.clone()), None);
    for name in ["jwks", "enc_values_supported", "encryption_required"] {
        let mut without = whole.clone();
        without.as_object_mut().unwrap().remove(name);
        assert_eq!(request(without), Some(IssuerMetadataError::Invalid), "{name}");
    }
    let response = |value: Value| minimal(|document| document["credential_response_encryption"] = value).err();
    let whole = json!({"alg_values_supported": ["ECDH-ES"], "enc_values_supported": ["A128GCM"], "encryption_required": true});
    assert_eq!(response(whole.clone()), None);
    for name in ["alg_values_supported", "enc_values_supported"] {
        let mut empty = whole.clone();
        empty[name] = json!([]);
        assert_eq!(response(empty), Some(IssuerMetadataError::Invalid), "{name}");
    }
}

const ISSUER: &str = "https://i.example/t";
const NOW: i64 = 1_760_000_000;

struct Signer {
    key: SigningKey,
    chain: Vec<String>,
    anchors: Vec<Vec<u8>>,
}

fn signer(san_uri: Option<&str>, san_dns: &str) -> Signer {
    let authority = CertificateAuthority::new("Proefanker", NOW).unwrap();
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let leaf = LeafRequest {
        public_jwk: key.public_jwk().unwrap(),
        common_name: "ROC Voorbeeld".into(),
        san_uri: san_uri.map(str::to_owned),
        san_dns: vec![san_dns.into()],
        not_before: NOW - 100,
        not_after: NOW + 100_000,
    };
    let chain = vec![vc::encoding::b64(authority.issue_leaf(&leaf).unwrap())];
    Signer { key, chain, anchors: vec![authority.anchor_der().to_vec()] }
}

impl Signer {
    fn read(&self, jwt: &str) -> Result<IssuerMetadata, IssuerMetadataError> {
        signed::verify(jwt, ISSUER, &TrustedSigner { anchors: &self.anchors, keys: &[] }, NOW, false)
    }

    /// Signed metadata whose header and payload were changed, `null` removing a member.
    fn changed(&self, header: Value, payload: Value) -> Result<IssuerMetadata, IssuerMetadataError> {
        let signed = signed::sign(&minimal(|_| ()).unwrap(), &self.key, &self.chain, NOW, Some(NOW + 60)).unwrap();
        let jws = Jws::parse(&signed).unwrap();
        let (mut head, mut body) = (Value::Object(jws.header().clone()), jws.payload_unverified().clone());
        for (base, change) in [(&mut head, header), (&mut body, payload)] {
            base.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            base.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        }
        self.read(&jws::sign(head.as_object().unwrap(), body.to_string().as_bytes(), &self.key).unwrap())
    }
}

#[test]
fn vci_12_2_3_signed_metadata_is_the_same_document() {
    let metadata = minimal(|document| document["nonce_endpoint"] = "https://i.example/t/nonce".into()).unwrap();
    for (san_uri, san_dns) in [(Some(ISSUER), "i.example"), (None, "i.example")] {
        let signer = signer(san_uri, san_dns);
        let jwt = signed::sign(&metadata, &signer.key, &signer.chain, NOW, None).unwrap();
        assert_eq!(signer.read(&jwt), Ok(metadata.clone()));
        let payload = Jws::parse(&jwt).unwrap().payload_unverified().clone();
        assert_eq!(
            (&payload["sub"], &payload["iat"], &payload["nonce_endpoint"]),
            (&json!(ISSUER), &json!(NOW), &json!("https://i.example/t/nonce"))
        );
    }
    let key = SigningKey::generate(Algorithm::EdDsa).unwrap();
    let jwt = signed::sign(&metadata, &key, &[], NOW, None).unwrap();
    let known = [key.public_jwk().unwrap()];
    let read = |keys| signed::verify(&jwt, ISSUER, &TrustedSigner { anchors: &[], keys }, NOW, false);
    assert_eq!(read(&known), Ok(metadata));
    assert_eq!(read(&[]), Err(IssuerMetadataError::Signed));
}

#[test]
fn vci_12_2_3_typ_sub_and_iat_are_required() {
    let signer = signer(Some(ISSUER), "i.example");
    let refused = Some(IssuerMetadataError::Signed);
    assert_eq!(signer.changed(json!({}), json!({"x": 1})).err(), None);
    for header in
        [json!({"typ": "JWT"}), json!({"typ": null}), json!({"x5c": null}), json!({"x5c": null, "jwk": signer.key.public_jwk().unwrap()})]
    {
        assert_eq!(signer.changed(header.clone(), json!({})).err(), refused, "{header}");
    }
    for payload in [
        json!({"sub": null}),
        json!({"sub": "https://i.example/t/"}),
        json!({"iat": null}),
        json!({"iat": NOW + 61}),
        json!({"iat": "x"}),
        json!({"exp": NOW - 61}),
    ] {
        assert_eq!(signer.changed(json!({}), payload.clone()).err(), refused, "{payload}");
    }
    assert_eq!(signer.changed(json!({}), json!({"credential_issuer": "https://o.example"})).err(), Some(IssuerMetadataError::Mismatch));
}

#[test]
fn vci_12_2_3_the_signer_is_trusted_and_the_issuer() {
    let signer = self::signer(Some(ISSUER), "i.example");
    for (san_uri, san_dns) in [(Some("https://i.example/other"), "i.example"), (None, "o.example")] {
        let other = self::signer(san_uri, san_dns);
        let jwt = signed::sign(&minimal(|_| ()).unwrap(), &other.key, &other.chain, NOW, None).unwrap();
        assert_eq!(other.read(&jwt), Err(IssuerMetadataError::Signed));
        assert_eq!(signer.read(&jwt), Err(IssuerMetadataError::Signed));
    }
    let jwt = signed::sign(&minimal(|_| ()).unwrap(), &signer.key, &signer.chain, NOW, None).unwrap();
    let (_, rest) = jwt.split_once('.').unwrap();
    for alg in ["none", "HS256"] {
        let forged = format!("{}.{rest}", vc::encoding::b64url(json!({"typ": signed::TYP, "alg": alg, "x5c": signer.chain}).to_string()));
        assert_eq!(signer.read(&forged), Err(IssuerMetadataError::Signed), "{alg}");
    }
}

/// The example of appendix I, whose certificate signs itself.
#[test]
fn signed_example_of_the_specification() {
    let text = include_str!("../../../tests/vectors/openid4vci/spec-examples/credential_issuer_metadata_sd_jwt_jwt.txt").replace('\n', "");
    let jws = Jws::parse(&text).unwrap();
    let leaf = vc::x509::Chain::from_x5c(&jws.x5c().unwrap()).unwrap().leaf_unverified().unwrap();
    let issuer = "https://credential-issuer.example.com";
    let read = |keys| signed::verify(&text, issuer, &TrustedSigner { anchors: &[], keys }, NOW, false);
    let metadata = read(std::slice::from_ref(&leaf.jwk)).unwrap();
    assert!(metadata.credential_configurations_supported.contains_key("SD_JWT_VC_example_in_OpenID4VCI"));
    assert_eq!(read(&[]), Err(IssuerMetadataError::Signed));
}

#[test]
fn configurations_of_the_specification() {
    for (text, id, format) in [
        (
            include_str!("../../../tests/vectors/openid4vci/spec-examples/credential_metadata_jwt_vc_json.json"),
            "UniversityDegreeCredential",
            "jwt_vc_json",
        ),
        (
            include_str!("../../../tests/vectors/openid4vci/spec-examples/credential_metadata_mso_mdoc.json"),
            "org.iso.18013.5.1.mDL",
            "mso_mdoc",
        ),
    ] {
        let example: Value = serde_json::from_str(text).unwrap();
        let read =
            minimal(|document| document["credential_configurations_supported"] = example["credential_configurations_supported"].clone());
        let read = read.unwrap();
        let configuration = &read.credential_configurations_supported[id];
        assert_eq!((configuration.format.as_str(), configuration.needs_proof()), (format, true));
        assert!(configuration.credential_metadata.as_ref().is_some_and(|metadata| !metadata.claims.is_empty()), "{id}");
    }
}
