//! Rows S1 to S8 of bad input as a verifier meets them: in the report, for both kinds of list.

use crate::claims::{INDEX, ISSUER, LIST, NOW, World, object, x5c};
use crate::status_bombs::{bomb, gzip};
use serde_json::{Value, json};
use vc::data_integrity::{self, Cryptosuite, ProofOptions, Purpose as ProofPurpose};
use vc::encoding::b64url;
use vc::key::{Algorithm, SigningKey};
use vc::report::CheckState::{Failed, NotChecked, Passed};
use vc::report::{CheckName, CheckState, Report, Verdict};
use vc::status_list::bitstring::{ListFacts, credential};
use vc::status_list::{Bitstring, Purpose, StatusEntry};
use vc::trust::Trust;
use vc::vcdm::jwt::{Dialect, sign_credential};
use vc::verify::{self, Fetched, Inputs};
use vc::{Map, jws};

fn status(report: &Report) -> (CheckState, String, String) {
    let check = report.check(CheckName::Status).unwrap();
    (check.state, check.code.clone(), check.detail.get("reason").map_or(String::new(), |reason| reason.as_str().unwrap().to_owned()))
}

fn unknown(reason: &str) -> (CheckState, String, String) {
    (NotChecked, "status_unknown".into(), reason.into())
}

#[test]
fn token_status_lists() {
    let world = World::new();
    let issued = world.issue(world.microcredential()).to_string();
    let judge = |token: String| {
        let fetched = Fetched::new().with_list(LIST, token);
        let report = verify::anything(issued.as_bytes(), &Inputs::new(NOW, &world.trust, "test").with_fetched(&fetched));
        (report.verdict, status(&report))
    };
    let good = json!({"sub": LIST, "iat": NOW, "exp": NOW + 60, "status_list": world.list.encode().unwrap()});
    let token = |typ: &str, pointer: &str, value: Value| {
        let mut payload = good.clone();
        *payload.pointer_mut(pointer).unwrap() = value;
        let mut header = world.header.clone();
        header.insert("typ".into(), typ.into());
        jws::sign(&header, payload.to_string().as_bytes(), &world.issuer).unwrap()
    };
    let typ = "statuslist+jwt";
    let list = |bytes: &[u8]| json!({"bits": 2, "lst": b64url(bytes)});
    assert_eq!(judge(token(typ, "/sub", json!(LIST))), (Verdict::Valid, (Passed, "ok".into(), String::new())));
    let raw = &gzip(&[0; 64])[10..];
    for (row, token) in [
        ("S1", token(typ, "/sub", json!("https://issuer.example/hogeschool-voorbeeld/status/2"))),
        ("S2", token("JWT", "/sub", json!(LIST))),
        ("S3", token(typ, "/exp", json!(NOW))),
        ("S5", token(typ, "/status_list/bits", json!(3))),
        ("S6", token(typ, "/status_list", list(&bomb(false)))),
        ("S7 raw", token(typ, "/status_list", list(raw))),
        ("S7 gzip", token(typ, "/status_list", list(&gzip(&[0; 64])))),
        ("S8 another anchor", World::new().token()),
        ("nonsense", "nonsense".into()),
    ] {
        assert_eq!(judge(token), (Verdict::Attention, unknown("list_refused")), "{row}");
    }
    let mut sister = World::new();
    sister.header.insert("x5c".into(), json!(x5c(&world.authority, &sister.issuer, "https://issuer.example/roc-voorbeeld")));
    assert_eq!(judge(sister.token()), (Verdict::Attention, unknown("list_of_another_issuer")), "S8");
}

const URI: &str = "https://issuer.example/status/1";

/// An issuer whose name is its key.
struct Issuer {
    key: SigningKey,
    did: String,
    method: String,
}

impl Issuer {
    fn new() -> Self {
        let key = SigningKey::generate(Algorithm::EdDsa).unwrap();
        let did = vc::did::key_did(&key.public_jwk().unwrap()).unwrap();
        let method = format!("{did}#{}", did.strip_prefix("did:key:").unwrap());
        Self { key, did, method }
    }

    fn sign(&self, document: &Map) -> String {
        let options = ProofOptions::new(Cryptosuite::EddsaRdfc2022, &self.method, ProofPurpose::AssertionMethod);
        Value::Object(data_integrity::sign(document, &options, &self.key).unwrap()).to_string()
    }

    /// A credential whose status stands in the revocation and in the suspension list.
    fn credential(&self) -> String {
        let entry = |purpose: Purpose| {
            let uri = format!("{URI}/{}", purpose.as_str());
            StatusEntry::Bitstring { uri, index: INDEX as u64, purpose, size: 1 }.to_value()
        };
        self.sign(&object(json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:uuid:0b9e1f6e-0000-4000-8000-000000000001",
            "type": ["VerifiableCredential"], "issuer": self.did, "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": {"id": "did:jwk:e30"}, "credentialStatus": [entry(Purpose::Revocation), entry(Purpose::Suspension)],
        })))
    }

    fn unsigned(&self, purpose: Purpose, on: bool) -> Map {
        let mut bits = Bitstring::new(1 << 20);
        bits.set(INDEX, on).unwrap();
        let uri = format!("{URI}/{}", purpose.as_str());
        let facts = ListFacts { uri: &uri, issuer: &self.did, purpose, valid_from: NOW - 60, valid_until: NOW + 60, ttl: 60 };
        credential(&bits, &facts).unwrap()
    }

    fn list(&self, purpose: Purpose, on: bool) -> String {
        self.sign(&self.unsigned(purpose, on))
    }
}

fn judge(issued: &str, revocation: String, suspension: String) -> (CheckState, String, String) {
    let fetched = Fetched::new().with_list(format!("{URI}/revocation"), revocation).with_list(format!("{URI}/suspension"), suspension);
    let trust = Trust::default();
    status(&verify::anything(issued.as_bytes(), &Inputs::new(NOW, &trust, "test").with_fetched(&fetched)))
}

#[test]
fn bitstring_status_lists() {
    let issuer = Issuer::new();
    let issued = issuer.credential();
    let [revocation, suspension] = [Purpose::Revocation, Purpose::Suspension].map(|purpose| issuer.list(purpose, false));
    for (revoked, suspended, expected) in [
        (false, false, (Passed, "ok".to_owned(), String::new())),
        (true, false, (Failed, "revoked".to_owned(), String::new())),
        (false, true, (Failed, "suspended".to_owned(), String::new())),
        (true, true, (Failed, "revoked".to_owned(), String::new())),
    ] {
        let lists = (issuer.list(Purpose::Revocation, revoked), issuer.list(Purpose::Suspension, suspended));
        assert_eq!(judge(&issued, lists.0, lists.1), expected);
    }
    let changed = |pointer: &str, value: Value| {
        let mut document = Value::Object(issuer.unsigned(Purpose::Revocation, false));
        *document.pointer_mut(pointer).unwrap() = value;
        issuer.sign(document.as_object().unwrap())
    };
    let encoded = |bytes: &[u8]| changed("/credentialSubject/encodedList", json!(format!("u{}", b64url(bytes))));
    let stranger = Issuer::new();
    let mut forged: Value = serde_json::from_str(&stranger.list(Purpose::Revocation, false)).unwrap();
    forged["issuer"] = json!(issuer.did);
    let mut bent: Value = serde_json::from_str(&issuer.list(Purpose::Revocation, true)).unwrap();
    bent["credentialSubject"]["encodedList"] = issuer.unsigned(Purpose::Revocation, false)["credentialSubject"]["encodedList"].clone();
    for (row, list, reason) in [
        ("S1", changed("/id", json!("https://issuer.example/status/2/revocation")), "list_refused"),
        ("S2", changed("/type", json!(["VerifiableCredential"])), "list_refused"),
        ("S3", changed("/validUntil", json!("2026-09-21T14:13:20Z")), "list_refused"),
        ("S6", encoded(&bomb(true)), "list_refused"),
        ("S7", encoded(&gzip(&[0; 16_384])[10..]), "list_refused"),
        ("too short", encoded(&gzip(&[0; 64])), "list_refused"),
        ("S8", stranger.list(Purpose::Revocation, false), "list_of_another_issuer"),
        ("S8 in another's name", forged.to_string(), "list_refused"),
        ("a bit flipped", bent.to_string(), "list_refused"),
        ("no proof", Value::Object(issuer.unsigned(Purpose::Revocation, false)).to_string(), "list_refused"),
        ("the other list", suspension.clone(), "list_refused"),
        ("purpose", changed("/credentialSubject/statusPurpose", json!("suspension")), "list_refused"),
    ] {
        assert_eq!(judge(&issued, list, suspension.clone()), unknown(reason), "{row}");
    }
    // What is known to be withdrawn stays so, whatever the other list is.
    assert_eq!(judge(&issued, issuer.list(Purpose::Revocation, true), "nonsense".into()).1, "revoked");
    assert_eq!(judge(&issued, revocation, "nonsense".into()), unknown("list_refused"));
}

#[test]
fn bitstring_status_lists_as_jwt() {
    let issuer = Issuer::new();
    let issued = issuer.credential();
    let header = object(json!({"kid": issuer.method}));
    let jwt =
        |on: bool, key: &SigningKey| sign_credential(&issuer.unsigned(Purpose::Revocation, on), Dialect::VcJwt, &header, key).unwrap();
    let suspension = issuer.list(Purpose::Suspension, false);
    assert_eq!(judge(&issued, jwt(false, &issuer.key), suspension.clone()).0, Passed);
    assert_eq!(judge(&issued, jwt(true, &issuer.key), suspension.clone()).1, "revoked");
    let other = SigningKey::generate(Algorithm::EdDsa).unwrap();
    assert_eq!(judge(&issued, jwt(false, &other), suspension.clone()), unknown("list_refused"));
    // The JWT may end before the list in it does.
    let ending = |exp: i64| {
        let mut payload = issuer.unsigned(Purpose::Revocation, false);
        payload.insert("exp".into(), json!(exp));
        let header = object(json!({"kid": issuer.method, "typ": "vc+jwt"}));
        vc::jws::sign(&header, Value::Object(payload).to_string().as_bytes(), &issuer.key).unwrap()
    };
    assert_eq!(judge(&issued, ending(NOW + 1), suspension.clone()).0, Passed);
    assert_eq!(judge(&issued, ending(NOW), suspension), unknown("list_refused"));
}

/// Issuers that publish their keys themselves, by DID or by `jwt-vc-issuer` metadata, sign their lists with them too.
#[test]
fn token_status_lists_by_published_keys() {
    let (issuer, thief) = (Issuer::new(), Issuer::new());
    let site = "https://pilot.example/school";
    let jwk = issuer.key.public_jwk().unwrap().with_kid("1").to_value();
    let metadata = json!({"issuer": site, "jwks": {"keys": [jwk]}}).to_string().into_bytes();
    let judge = |iss: &str, kid: &str, header: Value, list_iss: Option<&str>, key: &SigningKey, revoked: bool| {
        let status = json!({"status_list": {"idx": INDEX, "uri": LIST}});
        let claims = object(json!({"vct": "https://other.example/type", "iss": iss, "iat": NOW - 5, "status": status}));
        let prepared = vc::sd_jwt::prepare(claims, &[], 0, &vc::random::SystemRandom).unwrap();
        let issued = prepared.sign(&object(json!({"typ": "dc+sd-jwt", "kid": kid})), &issuer.key).unwrap().to_string();
        let mut list = vc::status_list::StatusList::new(2, 1 << 13).unwrap();
        let status = if revoked { vc::status_list::Status::Invalid } else { vc::status_list::Status::Valid };
        list.set(INDEX, status).unwrap();
        let mut payload = object(json!({"sub": LIST, "iat": NOW, "exp": NOW + 60, "status_list": list.encode().unwrap()}));
        payload.extend(list_iss.map(|iss| ("iss".to_owned(), json!(iss))));
        let mut header = object(header);
        header.insert("typ".into(), "statuslist+jwt".into());
        let token = jws::sign(&header, Value::Object(payload).to_string().as_bytes(), key).unwrap();
        let mut fetched = Fetched::new().with_list(LIST, token);
        fetched.insert(verify::Need::Document("https://pilot.example/.well-known/jwt-vc-issuer/school".into()), metadata.clone());
        let trust = Trust::default();
        self::status(&verify::anything(issued.as_bytes(), &Inputs::new(NOW, &trust, "test").with_fetched(&fetched)))
    };
    let by_did =
        |header: Value, iss: Option<&str>, key: &SigningKey, revoked| judge(&issuer.did, &issuer.method, header, iss, key, revoked);
    let kid = || json!({"kid": issuer.method});
    assert_eq!(by_did(kid(), None, &issuer.key, false).0, Passed);
    assert_eq!(by_did(kid(), None, &issuer.key, true).1, "revoked");
    assert_eq!(by_did(json!({}), Some(&issuer.did), &issuer.key, false).0, Passed);
    assert_eq!(by_did(json!({}), Some(&issuer.did), &thief.key, false), unknown("list_refused"));
    assert_eq!(by_did(json!({"kid": thief.method}), Some(&issuer.did), &thief.key, false), unknown("list_refused"));
    assert_eq!(by_did(json!({"kid": thief.method}), None, &thief.key, false), unknown("list_of_another_issuer"));
    assert_eq!(by_did(json!({"kid": "1"}), None, &issuer.key, false), unknown("list_refused"));
    let by_site = |iss: Option<&str>, key: &SigningKey| judge(site, "1", json!({"kid": "1"}), iss, key, false);
    assert_eq!(by_site(Some(site), &issuer.key).0, Passed);
    assert_eq!(by_site(Some(site), &thief.key), unknown("list_refused"));
    assert_eq!(by_site(None, &issuer.key), unknown("list_refused"));
}

/// S4 for the other kind: the credential itself is at fault.
#[test]
fn bitstring_entries() {
    let issuer = Issuer::new();
    let with = |index: Value| {
        let mut document: Value = serde_json::from_str(&issuer.credential()).unwrap();
        document.as_object_mut().unwrap().remove("proof");
        document["credentialStatus"][0]["statusListIndex"] = index;
        let issued = issuer.sign(document.as_object().unwrap());
        let lists =
            [Purpose::Revocation, Purpose::Suspension].map(|purpose| (format!("{URI}/{}", purpose.as_str()), issuer.list(purpose, false)));
        let fetched = lists.into_iter().fold(Fetched::new(), |fetched, (uri, list)| fetched.with_list(uri, list));
        verify::anything(issued.as_bytes(), &Inputs::new(NOW, &Trust::default(), "test").with_fetched(&fetched))
    };
    for out in ["1048576", "1099511627776"] {
        let report = with(json!(out));
        assert_eq!((report.verdict, status(&report).1.as_str()), (Verdict::Invalid, "status_out_of_range"), "{out}");
    }
    for malformed in [json!("-1"), json!("5x"), json!("")] {
        let report = with(malformed.clone());
        let check = report.check(CheckName::Format).unwrap();
        assert_eq!((report.verdict, check.state, check.code.as_str()), (Verdict::Invalid, Failed, "malformed_status"), "{malformed}");
    }
    assert_eq!(status(&with(json!(INDEX))).0, Passed, "1EdTech's sample has a number");
}

/// 1EdTech's list knows a credential by its `id`, and only its own issuer's.
#[test]
fn one_edtech_revocation_lists() {
    let issuer = Issuer::new();
    let mut document: Value = serde_json::from_str(&issuer.credential()).unwrap();
    document.as_object_mut().unwrap().remove("proof");
    let id = document["id"].clone();
    document["@context"] = json!(["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]);
    document["credentialStatus"] = json!({"id": URI, "type": "1EdTechRevocationList"});
    let issued = issuer.sign(document.as_object().unwrap());
    let judge = |issuer: &str, revoked: Value| {
        let list = json!({"id": URI, "issuer": issuer, "revokedCredentials": revoked}).to_string();
        let fetched = Fetched::new().with_list(URI, list);
        status(&verify::anything(issued.as_bytes(), &Inputs::new(NOW, &Trust::default(), "test").with_fetched(&fetched)))
    };
    assert_eq!(judge(&issuer.did, json!([])).0, Passed);
    assert_eq!(judge(&issuer.did, json!([{"id": id}])).1, "revoked");
    assert_eq!(judge(ISSUER, json!([])), unknown("list_of_another_issuer"));
    assert_eq!(judge(&issuer.did, Value::Null), unknown("list_refused"));
}
