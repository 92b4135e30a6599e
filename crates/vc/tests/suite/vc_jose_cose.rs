//! The W3C test suite of VC-JOSE-COSE: credentials and presentations as JWT and SD-JWT, under keys that are given.

use crate::claims::NOW;
use serde_json::Value;
use std::fs;
use std::path::Path;
use vc::jws::{Jws, JwsError};
use vc::key::{Jwk, KeyError, VerifyingKey};
use vc::report::{CheckName, CheckState, Verdict};
use vc::sd_jwt::{Expected, SdJwt};
use vc::vcdm::jwt::{self, Dialect};
use vc::vcdm::{Credential, MediaType, Presentation, Presented};
use vc::verify::{self, Inputs};

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/vc-jose-cose").join(name);
    fs::read_to_string(path).unwrap().trim().to_owned()
}

fn key(name: &str) -> VerifyingKey {
    let keys: Value = serde_json::from_str(&file("keys.json")).unwrap();
    VerifyingKey::from_jwk(&Jwk::from_value(&keys[name]).unwrap()).unwrap()
}

/// A credential as JWT: read, structure checked, signature verified.
fn credential(name: &str, under: &str) -> Result<Credential, &'static str> {
    let jwt = jwt::read(&file(name)).map_err(|e| e.code())?;
    assert_eq!(jwt.dialect(), Dialect::VcJwt);
    let credential = Credential::parse(jwt.credential_unverified().clone()).map_err(|e| e.code())?;
    jwt.verify(&key(under)).map_err(|e| e.code())?;
    Ok(credential)
}

/// A presentation as JWT, and each credential in it.
fn presentation(name: &str, under: &str) -> Result<Presentation, &'static str> {
    let jwt = jwt::read_presentation(&file(name)).map_err(|e| e.code())?;
    let presentation = Presentation::parse(jwt.presentation_unverified().clone()).map_err(|e| e.code())?;
    jwt.verify(&key(under), &Expected { nonce: None, audience: None, iat: None }).map_err(|e| e.code())?;
    Ok(presentation)
}

#[test]
fn credentials_as_jwt() {
    for (name, under) in [("credential-jose-minimal.txt", "p256"), ("credential-issuer-match-signed.txt", "ed25519")] {
        let credential = credential(name, under).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(credential.issuer_id(), "https://example.issuer/vc-jose-cose");
        assert_eq!(credential.valid_from(), Some(1_262_373_804));
    }
    for (name, code) in [
        ("credential-jose-bad-signature.txt", "signature"),
        ("credential-jose-bad-media-type.txt", "typ"),
        ("credential-jose-vc-vp-claims.txt", "vc_claim"),
        // ES512, under the key of another algorithm.
        ("credential-jose-unknown-extensions.txt", "algorithm"),
    ] {
        assert_eq!(credential(name, "ed25519").unwrap_err(), code, "{name}");
    }
    assert_eq!(credential("credential-jose-minimal.txt", "ed25519").unwrap_err(), "algorithm");
}

#[test]
fn presentations_as_jwt() {
    let shown = presentation("presentation-jose-multiple.txt", "p384").unwrap();
    assert_eq!(shown.holder(), Some("https://example.issuer/vc-jose-cose"));
    let enveloped: Vec<_> = shown
        .credentials()
        .iter()
        .map(|presented| match presented {
            Presented::Enveloped(enveloped) => enveloped,
            Presented::Embedded(_) => panic!("embedded"),
        })
        .collect();
    assert_eq!(enveloped.iter().map(|e| e.media_type).collect::<Vec<_>>(), [MediaType::Jwt, MediaType::SdJwt, MediaType::Cose]);
    let first = jwt::read(&enveloped[0].text).unwrap();
    first.verify(&key("p256")).unwrap();
    let second = SdJwt::parse(&enveloped[1].text).unwrap();
    second.jwt().verify(&key("p384"), Some("vc+sd-jwt")).unwrap();
    assert_eq!(presentation("presentation-jose-bad-media-type.txt", "ed25519").unwrap_err(), "typ");
    assert_eq!(presentation("presentation-jose-bad-credential.txt", "ed25519").unwrap_err(), "envelope");
}

/// What is disclosed of a credential as SD-JWT is a credential; its secured form is for `sd_jwt` to judge.
#[test]
fn credentials_as_sd_jwt() {
    let text = file("credential-sdjwt-selective.txt");
    let sd_jwt = SdJwt::parse(&text).unwrap();
    sd_jwt.jwt().verify(&key("p384"), Some("vc+sd-jwt")).unwrap();
    let credential = Credential::parse(sd_jwt.disclosed_claims().clone()).unwrap();
    assert_eq!(credential.issuer_id(), "https://example.issuer/vc-jose-cose");
    assert!(credential.subjects()[0].contains_key("firstName") && credential.subjects()[0].contains_key("lastName"));
    let nested = SdJwt::parse(&file("credential-sdjwt-nested.txt")).unwrap();
    assert!(Credential::parse(nested.disclosed_claims().clone()).is_ok());
    for (name, typ) in [("credential-sdjwt-bad-media-type.txt", "bad+typ"), ("presentation-sdjwt-bad-media-type.txt", "bad+typ")] {
        assert_eq!(SdJwt::parse(&file(name)).unwrap().jwt().typ(), Some(typ), "{name}");
    }
    let broken = file("credential-sdjwt-bad-signature.txt");
    let jws = Jws::parse(broken.split('~').next().unwrap()).unwrap();
    assert_eq!(jws.verify(&key("p384"), None), Err(JwsError::Key(KeyError::Signature)));
}

/// The files of the suite through the one entry point: what is right, and what is not with its code.
#[test]
fn through_the_one_entry_point() {
    let keys: Value = serde_json::from_str(&file("keys.json")).unwrap();
    let keys = ["p256", "p384", "ed25519"].map(|name| Jwk::from_value(&keys[name]).unwrap());
    let trust = vc::trust::Trust::default();
    let report = |name: &str| verify::anything(file(name).as_bytes(), &Inputs::new(NOW, &trust, "test").with_keys(Some(&keys)));
    for name in ["credential-jose-minimal.txt", "credential-issuer-match-signed.txt", "credential-sdjwt-selective.txt"] {
        let report = report(name);
        assert_eq!(report.check(CheckName::Signature).map(|check| check.state), Some(CheckState::Passed), "{name}: {:?}", report.checks);
        assert!(report.verdict != Verdict::Invalid && report.credentials[0].claims.is_some(), "{name}");
    }
    for (name, check, code) in [
        ("credential-jose-bad-signature.txt", CheckName::Signature, "signature"),
        ("credential-jose-bad-media-type.txt", CheckName::Format, "typ"),
        ("credential-jose-vc-vp-claims.txt", CheckName::Format, "vc_claim"),
        ("credential-jose-unknown-extensions.txt", CheckName::Signature, "algorithm"),
        // ES512, which is not read.
        ("credential-sdjwt-nested.txt", CheckName::Signature, "algorithm"),
        ("credential-sdjwt-bad-signature.txt", CheckName::Signature, "signature"),
        ("credential-sdjwt-bad-media-type.txt", CheckName::Format, "typ"),
        ("presentation-jose-bad-media-type.txt", CheckName::Format, "typ"),
        ("presentation-jose-bad-credential.txt", CheckName::Format, "envelope"),
        ("presentation-sdjwt-bad-media-type.txt", CheckName::Format, "typ"),
        // Presentations in SD-JWT are not read; the test below judges what is in this one.
        ("presentation-sdjwt-bad-credential.txt", CheckName::Format, "typ"),
    ] {
        let report = report(name);
        let found = report.check(check).unwrap_or_else(|| panic!("{name}: {:?}", report.checks));
        assert_eq!((report.verdict, found.state, found.code.as_str()), (Verdict::Invalid, CheckState::Failed, code), "{name}");
        assert!(report.credentials.iter().all(|credential| credential.claims.is_none()), "{name}");
    }
}

#[test]
fn presentations_as_sd_jwt() {
    let shown = SdJwt::parse(&file("presentation-sdjwt-selective.txt")).unwrap();
    shown.jwt().verify(&key("p384"), Some("vp+sd-jwt")).unwrap();
    let presentation = Presentation::parse(shown.disclosed_claims().clone()).unwrap();
    assert!(matches!(presentation.credentials(), [Presented::Enveloped(_), ..]));
    let bad = SdJwt::parse(&file("presentation-sdjwt-bad-credential.txt")).unwrap();
    assert_eq!(Presentation::parse(bad.disclosed_claims().clone()).unwrap_err().code(), "envelope");
}
