//! The report: what a good credential gives, and the exact outcome of rows V1 to V18, S4 and S8.

use crate::claims::{INDEX, ISSUER, LIST, NOW, World, object, x5c};
use serde_json::{Value, json};
use std::sync::Arc;
use vc::encoding::{b64url, b64url_decode};
use vc::jws;
use vc::key::{Algorithm, SigningKey, VerifyingKey};
use vc::report::{CheckName, CheckState, Report, Verdict};
use vc::sd_jwt::{IatWindow, Path, SdJwt, prepare};
use vc::status_list::{Status, TokenKeys, read_token};
use vc::trust::IssuerState;
use vc::verify::{self, Binding, Fetched, Inputs, Need, NotAsPrepared};

const AUDIENCE: &str = "x509_hash:abc";
const BINDING: Binding<'static> = Binding { nonce: "n-1", audience: AUDIENCE, iat_window: Some(IatWindow::PRESENTATION) };

/// Verifies with everything that a verifier has.
fn report(world: &World, text: &str, change: impl Fn(&mut Inputs<'_>)) -> Report {
    let lists = world.lists();
    let mut inputs = Inputs::new(NOW, &world.trust, "eduwallet test").with_fetched(&lists);
    change(&mut inputs);
    verify::anything(text.as_bytes(), &inputs)
}

fn outcome(report: &Report, name: CheckName) -> (CheckState, &str) {
    let check = report.check(name).unwrap();
    (check.state, check.code.as_str())
}

use CheckState::{Failed, NotChecked, Passed};

#[test]
fn a_good_credential_and_presentation() {
    let world = World::new();
    for claims in [world.microcredential(), world.enrolment()] {
        let issued = world.issue(claims.clone());
        let plain = report(&world, &issued.to_string(), |_| {});
        assert_eq!(plain.verdict, Verdict::Valid, "{:?}", plain.checks);
        let names: Vec<CheckName> = plain.checks.iter().map(|c| c.check).collect();
        use CheckName::{Dates, Format, HolderBinding, Issuer, Schema, Signature};
        assert_eq!(names, [Format, Signature, Issuer, Dates, CheckName::Status, Schema]);
        assert_eq!(verify::status_uri(&issued.to_string()), [LIST]);
        let text = issued.bind(&world.holder, AUDIENCE, "n-1", NOW - 1).unwrap();
        let shown = report(&world, &text, |i| i.binding = Some(BINDING));
        assert_eq!((shown.verdict, outcome(&shown, HolderBinding)), (Verdict::Valid, (Passed, "ok")));
        let credential = &shown.credentials[0];
        assert_eq!(credential.issuer.id, ISSUER);
        assert_eq!(credential.issuer.name.as_deref(), Some("Hogeschool Voorbeeld"));
        assert_eq!(credential.issuer.register_keeper.as_deref(), Some("Stichting Voorbeeld"));
        assert_eq!(credential.claims.as_ref().unwrap()["given_name"], "Samira");
        assert!(["iss", "cnf", "status", "vct"].iter().all(|name| !credential.claims.as_ref().unwrap().contains_key(*name)));
    }
}

/// Two of the claims are enough: what was not disclosed is not missing.
#[test]
fn a_part_is_valid_too() {
    let world = World::new();
    let part = world.issue(world.microcredential()).reveal(&[Path::key("awarded_date")]).unwrap();
    let report = report(&world, &part.to_string(), |_| {});
    assert_eq!(report.verdict, Verdict::Valid, "{:?}", report.checks);
    let claims = report.credentials[0].claims.as_ref().unwrap();
    assert!(claims.contains_key("title") && claims.contains_key("awarded_date") && !claims.contains_key("given_name"));
}

#[test]
fn holder_binding_v1_to_v7() {
    let world = World::new();
    let issued = world.issue(world.microcredential());
    let bound = |audience: &str, nonce: &str, iat: i64| issued.bind(&world.holder, audience, nonce, iat).unwrap();
    let part = issued.reveal(&[Path::key("result"), Path::key("birthdate")]).unwrap();
    let less = issued.reveal(&[Path::key("result")]).unwrap();
    let fewer = {
        let text = part.bind(&world.holder, AUDIENCE, "n-1", NOW).unwrap();
        format!("{less}{}", text.rsplit_once('~').unwrap().1)
    };
    let typed = {
        let text = bound(AUDIENCE, "n-1", NOW);
        let (front, binding) = text.rsplit_once('~').unwrap();
        let payload = b64url_decode(binding.split('.').nth(1).unwrap()).unwrap();
        format!("{front}~{}", jws::sign(&object(json!({"typ": "JWT"})), &payload, &world.holder).unwrap())
    };
    for (row, text, code) in [
        ("V1", issued.to_string(), "binding_missing"),
        ("V2", bound("abc", "n-1", NOW), "binding_audience"),
        ("V3", bound(AUDIENCE, "n-2", NOW), "binding_nonce"),
        ("V4 old", bound(AUDIENCE, "n-1", NOW - 600), "binding_stale"),
        ("V4 ahead", bound(AUDIENCE, "n-1", NOW + 120), "binding_stale"),
        ("V5", typed, "binding_typ"),
        ("V6", fewer, "binding_sd_hash"),
        ("V7", issued.bind(&world.issuer, AUDIENCE, "n-1", NOW).unwrap(), "binding_signature"),
    ] {
        let report = report(&world, &text, |i| i.binding = Some(BINDING));
        assert_eq!((report.verdict, outcome(&report, CheckName::HolderBinding)), (Verdict::Invalid, (Failed, code)), "{row}");
    }
    // A share is made once and shown later: no window.
    let old = bound(AUDIENCE, "n-1", NOW - 86_400 * 90);
    let share = report(&world, &old, |i| i.binding = Some(Binding { iat_window: None, ..BINDING }));
    assert_eq!(share.verdict, Verdict::Valid);
    // Shown to somebody who did not ask: signed by the holder, but for whom is not known.
    let stray = report(&world, &bound(AUDIENCE, "n-1", NOW), |_| {});
    assert_eq!((stray.verdict, outcome(&stray, CheckName::HolderBinding)), (Verdict::Attention, (NotChecked, "binding_unasked")));
}

#[test]
fn format_and_signature_v5_v8_v9_v10() {
    let world = World::new();
    let issued = world.issue(world.microcredential()).to_string();
    let (jwt, rest) = issued.split_once('~').unwrap();
    let (front, signature) = jwt.rsplit_once('.').unwrap();
    let (header, payload) = front.split_once('.').unwrap();
    let reheaded = |alg: &str| {
        let mut all: Value = serde_json::from_slice(&b64url_decode(header).unwrap()).unwrap();
        all["alg"] = json!(alg);
        format!("{}.{payload}.{signature}~{rest}", b64url(all.to_string()))
    };
    let flipped = {
        let text = String::from_utf8(b64url_decode(payload).unwrap()).unwrap().replace("\"country\":\"NL\"", "\"country\":\"BE\"");
        format!("{header}.{}.{signature}~{rest}", b64url(text))
    };
    let typ = {
        let mut header = world.header.clone();
        header.insert("typ".into(), "JWT".into());
        prepare(world.microcredential(), &[], 0, &vc::random::SystemRandom).unwrap().sign(&header, &world.issuer).unwrap().to_string()
    };
    let stray = format!("{issued}{}~", b64url(json!(["salt", "extra", 1]).to_string()));
    for (row, text, check, code) in [
        ("V5", typ, CheckName::Format, "typ"),
        ("V8", flipped, CheckName::Signature, "signature"),
        ("V9 none", reheaded("none"), CheckName::Signature, "algorithm"),
        ("V9 HS256", reheaded("HS256"), CheckName::Signature, "algorithm"),
        ("V9 ES256K", reheaded("ES256K"), CheckName::Signature, "algorithm"),
        ("V9 ES384", reheaded("ES384"), CheckName::Signature, "algorithm"),
        ("V9 EdDSA", reheaded("EdDSA"), CheckName::Signature, "algorithm"),
        ("V10", stray, CheckName::Format, "unreferenced_disclosure"),
        ("no tilde", jwt.to_owned(), CheckName::Format, "malformed"),
    ] {
        let report = report(&world, &text, |_| {});
        assert_eq!((report.verdict, outcome(&report, check)), (Verdict::Invalid, (Failed, code)), "{row}");
        let credential = &report.credentials[0];
        assert!(credential.claims.is_none(), "{row}");
        assert!(credential.checks.iter().all(|c| c.check <= CheckName::Signature || c.state == NotChecked), "{row}");
    }
}

#[test]
fn disclosures_v11_to_v16() {
    let world = World::new();
    let issued = world.issue(world.microcredential());
    let plain = issued.to_string();
    let first = issued.disclosures()[0].as_str();
    let hidden = |content: Value| {
        let text = b64url(content.to_string());
        let digest = b64url(vc::encoding::sha256(text.as_bytes()));
        (text, digest)
    };
    let signed = |change: &dyn Fn(&mut Value), extra: &str| {
        let mut payload = issued.jwt().payload_unverified().clone();
        change(&mut payload);
        let jwt = jws::sign(&world.header, payload.to_string().as_bytes(), &world.issuer).unwrap();
        let rest = plain.split_once('~').unwrap().1;
        format!("{jwt}~{rest}{extra}")
    };
    let add = |content: Value| {
        let (text, digest) = hidden(content);
        signed(&|payload| payload["_sd"].as_array_mut().unwrap().push(json!(digest)), &format!("{text}~"))
    };
    let (member, digest) = hidden(json!(["salt", "name", "x"]));
    let array = signed(&|payload| payload["list"] = json!([{"...": digest}]), &format!("{member}~"));
    // Of something that is not shown, so that its kind is not known either.
    let withheld = hidden(json!(["salt", "other", "x"])).1;
    let twice = signed(
        &|payload| {
            payload["_sd"].as_array_mut().unwrap().push(json!(withheld));
            payload["list"] = json!([{"...": withheld}]);
        },
        "",
    );
    let alg = |alg: Value| signed(&|payload| payload["_sd_alg"] = alg.clone(), "");
    for (row, text, code) in [
        ("V11", format!("{plain}{first}~"), "duplicate_digest"),
        ("V12 one list", signed(&|p| p["_sd"] = json!([p["_sd"][0], p["_sd"][0]]), ""), "duplicate_digest"),
        ("V12 two levels", signed(&|p| p["deeper"] = json!({"_sd": [p["_sd"][0]]}), ""), "duplicate_digest"),
        ("V12 array and object", twice, "duplicate_digest"),
        ("V13 _sd", add(json!(["salt", "_sd", ["x"]])), "disclosure_name"),
        ("V13 ...", add(json!(["salt", "...", "x"])), "disclosure_name"),
        ("V14", add(json!(["salt", "title", "Iets anders"])), "disclosure_name"),
        ("V15 element in an object", add(json!(["salt", "x"])), "disclosure_kind"),
        ("V15 member in an array", array, "disclosure_kind"),
        ("V16 md5", alg(json!("md5")), "unknown_sd_alg"),
        ("V16 SHA-256", alg(json!("SHA-256")), "unknown_sd_alg"),
        ("V16 sha-256-32", alg(json!("sha-256-32")), "unknown_sd_alg"),
        ("V16 no text", alg(json!(256)), "unknown_sd_alg"),
    ] {
        let report = report(&world, &text, |_| {});
        assert_eq!((report.verdict, outcome(&report, CheckName::Format)), (Verdict::Invalid, (Failed, code)), "{row}");
        assert!(report.credentials[0].claims.is_none(), "{row}");
    }
    assert_eq!(report(&world, &signed(&|_| {}, ""), |_| {}).verdict, Verdict::Valid);
}

#[test]
fn security_claims_are_never_hidden_v17() {
    let world = World::new();
    for name in vc::sd_jwt::NEVER_HIDDEN {
        let disclosure = b64url(json!(["salt", name, {"x": 1}]).to_string());
        let mut payload = Value::Object(world.microcredential());
        payload.as_object_mut().unwrap().remove(name);
        payload["_sd"] = json!([b64url(vc::encoding::sha256(disclosure.as_bytes()))]);
        let jwt = jws::sign(&world.header, payload.to_string().as_bytes(), &world.issuer).unwrap();
        let report = report(&world, &format!("{jwt}~{disclosure}~"), |_| {});
        assert_eq!((report.verdict, outcome(&report, CheckName::Format)), (Verdict::Invalid, (Failed, "hidden_security_claim")), "{name}");
    }
}

#[test]
fn dates_v18() {
    let world = World::new();
    let with = |name: &str, at: i64| {
        let mut claims = world.microcredential();
        claims.insert(name.into(), at.into());
        world.issue(claims).to_string()
    };
    for (text, tolerance, verdict, code) in [
        (with("exp", NOW - 1), 0, Verdict::Attention, "expired"),
        (with("exp", NOW), 0, Verdict::Attention, "expired"),
        (with("exp", NOW - 1), 60, Verdict::Valid, "ok"),
        (with("exp", NOW + 1), 0, Verdict::Valid, "ok"),
        (with("nbf", NOW + 1), 0, Verdict::Attention, "not_yet_valid"),
        (with("nbf", NOW + 1), 60, Verdict::Valid, "ok"),
        (with("iat", NOW + 3600), 60, Verdict::Attention, "not_yet_valid"),
    ] {
        let report = report(&world, &text, |i| i.clock_tolerance = tolerance);
        assert_eq!((report.verdict, outcome(&report, CheckName::Dates).1), (verdict, code));
        assert!(report.credentials[0].claims.is_some());
    }
}

#[test]
fn who_issued_it() {
    let world = World::new();
    let issued = world.issue(world.microcredential()).to_string();
    let with = |change: &dyn Fn(&mut vc::trust::Trust)| {
        let mut trust = world.trust.clone();
        change(&mut trust);
        let report = report_with(&world, &issued, &trust);
        (report.verdict, outcome(&report, CheckName::Issuer).0, outcome(&report, CheckName::Issuer).1.to_owned())
    };
    let unknown = (Verdict::Attention, Failed, "issuer_unknown".to_owned());
    assert_eq!(with(&|t| t.issuers.clear()), unknown);
    assert_eq!(with(&|t| t.issuers[0].types = vec!["enrolment".into()]), unknown);
    assert_eq!(with(&|t| t.issuers[0].state = IssuerState::Suspended), (Verdict::Attention, Failed, "issuer_suspended".into()));
    assert_eq!(with(&|t| t.issuers[0].keeps_register = true), (Verdict::Valid, Passed, "own_register".into()));
    let mut own = world.trust.clone();
    own.issuers[0].keeps_register = true;
    let told = report_with(&world, &issued, &own);
    assert!(told.check(CheckName::Issuer).unwrap().detail["note"].as_str().is_some_and(|words| words.contains("keeps the register")));
    assert_eq!(with(&|t| t.anchors.clear()), unknown);
    // A certificate of the same authority for another issuer does not speak for this one.
    let mut other = World::new();
    other.header.insert("x5c".into(), json!(x5c(&world.authority, &other.issuer, "https://issuer.example/roc-voorbeeld")));
    let forged = report(&world, &other.issue(world.microcredential()).to_string(), |_| {});
    assert_eq!((forged.verdict, outcome(&forged, CheckName::Signature)), (Verdict::Invalid, (Failed, "issuer_mismatch")));
    // A key given by hand is the only one tried.
    let keys = [world.issuer.public_jwk().unwrap()];
    let lists = world.lists();
    let given = verify::anything(issued.as_bytes(), &Inputs { key_given: Some(&keys), fetched: &lists, ..inputs(&world) });
    assert_eq!((given.verdict, outcome(&given, CheckName::Issuer)), (Verdict::Valid, (Passed, "key_given")));
    let wrong = [world.holder.public_jwk().unwrap()];
    let given = verify::anything(issued.as_bytes(), &Inputs { key_given: Some(&wrong), ..inputs(&world) });
    assert_eq!((given.verdict, outcome(&given, CheckName::Signature)), (Verdict::Invalid, (Failed, "signature")));
    // Without a chain there is no key, and nothing is believed.
    let mut bare = World::new();
    bare.header.remove("x5c");
    let keyless = report(&bare, &bare.issue(bare.microcredential()).to_string(), |_| {});
    assert_eq!((keyless.verdict, outcome(&keyless, CheckName::Signature)), (Verdict::Invalid, (Failed, "no_key")));
    assert!(keyless.credentials[0].claims.is_none());
}

fn report_with(world: &World, text: &str, trust: &vc::trust::Trust) -> Report {
    let lists = world.lists();
    let fetched = without_anchor(trust, &lists, world);
    let inputs = Inputs::new(NOW, trust, "t").with_fetched(&fetched);
    verify::anything(text.as_bytes(), &inputs)
}

/// With no anchor the list cannot be read either; hand it in as read before, so that only `issuer` differs.
fn without_anchor(trust: &vc::trust::Trust, lists: &Fetched, world: &World) -> Fetched {
    if !trust.anchors.is_empty() {
        return lists.clone();
    }
    let token = read_token(&world.token(), TokenKeys::Trust(&world.trust), LIST, NOW).unwrap();
    Fetched::new().with_list(LIST, Arc::new(token))
}

#[test]
fn an_issuer_that_is_its_own_did() {
    let key = SigningKey::generate(Algorithm::EdDsa).unwrap();
    let did = vc::did::key_did(&key.public_jwk().unwrap()).unwrap();
    let world = World::new();
    let claims = object(json!({"vct": "https://other.example/type", "iss": did, "iat": NOW - 5, "name": "x"}));
    let text = prepare(claims, &[], 0, &vc::random::SystemRandom).unwrap().sign(&object(json!({"typ": "vc+sd-jwt"})), &key).unwrap();
    let report = report(&world, &text.to_string(), |_| {});
    assert_eq!((report.verdict, outcome(&report, CheckName::Issuer)), (Verdict::Attention, (Failed, "issuer_unknown")));
    let credential = &report.credentials[0];
    assert_eq!((credential.format.as_str(), credential.kind.as_str()), ("vc+sd-jwt", "https://other.example/type"));
    assert!(credential.check(CheckName::Schema).is_none() && credential.check(CheckName::Status).is_none());
}

#[test]
fn status() {
    let mut world = World::new();
    let issued = world.issue(world.microcredential()).to_string();
    for (status, verdict, state, code) in [
        (Status::Valid, Verdict::Valid, Passed, "ok"),
        (Status::Invalid, Verdict::Invalid, Failed, "revoked"),
        (Status::Suspended, Verdict::Attention, Failed, "suspended"),
        (Status::Other(3), Verdict::Attention, NotChecked, "status_unknown"),
    ] {
        world.list.set(INDEX, status).unwrap();
        let report = report(&world, &issued, |_| {});
        assert_eq!((report.verdict, outcome(&report, CheckName::Status)), (verdict, (state, code)));
        assert!(report.credentials[0].claims.is_some());
    }
    let empty = Fetched::new();
    let lists_of = |text: String| Fetched::new().with_list(LIST, text);
    let stranger = lists_of(World::new().token());
    let mut sister = World::new();
    sister.header.insert("x5c".into(), json!(x5c(&world.authority, &sister.issuer, "https://issuer.example/roc-voorbeeld")));
    let sister = lists_of(sister.token());
    for (reason, lists) in [("not_fetched", &empty), ("list_refused", &stranger), ("list_of_another_issuer", &sister)] {
        let report = verify::anything(issued.as_bytes(), &Inputs { fetched: lists, ..inputs(&world) });
        assert_eq!((report.verdict, outcome(&report, CheckName::Status)), (Verdict::Attention, (NotChecked, "status_unknown")), "{reason}");
        assert_eq!(report.check(CheckName::Status).unwrap().detail["reason"], reason);
    }
    assert_eq!(verify::needs(issued.as_bytes(), &inputs(&world)), [Need::StatusList(LIST.into())]);
    assert!(verify::needs(issued.replacen('~', "x~", 1).as_bytes(), &inputs(&world)).is_empty(), "nothing for what nobody signed");
    let report = verify::anything(issued.as_bytes(), &Inputs { fetched: &empty, offline: true, ..inputs(&world) });
    assert_eq!(report.check(CheckName::Status).unwrap().detail["reason"], "offline");
}

fn inputs(world: &World) -> Inputs<'_> {
    Inputs::new(NOW, &world.trust, "t")
}

#[test]
fn malformed_status_s4() {
    let world = World::new();
    for (idx, check, code) in [
        (json!(world.list.len()), CheckName::Status, "status_out_of_range"),
        (json!(1_u64 << 40), CheckName::Status, "status_out_of_range"),
        (json!(-1), CheckName::Format, "malformed_status"),
        (json!("5"), CheckName::Format, "malformed_status"),
        (json!(1.5), CheckName::Format, "malformed_status"),
    ] {
        let mut claims = world.microcredential();
        claims["status"]["status_list"]["idx"] = idx.clone();
        let report = report(&world, &world.issue(claims).to_string(), |_| {});
        assert_eq!((report.verdict, outcome(&report, check)), (Verdict::Invalid, (Failed, code)), "{idx}");
    }
}

/// Without `iss` the certificate names the issuer, and the one way to that issuer's key counts all the same.
#[test]
fn an_issuer_that_only_its_certificate_names() {
    let mut world = World::new();
    let mut claims = world.microcredential();
    claims.remove("iss");
    let issued = world.issue(claims).to_string();
    let told = report(&world, &issued, |_| {});
    assert_eq!((outcome(&told, CheckName::Issuer), told.credentials[0].issuer.id.as_str()), ((Passed, "ok"), ISSUER));
    world.trust.issuers[0].mechanisms.insert("dc+sd-jwt".into(), vc::trust::Mechanism::IssuerMetadata);
    let told = report(&world, &issued, |_| {});
    assert_eq!((told.verdict, outcome(&told, CheckName::Signature)), (Verdict::Invalid, (Failed, "no_key")));
}

#[test]
fn schema_and_pinned_type() {
    let world = World::new();
    let with = |name: &str, value: Value| {
        let mut claims = world.microcredential();
        claims.insert(name.into(), value);
        report(&world, &world.issue(claims).to_string(), |_| {})
    };
    let broken = with("workload", json!({"unit": "days", "value": 3}));
    assert_eq!((broken.verdict, outcome(&broken, CheckName::Schema)), (Verdict::Invalid, (Failed, "schema")));
    assert_eq!(broken.check(CheckName::Schema).unwrap().detail["path"], "workload.unit");
    let kind = vc::bundled::credential_type(vc::bundled::MICROCREDENTIAL_VCT).unwrap();
    assert_eq!(with("vct#integrity", json!(kind.integrity())).verdict, Verdict::Valid);
    let stronger = vc::encoding::b64(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA384, kind.metadata.as_bytes()));
    assert_eq!(with("vct#integrity", json!(format!("sha384-{stronger}"))).verdict, Verdict::Valid);
    let other = with("vct#integrity", json!("sha256-AAAA"));
    assert_eq!((other.verdict, outcome(&other, CheckName::Schema)), (Verdict::Invalid, (Failed, "vct_integrity")));
}

#[test]
fn what_is_no_credential_at_all() {
    let world = World::new();
    let token = world.token();
    for (text, code) in [
        ("", "unreadable"),
        ("hello", "unreadable"),
        ("a ~ b", "unreadable"),
        ("{\"type\":[\"Something\"]}", "unsupported_format"),
        ("[]", "unreadable"),
        ("[1]", "unsupported_format"),
        (token.as_str(), "unsupported_format"),
    ] {
        let report = report(&world, text, |_| {});
        assert_eq!((report.verdict, report.credentials.len()), (Verdict::Unavailable, 0));
        assert_eq!(outcome(&report, CheckName::Format), (NotChecked, code));
    }
}

#[test]
fn the_issuer_looks_before_it_leaves() {
    let world = World::new();
    let concealed = vc::bundled::concealed(vc::bundled::MICROCREDENTIAL_VCT);
    let prepared = prepare(world.microcredential(), &concealed, 0, &vc::random::SystemRandom).unwrap();
    let signed = prepared.sign_compact(&world.header, &world.issuer).unwrap();
    let key = VerifyingKey::from_jwk(&world.issuer.public_jwk().unwrap()).unwrap();
    assert_eq!(verify::prepared(&signed, &prepared, &key), Ok(()));
    let other = prepare(world.microcredential(), &concealed, 0, &vc::random::SystemRandom).unwrap();
    assert_eq!(verify::prepared(&signed, &other, &key), Err(NotAsPrepared::Differs));
    let less = SdJwt::parse(&signed).unwrap().reveal(&[]).unwrap().to_string();
    assert_eq!(verify::prepared(&less, &prepared, &key), Err(NotAsPrepared::Differs));
    let untyped = prepared.sign_compact(&object(json!({"typ": "JWT"})), &world.issuer).unwrap();
    assert_eq!(verify::prepared(&untyped, &prepared, &key), Err(NotAsPrepared::Signature(jws::JwsError::Type)));
    let foreign = prepared.sign_compact(&world.header, &world.holder).unwrap();
    assert!(matches!(verify::prepared(&foreign, &prepared, &key), Err(NotAsPrepared::Signature(_))));
}

/// What the register remembers of keys decides: revoked, out of its time, or of an issuer that left.
#[test]
fn what_the_register_says_of_a_key() {
    use vc::trust::{ArchivedKey, Departure};
    let world = World::new();
    let issued = world.issue(world.microcredential()).to_string();
    let key = |from: Option<i64>, until: Option<i64>, revoked_at: Option<i64>| {
        vec![ArchivedKey { jwk: world.issuer.public_jwk().unwrap(), valid_from: from, valid_until: until, revoked_at }]
    };
    let left = |at| Some(Departure { at, successor: None });
    let day = 86_400;
    for (keys, left, expected) in [
        (key(Some(NOW - 9 * day), None, None), None, (Verdict::Valid, "ok", None)),
        // A stolen key signs whatever time it likes: everything under it falls.
        (key(None, None, Some(NOW - 1)), None, (Verdict::Invalid, "key_revoked", Some("key_revoked"))),
        (key(None, None, Some(NOW - 9 * day)), None, (Verdict::Invalid, "key_revoked", Some("key_revoked"))),
        (key(None, Some(NOW - 2 * day), None), None, (Verdict::Attention, "issuer_unknown", Some("key_out_of_time"))),
        (key(Some(NOW + day), None, None), None, (Verdict::Attention, "issuer_unknown", Some("key_out_of_time"))),
        // Issued before it left: still its word. After: nobody's.
        (key(None, None, None), left(NOW), (Verdict::Valid, "ok", None)),
        (Vec::new(), left(NOW), (Verdict::Valid, "ok", None)),
        (key(None, None, None), left(NOW - 2 * day), (Verdict::Attention, "issuer_unknown", Some("issuer_left"))),
    ] {
        let mut trust = world.trust.clone();
        trust.issuers[0].keys.clone_from(&keys);
        trust.issuers[0].left.clone_from(&left);
        let report = report_with(&world, &issued, &trust);
        let check = report.check(CheckName::Issuer).unwrap();
        let told = (report.verdict, check.code.as_str(), check.detail.get("reason").and_then(Value::as_str));
        assert_eq!(told, expected, "{keys:?} {left:?}");
    }
}
