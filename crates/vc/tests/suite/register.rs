//! Credentials that outlive a key or an institution: what the register remembers, beside and in place of published documents.

use serde_json::{Value, json};
use vc::Map;
use vc::data_integrity::{Cryptosuite, ProofOptions, Purpose as ProofPurpose, sign};
use vc::did;
use vc::key::{Algorithm, Jwk, SigningKey};
use vc::report::{CheckName, Report, Verdict};
use vc::status_list::bitstring::{self, ListFacts};
use vc::status_list::{Bitstring, Purpose};
use vc::trust::{ArchivedKey, Departure, Mechanism, Trust, TrustedIssuer};
use vc::verify::{self, Fetched, Inputs, Need};

use crate::claims::NOW;

const DAY: i64 = 86_400;
const ISSUER: &str = "https://issuer.example/hogeschool-voorbeeld";
const DID: &str = "did:web:issuer.example:hogeschool-voorbeeld";
const DOCUMENT: &str = "https://issuer.example/hogeschool-voorbeeld/did.json";
const LIST: &str = "https://issuer.example/hogeschool-voorbeeld/status/a/revocation";
/// When the credentials here were signed.
const SIGNED: i64 = NOW - 400 * DAY;

/// An issuer with the key of then.
struct School {
    key: SigningKey,
    jwk: Jwk,
}

impl School {
    fn new() -> Self {
        let key = SigningKey::generate(Algorithm::EdDsa).unwrap();
        let jwk = key.public_jwk().unwrap();
        Self { jwk: jwk.clone().with_kid(jwk.thumbprint()), key }
    }

    fn signed(&self, document: &Value) -> Map {
        let method = format!("{DID}#{}", self.jwk.thumbprint());
        let options =
            ProofOptions { created: Some(SIGNED), ..ProofOptions::new(Cryptosuite::EddsaRdfc2022, method, ProofPurpose::AssertionMethod) };
        sign(document.as_object().unwrap(), &options, &self.key).unwrap()
    }

    /// A credential, with a place in a status list when there is one.
    fn credential(&self, index: Option<usize>) -> Vec<u8> {
        let mut document = json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential"],
            "issuer": DID,
            "validFrom": rfc3339(SIGNED),
            "credentialSubject": {"id": "did:example:holder"},
        });
        if let Some(index) = index {
            document["credentialStatus"] = json!({
                "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
                "statusListIndex": index.to_string(), "statusListCredential": LIST,
            });
        }
        serde_json::to_vec(&self.signed(&document)).unwrap()
    }

    /// A list that revokes place 7, as it was served until a day after `at`.
    fn list(&self, at: i64) -> String {
        let mut bits = Bitstring::new(1 << 17);
        bits.set(7, true).unwrap();
        let (uri, issuer, purpose) = (LIST, DID, Purpose::Revocation);
        let facts = ListFacts { uri, issuer, purpose, valid_from: at - 60, valid_until: at + DAY, ttl: 60 };
        Value::Object(self.signed(&Value::Object(bitstring::credential(&bits, &facts).unwrap()))).to_string()
    }

    fn archived(&self) -> ArchivedKey {
        ArchivedKey { jwk: self.jwk.clone(), valid_from: Some(SIGNED - DAY), valid_until: Some(SIGNED + DAY), revoked_at: None }
    }
}

fn rfc3339(at: i64) -> String {
    vc::report::rfc3339(at).unwrap()
}

fn trust(change: impl FnOnce(&mut TrustedIssuer)) -> Trust {
    let mut issuer = TrustedIssuer {
        id: ISSUER.into(),
        name_nl: "Hogeschool Voorbeeld".into(),
        types: vec!["VerifiableCredential".into()],
        ..TrustedIssuer::default()
    };
    change(&mut issuer);
    Trust { issuers: vec![issuer], ..Trust::default() }
}

fn report(bytes: &[u8], trust: &Trust, fetched: &Fetched) -> Report {
    verify::anything(bytes, &Inputs::new(NOW, trust, "test").with_fetched(fetched))
}

/// The issuer's documents as they are now, with these keys.
fn published(keys: &[&Jwk]) -> Fetched {
    let keys: Vec<(String, Jwk)> = keys.iter().map(|jwk| (jwk.thumbprint(), (*jwk).clone())).collect();
    let document = did::build_document(DID, &keys).unwrap().to_string().into_bytes();
    let mut fetched = Fetched::new();
    fetched.insert(Need::Document(DOCUMENT.into()), document);
    fetched
}

fn code(report: &Report, name: CheckName) -> &str {
    &report.check(name).unwrap().code
}

#[test]
fn an_old_credential_verifies_after_a_rotation() {
    let (school, successor) = (School::new(), School::new());
    let credential = school.credential(None);
    let known = trust(|_| {});
    let retained = published(&[&successor.jwk, &school.jwk]);
    assert_eq!(report(&credential, &known, &retained).verdict, Verdict::Valid);
    // Its document does not list the key any more: revoked, or forgotten. The register knows which.
    let forgotten = published(&[&successor.jwk]);
    let told = report(&credential, &known, &forgotten);
    assert_eq!((told.verdict, code(&told, CheckName::Signature)), (Verdict::Invalid, "key_unknown"));
    let archive = trust(|issuer| issuer.keys = vec![school.archived()]);
    assert_eq!(report(&credential, &archive, &forgotten).verdict, Verdict::Valid);
}

/// Validity may begin before the key existed that signed, as with a diploma of long ago: the proof says when it was made.
#[test]
fn when_it_was_signed_is_not_when_it_begins() {
    let school = School::new();
    let document = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"], "issuer": DID,
        "validFrom": rfc3339(SIGNED - 1000 * DAY), "credentialSubject": {"id": "did:example:holder"},
    });
    let credential = serde_json::to_vec(&school.signed(&document)).unwrap();
    let archive = trust(|issuer| issuer.keys = vec![school.archived()]);
    assert_eq!(report(&credential, &archive, &Fetched::new()).verdict, Verdict::Valid);
}

#[test]
fn a_revoked_key_proves_nothing_wherever_it_is_still_published() {
    let school = School::new();
    let credential = school.credential(None);
    let revoked = trust(|issuer| issuer.keys = vec![ArchivedKey { revoked_at: Some(NOW - DAY), ..school.archived() }]);
    for fetched in [published(&[&school.jwk]), Fetched::new()] {
        let told = report(&credential, &revoked, &fetched);
        assert_eq!((told.verdict, code(&told, CheckName::Issuer)), (Verdict::Invalid, "key_revoked"));
    }
}

#[test]
fn a_status_list_by_a_revoked_key_says_nothing() {
    let (school, thief) = (School::new(), School::new());
    let credential = school.credential(Some(3));
    let known = |revoked_at| trust(|issuer| issuer.keys = vec![ArchivedKey { revoked_at, valid_until: None, ..thief.archived() }]);
    let mut fetched = published(&[&school.jwk, &thief.jwk]);
    fetched.insert_list(LIST, thief.list(NOW));
    assert_eq!(report(&credential, &known(None), &fetched).verdict, Verdict::Valid);
    let told = report(&credential, &known(Some(NOW - DAY)), &fetched);
    assert_eq!((told.verdict, code(&told, CheckName::Status)), (Verdict::Attention, "status_unknown"));
}

#[test]
fn a_credential_of_an_institution_that_left_verifies_without_asking_anybody() {
    let school = School::new();
    let left = NOW - 100 * DAY;
    let remembered = trust(|issuer| {
        issuer.left = Some(Departure { at: left, successor: Some(("Hogeschool Nieuw".into(), "New University".into())) });
        issuer.keys = vec![school.archived()];
        issuer.final_status.insert(LIST.into(), school.list(left));
    });
    let inputs = Inputs::new(NOW, &remembered, "test");
    let credential = school.credential(Some(3));
    assert!(verify::needs(&credential, &inputs).is_empty());
    let told = verify::anything(&credential, &inputs);
    assert_eq!(told.verdict, Verdict::Valid, "{:?}", told.checks);
    assert_eq!(told.credentials[0].issuer.name.as_deref(), Some("Hogeschool Voorbeeld"));
    let revoked = verify::anything(&school.credential(Some(7)), &inputs);
    assert_eq!((revoked.verdict, code(&revoked, CheckName::Status)), (Verdict::Invalid, "revoked"));
    // A list that nobody kept: the status is not known, and nothing more is wrong.
    let unkept = trust(|issuer| {
        issuer.left = Some(Departure { at: left, successor: None });
        issuer.keys = vec![school.archived()];
    });
    let told = report(&credential, &unkept, &Fetched::new());
    assert_eq!((told.verdict, code(&told, CheckName::Status)), (Verdict::Attention, "status_unknown"));
}

#[test]
fn who_has_the_addresses_of_an_institution_that_left_is_not_that_institution() {
    let (school, stranger) = (School::new(), School::new());
    let gone = |at: i64| Some(Departure { at, successor: None });
    // Whoever serves its documents now is not asked.
    let remembered = trust(|issuer| {
        issuer.left = gone(NOW - 100 * DAY);
        issuer.keys = vec![school.archived()];
    });
    let theirs = published(&[&stranger.jwk]);
    let told = report(&stranger.credential(None), &remembered, &theirs);
    assert_eq!((told.verdict, code(&told, CheckName::Signature)), (Verdict::Attention, "key_not_fetched"));
    // Issued after it left, with its own key.
    let earlier = trust(|issuer| {
        issuer.left = gone(SIGNED - 10 * DAY);
        issuer.keys = vec![ArchivedKey { valid_from: None, ..school.archived() }];
    });
    let told = report(&school.credential(None), &earlier, &theirs);
    assert_eq!((told.verdict, code(&told, CheckName::Issuer)), (Verdict::Attention, "issuer_unknown"));
    assert_eq!(told.check(CheckName::Issuer).unwrap().detail["reason"], "issuer_left");
}

#[test]
fn a_key_that_is_found_in_another_way_than_the_register_permits_is_not_looked_at() {
    let world = crate::claims::World::new();
    let text = world.issue(world.microcredential()).to_string();
    let mut known = world.trust.clone();
    let inputs = |trust: &Trust| verify::anything(text.as_bytes(), &Inputs::new(NOW, trust, "test").with_fetched(&world.lists()));
    assert_eq!(inputs(&known).verdict, Verdict::Valid);
    for mechanism in [Mechanism::IssuerMetadata, Mechanism::Did] {
        known.issuers[0].mechanisms.insert("dc+sd-jwt".into(), mechanism);
        let told = inputs(&known);
        // The credential brings a chain, which does not count here; its issuer's metadata were to be fetched.
        assert_ne!(told.verdict, Verdict::Valid, "{mechanism:?}");
        assert_ne!(code(&told, CheckName::Signature), "ok", "{mechanism:?}");
    }
}
