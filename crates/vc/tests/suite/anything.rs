//! Whatever comes in, through the one entry point: every form of credential with its documents and lists from a stub.

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

#[test]
fn presentations_with_a_proof() {
    let (school, holder, thief) = (School::new(), Holder::new(), Holder::new());
    let badge = Value::Object(school.sign(&holder.badge(&school)));
    let shown = |holder: &Holder, domain: &str, challenge: &str| holder.shows(badge.clone(), domain, challenge);
    let right = shown(&holder, ASKED.audience, ASKED.nonce);
    assert_eq!(bound(&school, &right, Some(ASKED)), (Valid, "Passed ok".into()));
    assert_eq!(bound(&school, &right, None), (Attention, "NotChecked binding_unasked".into()));
    assert_eq!(bound(&school, &shown(&holder, "abc", ASKED.nonce), Some(ASKED)), (Invalid, "Failed binding_audience".into()));
    assert_eq!(bound(&school, &shown(&holder, ASKED.audience, "n-2"), Some(ASKED)), (Invalid, "Failed binding_nonce".into()));
    assert_eq!(bound(&school, &shown(&thief, ASKED.audience, ASKED.nonce), Some(ASKED)), (Invalid, "Failed holder_mismatch".into()));
    assert_eq!(bound(&school, &badge.to_string(), Some(ASKED)), (Invalid, "Failed binding_missing".into()));
    let unsigned = Value::Object(holder.presentation(badge.clone())).to_string();
    assert_eq!(bound(&school, &unsigned, Some(ASKED)), (Invalid, "Failed binding_missing".into()));
    assert_eq!(bound(&school, &unsigned, None), (Attention, "NotChecked binding_missing".into()));
    let altered = right.replacen(&holder.did, &thief.did, 1);
    assert_eq!(bound(&school, &altered, Some(ASKED)).0, Invalid);
    let seen = verify::shown(&right);
    assert!(seen.len() == 1 && seen[0].bound && seen[0].format == "ldp_vc" && seen[0].claims["name"] == "Teamwork Badge");
}

#[test]
fn presentations_as_jwt() {
    let (school, holder, thief) = (School::new(), Holder::new(), Holder::new());
    let header = object(json!({"kid": format!("{}#k1", school.did)}));
    let credential = sign_credential(&holder.badge(&school), Dialect::VcJwt, &header, &school.key).unwrap();
    let enveloped = Value::Object(Enveloped { media_type: MediaType::Jwt, text: credential }.to_map());
    let shown = |holder: &Holder, audience: &str, nonce: &str, issued_at: i64| {
        let header = object(json!({"kid": format!("{}#0", holder.did)}));
        let to = jwt::Binding { nonce, audience, issued_at };
        sign_presentation(&holder.presentation(enveloped.clone()), Dialect::VcJwt, &to, &header, &holder.key).unwrap()
    };
    for (text, expected) in [
        (shown(&holder, ASKED.audience, ASKED.nonce, NOW), (Valid, "Passed ok")),
        (shown(&holder, "abc", ASKED.nonce, NOW), (Invalid, "Failed binding_audience")),
        (shown(&holder, ASKED.audience, "n-2", NOW), (Invalid, "Failed binding_nonce")),
        (shown(&holder, ASKED.audience, ASKED.nonce, NOW - 600), (Invalid, "Failed binding_stale")),
        (shown(&thief, ASKED.audience, ASKED.nonce, NOW), (Invalid, "Failed holder_mismatch")),
    ] {
        assert_eq!(bound(&school, &text, Some(ASKED)), (expected.0, expected.1.to_owned()));
    }
    let seen = verify::shown(&shown(&holder, "a", "n", NOW));
    assert!(seen.len() == 1 && seen[0].bound && seen[0].format == "vc+jwt");
    // Without `holder` it is from whose key signed it.
    let unnamed = |holder: &Holder| {
        let mut presentation = holder.presentation(enveloped.clone());
        presentation.remove("holder");
        let header = object(json!({"kid": format!("{}#0", holder.did)}));
        let to = jwt::Binding { nonce: ASKED.nonce, audience: ASKED.audience, issued_at: NOW };
        sign_presentation(&presentation, Dialect::VcJwt, &to, &header, &holder.key).unwrap()
    };
    assert_eq!(bound(&school, &unnamed(&holder), Some(ASKED)), (Valid, "Passed ok".into()));
    assert_eq!(bound(&school, &unnamed(&thief), Some(ASKED)), (Invalid, "Failed holder_mismatch".into()));
}

/// Each poisoned document is refused by counting, and so are many of them together: what is left of the work is theirs to share.
#[test]
fn many_poisoned_documents_cost_no_more_than_a_few() {
    let school = School::new();
    let good = Value::Object(school.sign(&school.badge()));
    let mut poisoned = good.clone();
    let alignments = vec![json!({"type": ["Alignment"], "targetName": "same"}); 60];
    let achievement = json!({"type": ["Achievement"], "alignment": alignments});
    poisoned["credentialSubject"]["achievement"] = json!([achievement, achievement]);
    let codes = |list: Vec<&Value>| {
        let report = school.report(json!(list).to_string().as_bytes());
        report.credentials.iter().map(|one| one.check(CheckName::Signature).unwrap().code.clone()).collect::<Vec<_>>()
    };
    assert_eq!(codes(vec![&good; 24]), vec!["ok"; 24]);
    let one = codes(vec![&poisoned, &good]);
    assert_eq!(one, ["document_too_complex", "ok"]);
    assert_eq!(codes([vec![&poisoned; 6], vec![&good]].concat()), vec!["document_too_complex"; 7]);
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

/// Contexts are in no RDF: whoever holds a badge may add ours to it under the same signature. It is no microcredential for that.
#[test]
fn our_context_alone_makes_no_type_of_ours() {
    let school = School::new();
    let signed = school.sign(&school.badge());
    assert_eq!(school.outcome(&signed), (Valid, "ok".into()));
    let mut dressed = signed;
    dressed["@context"].as_array_mut().unwrap().push(json!(vc::bundled::MICROCREDENTIAL_CONTEXT));
    let report = school.report(Value::Object(dressed).to_string().as_bytes());
    assert_eq!((report.verdict, worst(&report).as_str()), (Invalid, "Schema schema"));
}

/// A badge may pin the schema that it names: with other bytes than ours it means another one.
#[test]
fn a_schema_that_is_pinned() {
    let school = School::new();
    let kind = vc::bundled::by_short_name("microcredential").unwrap();
    let code_of = |id: &str, digest: String| {
        let mut badge = school.badge();
        badge.insert("credentialSchema".into(), json!({"id": id, "type": "JsonSchema", "digestSRI": digest}));
        let report = school.report(Value::Object(school.sign(&badge)).to_string().as_bytes());
        report.check(CheckName::Schema).unwrap().code.clone()
    };
    let code = |digest: String| code_of(kind.w3c.schema_id, digest);
    let theirs = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json";
    assert_eq!(code_of(theirs, vc::encoding::integrity(b"any")), "related_resource_unread", "their model is checked, their bytes are not");
    assert_eq!(code(vc::encoding::integrity(b"another")), "related_resource");
    assert_eq!(code(vc::encoding::integrity(kind.w3c.schema_text.as_bytes())), "schema", "it is no microcredential");
}

/// An endorsement is reported beside what it is about, with its own verdict; one of something else is none of this badge.
#[test]
fn endorsements_have_their_own_verdict() {
    let school = School::new();
    let about = |id: &str| {
        let mut endorsement: Value = serde_json::from_slice(&vector("ob30/endorsement-valid.json")).unwrap();
        endorsement["issuer"] = json!({"id": school.did, "type": ["Profile"]});
        endorsement["credentialSubject"]["id"] = json!(id);
        endorsement.as_object_mut().unwrap().remove("proof");
        Value::Object(school.sign(&object(endorsement)))
    };
    let outcome = |endorsement: Value| {
        let mut badge = school.badge();
        badge.insert("endorsement".into(), json!([endorsement]));
        let report = school.report(Value::Object(school.sign(&badge)).to_string().as_bytes());
        let said = &report.credentials[0].endorsements;
        (report.verdict, said.iter().map(|one| (one.verdict, one.claims.is_some())).collect::<Vec<_>>())
    };
    let badge = school.badge();
    for id in [badge["id"].as_str().unwrap(), &school.did, badge["credentialSubject"]["achievement"]["id"].as_str().unwrap()] {
        assert_eq!(outcome(about(id)), (Valid, vec![(Valid, true)]), "{id}");
    }
    assert_eq!(outcome(about("https://elsewhere.example/badge")), (Valid, vec![]));
    let mut forged = about(&school.did);
    forged["credentialSubject"]["endorsementComment"] = json!("The best of all");
    assert_eq!(outcome(forged), (Valid, vec![(Invalid, false)]));
}

/// What looks into an object takes it for what it is verified as. Otherwise a forged credential could ride along with a genuine one.
#[test]
fn an_object_is_one_thing_only() {
    let (school, holder) = (School::new(), Holder::new());
    let genuine = Value::Object(school.sign(&holder.badge(&school)));
    let mut forged = genuine.clone();
    forged["credentialSubject"]["achievement"]["name"] = json!("Forged");
    let base = json!({"@context": [vc::vcdm::BASE_V2], "verifiableCredential": [forged], "credentialSubject": forged["credentialSubject"]});
    let with = |more: Value| {
        let mut object = object(base.clone());
        object.extend(more.as_object().unwrap().clone());
        Value::Object(object).to_string()
    };
    let header = object(json!({"kid": format!("{}#k1", school.did)}));
    let jwt = sign_credential(&holder.badge(&school), Dialect::VcJwt, &header, &school.key).unwrap();
    let enveloped = with(json!({"type": "EnvelopedVerifiableCredential", "id": format!("data:application/vc+jwt,{jwt}")}));
    assert_eq!(school.report(enveloped.as_bytes()).verdict, Valid);
    let seen = verify::shown(&enveloped);
    assert_eq!((seen.len(), &seen[0].claims["credentialSubject"]["achievement"]["name"]), (1, &json!("Teamwork")));
    let [header, payload, signature] = jwt.split('.').collect::<Vec<_>>()[..] else { panic!() };
    let flattened = with(json!({"type": ["VerifiablePresentation"], "protected": header, "payload": payload, "signature": signature}));
    assert!(verify::shown(&flattened).is_empty());
    for other in [json!({"credential": genuine}), json!({"verifiableCredential": [genuine]})] {
        assert!(verify::shown(&other.to_string()).is_empty(), "{other}");
    }
}
