//! Whatever comes in, through the one entry point: every form of credential with its documents and lists from a stub.

mod contents;
mod presentations;

use crate::claims::{NOW, object};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use vc::Map;
use vc::data_integrity::{self, Cryptosuite, ProofOptions, Purpose};
use vc::did::{build_document, jwk_did, web_did};
use vc::key::{Algorithm, SigningKey};
use vc::open_badge::bake;
use vc::report::Verdict::{Attention, Invalid, Valid};
use vc::report::{CheckName, CheckState, Report, Verdict};
use vc::sd_jwt::IatWindow;
use vc::status_list::bitstring::{self, Bitstring, ListFacts};
use vc::trust::{Trust, TrustedIssuer};
use vc::vcdm::jwt::{self, Dialect, sign_credential, sign_presentation};
use vc::vcdm::{Enveloped, MediaType};
use vc::verify::{self, Binding, Fetched, Inputs, Need, attempt};

/// Everything that is public somewhere: what is asked for is there when the credential's own text names a key for it.
pub(crate) struct Web {
    documents: Vec<(String, Value)>,
    asked: std::cell::RefCell<Vec<Need>>,
}

impl Web {
    /// A controller document for each verification method `{controller}#{multikey}` in a text.
    pub(crate) fn of(text: &str) -> Self {
        let methods: BTreeSet<&str> = text.split('"').filter(|part| part.contains("#z") && !part.contains(' ')).collect();
        let mut documents = Vec::new();
        for method in methods {
            let (controller, key) = method.split_once('#').unwrap();
            let address = if controller.starts_with("did:web:") {
                vc::did::web_url(controller, false).unwrap().to_string()
            } else {
                controller.to_owned()
            };
            let method = json!({"id": method, "type": "Multikey", "controller": controller, "publicKeyMultibase": key});
            documents.push((address, json!({"id": controller, "verificationMethod": [method], "assertionMethod": [method["id"]], "authentication": [method["id"]]})));
        }
        Self { documents, asked: Default::default() }
    }

    /// The same with one more document.
    pub(crate) fn with(mut self, address: &str, document: Value) -> Self {
        self.documents.push((address.to_owned(), document));
        self
    }

    /// What was asked for, in order.
    pub(crate) fn asked(&self) -> Vec<Need> {
        self.asked.borrow().clone()
    }

    /// The report with all that is to be had.
    pub(crate) fn report(&self, bytes: &[u8], inputs: &Inputs<'_>) -> Report {
        let mut fetched = Fetched::new();
        for _ in 0..5 {
            let (report, needs) = attempt(bytes, &inputs.with_fetched(&fetched));
            if needs.is_empty() {
                return report;
            }
            for need in needs {
                self.asked.borrow_mut().push(need.clone());
                let found = self.documents.iter().find(|(address, _)| address == need.url()).map(|(_, document)| document);
                match (need, found) {
                    (need @ Need::StatusList(_), Some(Value::String(list))) => fetched.insert_list(need.url(), list.clone()),
                    (need @ Need::StatusList(_), Some(list)) => fetched.insert_list(need.url(), list.to_string()),
                    (need, Some(Value::String(text))) => fetched.insert(need, text.clone().into_bytes()),
                    (need, Some(document)) => fetched.insert(need, document.to_string().into_bytes()),
                    (need, None) => fetched.fail(need),
                }
            }
        }
        panic!("needs without end")
    }
}

/// A register that vouches for these issuers, for every type.
pub(crate) fn trusting(issuers: &[&str]) -> Trust {
    let types = ["OpenBadgeCredential", "AchievementCredential", "EndorsementCredential", "ClrCredential", "microcredential", "enrolment"];
    let issuer = |id: &&str| TrustedIssuer {
        id: (*id).to_owned(),
        name_nl: "Voorbeeld".into(),
        name_en: "Example".into(),
        types: types.map(str::to_owned).to_vec(),
        ..TrustedIssuer::default()
    };
    Trust { register: "Register".into(), keeper: "Keeper".into(), issuers: issuers.iter().map(issuer).collect(), ..Trust::default() }
}

const EXAMPLE: &str = "https://example.com/issuers/876543";

/// Issuers of the published credentials, as if a register knew them.
const ISSUERS: [&str; 4] =
    [EXAMPLE, "https://example.edu/issuers/565049", "https://1edtech.edu/issuers/565049", "https://state.gov/issuers/565049"];

fn vector(name: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/openbadges").join(name)).unwrap()
}

/// What the first check that did not pass says; `ok` when all did.
fn worst(report: &Report) -> String {
    let found = report.checks.iter().find(|check| check.code != "ok");
    found.map_or_else(|| "ok".to_owned(), |check| format!("{:?} {}", check.check, check.code))
}

/// File, verdict, number of credentials, first check that did not pass.
const PUBLISHED: &[(&str, Verdict, usize, &str)] = &[
    ("ob30/simple.json", Valid, 1, "ok"),
    ("ob30/simple.1ob", Valid, 1, "ok"),
    ("ob30/simple-json.png", Valid, 1, "ok"),
    ("ob30/simple-json.svg", Valid, 1, "ok"),
    ("ob30/simple_v1.json", Valid, 1, "ok"),
    ("ob30/simple-context-version.json", Valid, 1, "ok"),
    ("ob30/simple-context-alias.json", Valid, 1, "ok"),
    ("ob30/simple-eddsa-2022.json", Valid, 1, "ok"),
    ("ob30/simple-did-web-method.json", Valid, 1, "ok"),
    ("ob30/endorsement-valid.json", Valid, 1, "ok"),
    ("clr20/simple.json", Valid, 2, "ok"),
    // Named by a URN: nothing was changed, and who signed is not known.
    ("ob30/simple-did-key-method.json", Attention, 1, "Issuer issuer_unknown"),
    ("clr20/complex.json", Attention, 7, "Issuer issuer_unknown"),
    // Their status lists are not published with them.
    ("ob30/complete.json", Attention, 1, "Status status_unknown"),
    ("ob30/credential-status-revoked.json", Attention, 1, "Issuer issuer_unknown"),
    ("ob30/bit-string-list/credential-status-revoked.json", Attention, 1, "Status status_unknown"),
    ("ob30/simple-err-expired.json", Attention, 1, "Dates expired"),
    ("ob30/simple-err-context.json", Invalid, 1, "Format context"),
    ("ob30/simple-err-credential-subject-achievement-result-description-type.json", Invalid, 1, "Signature undefined_term"),
    ("ob30/simple-err-credential-subject-identifier-type.json", Invalid, 1, "Signature undefined_term"),
    ("ob30/simple-err-credential-subject-profile-type.json", Invalid, 1, "Signature undefined_term"),
    ("ob30/simple-err-credential-subject-result-type.json", Invalid, 1, "Signature undefined_term"),
    ("ob30/simple-err-credential-subject-type.json", Invalid, 1, "Signature undefined_term"),
    ("ob30/simple-err-evidence-type.json", Invalid, 1, "Signature undefined_term"),
    ("ob30/simple-err-issued.json", Invalid, 1, "Dates not_yet_valid"),
    ("ob30/simple-err-issuer-otheridentifier-type.json", Invalid, 1, "Signature undefined_term"),
    ("ob30/simple-err-issuer-parentorg-type.json", Invalid, 1, "Signature undefined_term"),
    ("ob30/simple-err-issuer-type.json", Invalid, 1, "Signature undefined_term"),
    ("ob30/simple-err-issuer.json", Invalid, 1, "Format issuer_id"),
    ("ob30/simple-err-proof-method-no-scheme.json", Invalid, 1, "Signature verification_method"),
    ("ob30/simple-err-proof-method-unknown-did-method.json", Invalid, 1, "Signature did_method"),
    ("ob30/simple-err-proof-method-unknown-scheme.json", Invalid, 1, "Signature verification_method"),
    ("ob30/simple-err-proof-method.json", Invalid, 1, "Signature key_unknown"),
    ("ob30/simple-err-proof-value.json", Invalid, 1, "Signature proof_invalid"),
    ("ob30/simple-err-type.json", Invalid, 1, "Signature undefined_term"),
    ("ob30/simple-noproof.json", Invalid, 1, "Signature proof_missing"),
    ("clr20/simple-noproof.json", Invalid, 1, "Signature proof_missing"),
    // All proofs must hold, also those of a kind that we do not read (row W7).
    ("ob30/simple-multiple-proofs.json", Invalid, 1, "Signature unsupported_cryptosuite"),
    // Signed by a key that is published nowhere.
    ("ob30/simple.jwt", Invalid, 1, "Signature no_key"),
    ("ob30/simple-jwt.png", Invalid, 1, "Signature no_key"),
    ("ob30/simple-jwt.svg", Invalid, 1, "Signature no_key"),
];

#[test]
fn published_badges_and_records() {
    let trust = trusting(&ISSUERS);
    for (name, verdict, count, code) in PUBLISHED {
        let bytes = vector(name);
        let report = Web::of(&String::from_utf8_lossy(&bytes)).report(&bytes, &Inputs::new(NOW, &trust, "t"));
        crate::report::check_schema(&report);
        assert_eq!((report.verdict, report.credentials.len(), worst(&report).as_str()), (*verdict, *count, *code), "{name}");
        for one in &report.credentials {
            let signed = one.check(CheckName::Signature).is_some_and(|check| check.state == CheckState::Passed);
            assert_eq!(one.claims.is_some(), signed, "{name}");
            assert!(
                one.claims.as_ref().is_none_or(|claims| !claims.contains_key("issuer")),
                "{name}: an issuer is named by the register only"
            );
            let told = Value::from(one.claims.clone().unwrap_or_default()).to_string();
            for others in ["\"endorsement\":", "\"endorsementJwt\":", "\"verifiableCredential\":"] {
                assert!(!told.contains(others), "{name}: what others signed is no claim of it");
            }
        }
    }
}

#[test]
fn a_bare_key_in_the_header_proves_nothing_about_the_issuer() {
    let bytes = vector("clr20/simple.jwt");
    let unknown = Web::of("").report(&bytes, &Inputs::new(NOW, &Trust::default(), "t"));
    assert_eq!((unknown.verdict, worst(&unknown).as_str()), (Attention, "Issuer issuer_unknown"));
    let known = Web::of("").report(&bytes, &Inputs::new(NOW, &trusting(&ISSUERS), "t"));
    assert_eq!((known.verdict, worst(&known).as_str()), (Invalid, "Signature no_key"));
}

/// An issuer at `did:web:issuer.example:school` with an Ed25519 key, and a badge of it.
struct School {
    key: SigningKey,
    did: String,
    web: Web,
    trust: Trust,
}

const SCHOOL: &str = "https://issuer.example/school";

impl School {
    fn new() -> Self {
        let key = SigningKey::generate(Algorithm::EdDsa).unwrap();
        let did = web_did(SCHOOL).unwrap();
        let document = build_document(&did, &[("k1".to_owned(), key.public_jwk().unwrap())]).unwrap();
        let web = Web::of("").with("https://issuer.example/school/did.json", document);
        Self { key, did, web, trust: trusting(&[SCHOOL]) }
    }

    fn badge(&self) -> Map {
        let mut badge: Value = serde_json::from_slice(&vector("ob30/simple.json")).unwrap();
        badge["issuer"]["id"] = json!(self.did);
        badge["credentialSubject"]["id"] = json!("did:example:samira");
        badge.as_object_mut().unwrap().remove("proof");
        object(badge)
    }

    fn options(&self, purpose: Purpose) -> ProofOptions {
        ProofOptions {
            cryptosuite: Cryptosuite::EddsaRdfc2022,
            verification_method: format!("{}#k1", self.did),
            purpose,
            created: Some(NOW - 10),
            challenge: None,
            domain: None,
        }
    }

    fn sign(&self, badge: &Map) -> Map {
        data_integrity::sign(badge, &self.options(Purpose::AssertionMethod), &self.key).unwrap()
    }

    fn report(&self, bytes: &[u8]) -> Report {
        let report = self.web.report(bytes, &Inputs::new(NOW, &self.trust, "t"));
        crate::report::check_schema(&report);
        report
    }

    fn outcome(&self, badge: &Map) -> (Verdict, String) {
        let report = self.report(Value::Object(badge.clone()).to_string().as_bytes());
        (report.verdict, worst(&report))
    }
}

#[test]
fn a_badge_by_the_did_of_a_registered_issuer() {
    let school = School::new();
    let signed = Value::Object(school.sign(&school.badge()));
    let report = school.report(signed.to_string().as_bytes());
    assert_eq!((report.verdict, worst(&report).as_str()), (Valid, "ok"));
    let one = &report.credentials[0];
    assert_eq!((one.format.as_str(), one.kind.as_str(), one.issuer.id.as_str()), ("ldp_vc", "OpenBadgeCredential", SCHOOL));
    assert_eq!(one.issuer.name.as_deref(), Some("Voorbeeld"));
    assert_eq!(one.claims.as_ref().unwrap()["credentialSubject"]["achievement"]["name"], "Teamwork");
    // In a list, in an envelope of ours, with white space, as a string.
    for wrapped in [json!([signed]), json!({"credential": signed}), json!({"credentials": [signed, signed.to_string()]})] {
        assert_eq!(school.report(format!("\u{feff}\n {wrapped:#} ").as_bytes()).verdict, Valid);
    }
    let png = bake::png_bake(&vector("ob30/simple-json.png"), &signed.to_string()).unwrap();
    assert_eq!(school.report(&png).verdict, Valid);
    // The same credential as JWT in both dialects, and enveloped.
    let header = object(json!({"kid": format!("{}#k1", school.did)}));
    for dialect in [Dialect::VcJwt, Dialect::JwtVcJson] {
        let jwt = sign_credential(&school.badge(), dialect, &header, &school.key).unwrap();
        let report = school.report(jwt.as_bytes());
        assert_eq!((report.verdict, report.credentials[0].format.as_str()), (Valid, dialect.format()), "{}", worst(&report));
        let lines = jwt.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect::<Vec<_>>().join("\n");
        assert_eq!(school.report(lines.as_bytes()).verdict, Valid, "as a mail breaks it");
        let envelope = Enveloped { media_type: MediaType::Jwt, text: jwt }.to_map();
        assert_eq!(school.report(Value::Object(envelope).to_string().as_bytes()).verdict, Valid);
    }
}

#[test]
fn rows_w() {
    let school = School::new();
    let badge = school.badge();
    let with = |change: &dyn Fn(&mut Map)| {
        let mut changed = badge.clone();
        change(&mut changed);
        changed
    };
    let sneak = |change: &dyn Fn(&mut Value)| {
        let mut signed = Value::Object(school.sign(&badge));
        change(&mut signed);
        object(signed)
    };
    let invalid = |code: &str| (Invalid, code.to_owned());
    let context = |item: Value| sneak(&|signed| signed["@context"].as_array_mut().unwrap().push(item.clone()));

    assert_eq!(school.outcome(&context(json!("https://evil.example/context"))), invalid("Signature context_not_allowed"));
    assert!(school.web.asked().is_empty(), "W1: nothing is fetched");
    let redefined = context(json!({"achievement": "https://evil.example/#achievement"}));
    assert_eq!(school.outcome(&redefined), invalid("Format context_not_allowed"));
    assert!(school.web.asked().is_empty(), "W2");
    let unknown = sneak(&|signed| signed["credentialSubject"]["extra"] = json!("x"));
    assert_eq!(school.outcome(&unknown), invalid("Signature undefined_term"));
    assert!(school.web.asked().is_empty(), "W3");
    let authentication = data_integrity::sign(&badge, &school.options(Purpose::Authentication), &school.key).unwrap();
    assert_eq!(school.outcome(&authentication), invalid("Signature proof_purpose"));
    assert!(school.web.asked().is_empty(), "W4");
    let other = ProofOptions { verification_method: "did:web:other.example#k1".into(), ..school.options(Purpose::AssertionMethod) };
    let foreign = data_integrity::sign(&badge, &other, &school.key).unwrap();
    assert_eq!(school.outcome(&foreign), invalid("Signature issuer_key_mismatch"));
    assert!(school.web.asked().is_empty(), "W5");

    let dated = |name: &str, date: &str| school.sign(&with(&|badge| drop(badge.insert(name.to_owned(), json!(date)))));
    assert_eq!(school.outcome(&dated("validFrom", "2030-01-01T00:00:00Z")), (Attention, "Dates not_yet_valid".into()));
    assert_eq!(school.outcome(&dated("validUntil", "2020-01-01T00:00:00Z")), (Attention, "Dates expired".into()));
    let zoneless = sneak(&|signed| signed["validUntil"] = json!("2030-01-01T00:00:00"));
    assert_eq!(school.outcome(&zoneless), invalid("Format date_format"), "W6");

    let two = sneak(&|signed| {
        let mut broken = signed["proof"][0].clone();
        broken["created"] = json!("2020-01-01T00:00:00Z");
        signed["proof"].as_array_mut().unwrap().push(broken);
    });
    assert_eq!(school.outcome(&two), invalid("Signature proof_invalid"), "W7");
    assert_eq!(school.outcome(&school.sign(&badge)), (Valid, "ok".into()));
}

/// A holder by its `did:jwk`, and what it shows of a badge.
struct Holder {
    key: SigningKey,
    did: String,
}

impl Holder {
    fn new() -> Self {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let did = jwk_did(&key.public_jwk().unwrap());
        Self { key, did }
    }

    /// A badge of the school for this holder.
    fn badge(&self, school: &School) -> Map {
        let mut badge = Value::Object(school.badge());
        badge["credentialSubject"]["id"] = json!(self.did);
        object(badge)
    }

    fn presentation(&self, credential: Value) -> Map {
        object(
            json!({"@context": [vc::vcdm::BASE_V2], "type": ["VerifiablePresentation"], "holder": self.did, "verifiableCredential": [credential]}),
        )
    }

    /// With an embedded proof for a verifier and its question.
    fn shows(&self, credential: Value, domain: &str, challenge: &str) -> String {
        let options = ProofOptions {
            cryptosuite: Cryptosuite::EcdsaRdfc2019,
            verification_method: format!("{}#0", self.did),
            purpose: Purpose::Authentication,
            created: Some(NOW),
            challenge: Some(challenge.to_owned()),
            domain: Some(domain.to_owned()),
        };
        Value::Object(data_integrity::sign(&self.presentation(credential), &options, &self.key).unwrap()).to_string()
    }
}

const ASKED: Binding<'static> = Binding { nonce: "n-1", audience: "x509_hash:abc", iat_window: Some(IatWindow::PRESENTATION) };

fn bound(school: &School, text: &str, binding: Option<Binding<'_>>) -> (Verdict, String) {
    let report = school.web.report(text.as_bytes(), &Inputs::new(NOW, &school.trust, "t").with_binding(binding));
    crate::report::check_schema(&report);
    let check = report.check(CheckName::HolderBinding);
    (report.verdict, check.map_or_else(String::new, |check| format!("{:?} {}", check.state, check.code)))
}

/// Row S for list credentials: signed by the issuer, of that address, in its dates; else the status is not known.
#[test]
fn a_bitstring_list_of_the_issuer_decides() {
    const LIST: &str = "https://issuer.example/school/status/1/revocation";
    let school = School::new();
    let listed = |badge: &mut Value| {
        badge["credentialStatus"] = json!({"id": format!("{LIST}#7"), "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
            "statusListIndex": "7", "statusListCredential": LIST});
    };
    let mut badge = Value::Object(school.badge());
    listed(&mut badge);
    let signed = Value::Object(school.sign(&object(badge))).to_string();
    let list = |revoked: bool, change: &dyn Fn(&mut Value)| {
        let mut bits = Bitstring::new(1 << 17);
        bits.set(7, revoked).unwrap();
        let (purpose, dates) = (bitstring::Purpose::Revocation, (NOW - 60, NOW + 3600));
        let facts = ListFacts { uri: LIST, issuer: &school.did, purpose, valid_from: dates.0, valid_until: dates.1, ttl: 60 };
        let mut list = Value::Object(bitstring::credential(&bits, &facts).unwrap());
        change(&mut list);
        Value::Object(school.sign(&object(list)))
    };
    let outcome = |list: Value| {
        let web = Web { documents: school.web.documents.clone(), asked: Default::default() }.with(LIST, list);
        let report = web.report(signed.as_bytes(), &Inputs::new(NOW, &school.trust, "t"));
        crate::report::check_schema(&report);
        (report.verdict, worst(&report))
    };
    assert_eq!(outcome(list(false, &|_| ())), (Valid, "ok".into()));
    assert_eq!(outcome(list(true, &|_| ())), (Invalid, "Status revoked".into()));
    let unknown = || (Attention, "Status status_unknown".to_owned());
    assert_eq!(outcome(list(false, &|list| list["id"] = json!("https://issuer.example/school/status/2"))), unknown());
    assert_eq!(outcome(list(false, &|list| list["validUntil"] = json!("2020-01-01T00:00:00Z"))), unknown());
    let mut forged = list(true, &|_| ());
    forged["credentialSubject"]["encodedList"] = list(false, &|_| ())["credentialSubject"]["encodedList"].clone();
    assert_eq!(outcome(forged), unknown());
    assert_eq!(outcome(json!("nonsense")), unknown());
}

/// One changed character in any form: never valid, and nothing that it says is shown as if it were signed.
#[test]
fn nothing_changed_is_ever_valid() {
    let (school, holder) = (School::new(), Holder::new());
    let badge = Value::Object(school.sign(&holder.badge(&school)));
    let header = object(json!({"kid": format!("{}#k1", school.did)}));
    let jwt = |dialect| sign_credential(&holder.badge(&school), dialect, &header, &school.key).unwrap();
    let forms = [badge.to_string(), jwt(Dialect::VcJwt), jwt(Dialect::JwtVcJson), holder.shows(badge.clone(), ASKED.audience, ASKED.nonce)];
    for (form, text) in forms.iter().enumerate() {
        let binding = (form == 3).then_some(ASKED);
        assert_eq!(bound(&school, text, binding).0, Valid, "{form}");
        for at in (0..text.len()).step_by(text.len() / 97) {
            let mut changed = text.clone().into_bytes();
            // Another letter or digit, so that it stays text.
            changed[at] = if changed[at] == b'7' { b'8' } else { b'7' };
            let (verdict, _) = bound(&school, &String::from_utf8(changed).unwrap(), binding);
            assert_ne!(verdict, Valid, "form {form}, byte {at}");
        }
    }
    let png = bake::png_bake(&vector("ob30/simple-json.png"), &badge.to_string()).unwrap();
    let report = |bytes: &[u8]| school.web.report(bytes, &Inputs::new(NOW, &school.trust, "t"));
    let from = png.windows(4).position(|part| part == b"iTXt").unwrap() + 40;
    for at in (from..png.len() - 24).step_by(61) {
        let mut changed = png.clone();
        changed[at] ^= 1;
        assert_ne!(report(&changed).verdict, Valid, "picture, byte {at}");
    }
}

/// What a shared link shows is fetched from the wallet that serves it, and bound to that wallet.
#[test]
fn a_shared_link() {
    let world = crate::claims::World::new();
    let shown = world.issue(world.microcredential()).bind(&world.holder, "https://wallet.example/s", "share-1", NOW - 86_400).unwrap();
    let link = "https://wallet.example/s/AAAAAAAAAAAAAAAAAAAAAA";
    let copy = format!("{link}/credential");
    let of = |text: &str, served: Value| {
        let web = Web::of("").with(&copy, served).with(crate::claims::LIST, json!(world.token()));
        web.report(text.as_bytes(), &Inputs::new(NOW, &world.trust, "t"))
    };
    let report = of(link, json!(shown));
    let binding = report.check(CheckName::HolderBinding).unwrap();
    assert_eq!((report.verdict, binding.code.as_str()), (Valid, "shared_link"));
    assert_eq!(of(&format!(" {link}/report.json\n"), json!(shown)).verdict, Valid);
    let elsewhere = world.issue(world.microcredential()).bind(&world.holder, "https://other.example/s", "share-1", NOW).unwrap();
    assert_eq!(of(link, json!(elsewhere)).check(CheckName::HolderBinding).unwrap().code, "binding_audience");
    assert_eq!(of(link, json!(link)).check(CheckName::Format).unwrap().code, "unsupported_format", "a link leads to no link");
    let gone = Web::of("").report(link.as_bytes(), &Inputs::new(NOW, &world.trust, "t"));
    assert_eq!((gone.verdict, gone.checks[0].code.as_str()), (Verdict::Unavailable, "link_not_fetched"));
}
