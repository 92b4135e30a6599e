//! How long one core takes for the things done most: `cargo run --release -p eduwallet-vc --example speed`.
#![expect(clippy::print_stdout, clippy::disallowed_methods, clippy::unwrap_used, reason = "a measurement, not the product")]

use serde_json::json;
use std::hint::black_box;
use std::time::Instant;
use vc::Map;
use vc::key::{Algorithm, Jwk, SigningKey, VerifyingKey};
use vc::random::SystemRandom;
use vc::report::CheckName;
use vc::sd_jwt::{Expected, IatWindow, Path, SdJwt, content, prepare};
use vc::trust::{Trust, TrustedIssuer};
use vc::verify::{self, Binding, Inputs};
use vc::x509::{CertificateAuthority, Chain, LeafRequest};

const ROUNDS: usize = 4000;
const NOW: i64 = 1_790_000_000;
const ISSUER: &str = "https://issuer.example/hogeschool-voorbeeld";

/// A credential of common size; the twelve claims that are concealed, and those that are not.
fn claims(holder: &Jwk) -> (Map, Vec<Path>) {
    let concealed = json!({
        "given_name": "Samira", "family_name": "de Vries", "birthdate": "2004-05-17", "awarded_date": "2026-02-01",
        "description": "Gegevens verzamelen, opschonen en duiden.", "assessment_type": "testing", "participation_type": "online",
        "learning_outcomes": [{"title": "Kan een dataset opschonen"}, {"title": "Kan een grafiek duiden", "description": "In eigen woorden"}],
        "result": {"value": "8", "type": "1-10", "passed": true}, "language": "nl-NL", "supervision_type": "supervised online",
        "holder_identity": {"name_source": "institution", "assurance": "institution_records", "checked_on": "2025-09-01"},
    });
    let open = json!({
        "vct": "https://types.example/x", "iss": ISSUER, "iat": NOW - 3600,
        "cnf": {"jwk": holder.to_value()}, "title": "Data-analyse basis", "class": "micro_credential",
        "status": {"status_list": {"idx": 4711, "uri": "https://issuer.example/hogeschool-voorbeeld/status/1"}},
        "awarding_body": {"name": "Hogeschool Voorbeeld", "brin": "99XX", "country": "NL"}, "level": {"framework": "EQF", "value": "6"},
        "workload": {"unit": "ects", "value": 3},
    });
    let mut all = open.as_object().unwrap().clone();
    let concealed = concealed.as_object().unwrap().clone();
    let paths = concealed.keys().map(|name| Path::key(name)).collect();
    all.extend(concealed);
    (all, paths)
}

/// A register that knows the issuer, and its chain: leaf and intermediate.
fn certified(issuer: &Jwk) -> (Trust, Chain) {
    let anchor = CertificateAuthority::new("Voorbeeld Onderwijs", NOW - 86_400).unwrap();
    let between = anchor.intermediate("Voorbeeld Instellingen", NOW - 86_400).unwrap();
    let leaf = between
        .issue_leaf(&LeafRequest {
            public_jwk: issuer.clone(),
            common_name: "Hogeschool Voorbeeld".into(),
            san_uri: Some(ISSUER.into()),
            san_dns: vec!["issuer.example".into()],
            not_before: NOW - 86_400,
            not_after: NOW + 86_400 * 300,
        })
        .unwrap();
    let chain = Chain::from_der(vec![leaf, between.anchor_der().to_vec()]).unwrap();
    let known = TrustedIssuer { id: ISSUER.into(), types: vec!["microcredential".into()], ..TrustedIssuer::default() };
    (Trust { anchors: vec![anchor.anchor_der().to_vec()], issuers: vec![known], ..Trust::default() }, chain)
}

/// Prints median and 90th percentile of `work`, in microseconds.
fn measure(name: &str, mut work: impl FnMut()) {
    for _ in 0..ROUNDS / 10 {
        work();
    }
    let mut times: Vec<u128> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_nanos()
        })
        .collect();
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).map_or(0.0, |nanos| *nanos as f64 / 1000.0);
    println!("{name:<48} median {:>8.1} µs   90 % {:>8.1} µs   {:>8.0} /s", at(50), at(90), 1e6 / at(50));
}

fn main() {
    let (issuer, holder) = (SigningKey::generate(Algorithm::Es256).unwrap(), SigningKey::generate(Algorithm::Es256).unwrap());
    let issuer_jwk = issuer.public_jwk().unwrap();
    let (claims, concealed) = claims(&holder.public_jwk().unwrap());
    let header = json!({"typ": "dc+sd-jwt", "kid": issuer_jwk.thumbprint()}).as_object().unwrap().clone();

    let issued = prepare(claims.clone(), &concealed, 0, &SystemRandom).unwrap().sign(&header, &issuer).unwrap();
    let text = issued.to_string();
    let bound = issued.bind(&holder, "x509_hash:abc", "nonce", NOW).unwrap();
    println!("{} disclosures, {} bytes issued, {} bytes presented", issued.disclosures().len(), text.len(), bound.len());

    measure("issue, 12 disclosures, ES256", || {
        let prepared = prepare(black_box(claims.clone()), &concealed, 0, &SystemRandom).unwrap();
        black_box(prepared.sign_compact(&header, &issuer).unwrap());
    });
    measure("  of which conceal", || {
        black_box(prepare(black_box(claims.clone()), &concealed, 0, &SystemRandom).unwrap());
    });
    measure("  of which sign", || {
        black_box(issuer.sign(black_box(text.as_bytes())).unwrap());
    });
    measure("present 3 of 12 with key binding", || {
        let part = issued.reveal(concealed.get(..3).unwrap_or_default()).unwrap();
        black_box(part.bind(&holder, "x509_hash:abc", "nonce", NOW).unwrap());
    });
    let expected = Expected { nonce: Some("nonce"), audience: Some("x509_hash:abc"), iat: Some((NOW, IatWindow::PRESENTATION)) };
    measure("verify with key binding, 12 disclosures", || {
        let read = SdJwt::parse(black_box(&bound)).unwrap();
        content(&read).unwrap();
        read.jwt().verify(&VerifyingKey::from_jwk(&issuer_jwk).unwrap(), None).unwrap();
        let holder = Jwk::from_value(read.disclosed_claims().get("cnf").and_then(|cnf| cnf.get("jwk")).unwrap()).unwrap();
        read.verify_binding(&VerifyingKey::from_jwk(&holder).unwrap(), &expected).unwrap();
    });
    let (trust, keys) = (Trust::default(), [issuer_jwk.clone()]);
    let binding = Binding { nonce: "nonce", audience: "x509_hash:abc", iat_window: Some(IatWindow::PRESENTATION) };
    let inputs = Inputs::new(NOW, &trust, "speed").with_keys(Some(&keys)).with_binding(Some(binding));
    measure("  the same as a report", || {
        let report = verify::anything(black_box(bound.as_bytes()), &inputs);
        assert!(report.credentials.first().is_some_and(|credential| credential.claims.is_some()));
    });
    let (trust, chain) = certified(&issuer_jwk);
    let header = json!({"typ": "dc+sd-jwt", "x5c": chain.to_x5c()}).as_object().unwrap().clone();
    let chained = prepare(claims.clone(), &concealed, 0, &SystemRandom).unwrap().sign(&header, &issuer).unwrap();
    let chained = chained.bind(&holder, "x509_hash:abc", "nonce", NOW).unwrap();
    let inputs = Inputs::new(NOW, &trust, "speed").with_binding(Some(binding));
    let cache = vc::SignatureCache::new(16);
    let remembering = inputs.with_signatures(&cache);
    for (name, inputs) in
        [("  the same with the issuer's chain of two (x5c)", &inputs), ("    whose certificates were seen before", &remembering)]
    {
        measure(name, || {
            let report = verify::anything(black_box(chained.as_bytes()), inputs);
            let checks = &report.credentials.first().unwrap().checks;
            assert!(checks.iter().filter(|check| check.check == CheckName::Signature).all(|check| check.code == "ok"));
        });
    }
    measure("  of which read", || {
        black_box(SdJwt::parse(black_box(&bound)).unwrap());
    });
    let key = VerifyingKey::from_jwk(&issuer_jwk).unwrap();
    measure("  of which one signature", || {
        issued.jwt().verify(black_box(&key), None).unwrap();
    });
    measure("  of which one key", || {
        black_box(VerifyingKey::from_jwk(black_box(&issuer_jwk)).unwrap());
    });
}
