//! SD-JWT beside the Python package `sd-jwt` by the specification's authors: issued, presented and verified both ways.
//!
//! `ORACLE_PYTHON` names a Python that has `python/requirements.txt` installed; `cargo xtask test` makes one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use vc::Map;
use vc::key::{Algorithm, SigningKey, VerifyingKey};
use vc::random::SystemRandom;
use vc::sd_jwt::{Expected, Path, SdJwt, prepare};

/// The P-256 test keys of RFC 9901 appendix A.5: issuer and holder.
const ISSUER: [&str; 3] = [
    "b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ",
    "Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8",
    "Ur2bNKuBPOrAaxsRnbSH6hIhmNTxSGXshDSUD1a1y7g",
];
const HOLDER: [&str; 3] = [
    "TCAER19Zvu3OHF4j4W4vfSVoHIP1ILilDls7vCeGemc",
    "ZxjiWWbZMQGHVWKVQ4hbSIirsVfuecCE6t4jT9F2HZQ",
    "5K5SCos8zf9zRemGGUl6yfok-_NiiryNZsvANWMhF-I",
];

/// The other program.
struct Python {
    child: Child,
    ask: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Python {
    fn start() -> Self {
        let python = std::env::var("ORACLE_PYTHON").expect("ORACLE_PYTHON names a Python with python/requirements.txt installed");
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/python/sd_jwt_oracle.py");
        let mut child = Command::new(python).arg(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (ask, answers) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, ask, answers }
    }

    /// Its answer, or why it refused.
    fn ask(&mut self, question: &Value) -> Result<Value, String> {
        writeln!(self.ask.as_mut().unwrap(), "{question}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let mut answer: Value = serde_json::from_str(&line).unwrap();
        match answer.get("refused") {
            Some(why) => Err(why.as_str().unwrap().to_owned()),
            None => Ok(answer["ok"].take()),
        }
    }

    fn text(&mut self, question: &Value) -> String {
        self.ask(question).unwrap().as_str().unwrap().to_owned()
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        drop(self.ask.take());
        drop(self.child.wait());
    }
}

fn jwk([x, y, d]: [&str; 3]) -> Value {
    json!({"kty": "EC", "crv": "P-256", "x": x, "y": y, "d": d})
}

fn public(parts: [&str; 3]) -> Value {
    let mut jwk = jwk(parts);
    jwk.as_object_mut().unwrap().remove("d");
    jwk
}

fn verifying(parts: [&str; 3]) -> VerifyingKey {
    VerifyingKey::from_jwk(&vc::key::Jwk::from_value(&public(parts)).unwrap()).unwrap()
}

fn object(value: Value) -> Map {
    value.as_object().unwrap().clone()
}

fn claims() -> Map {
    object(json!({
        "iss": "https://issuer.example", "vct": "https://issuer.example/vct/1", "iat": 1, "title": "Zorgtechnologie",
        "result": {"type": "1-10", "value": "8", "detail": {"by": "commissie"}}, "outcomes": ["een", "twee", "drie"], "family_name": "Vermeer"
    }))
}

fn path(steps: &[Value]) -> Path {
    serde_json::from_value(Value::Array(steps.to_vec())).unwrap()
}

#[test]
fn they_verify_what_we_issue_and_each_part_that_we_present() {
    let mut python = Python::start();
    let (issuer, holder) = (SigningKey::generate(Algorithm::Es256).unwrap(), SigningKey::generate(Algorithm::Es256).unwrap());
    let mut claims = claims();
    claims.insert("cnf".into(), json!({"jwk": holder.public_jwk().unwrap().to_value()}));
    let concealed = [
        path(&["result".into()]),
        path(&["result".into(), "value".into()]),
        path(&["result".into(), "detail".into(), "by".into()]),
        path(&["outcomes".into(), 1.into()]),
        path(&["family_name".into()]),
    ];
    let prepared = prepare(claims.clone(), &concealed, 3, &SystemRandom).unwrap();
    let issued = prepared.sign(&object(json!({"typ": "dc+sd-jwt"})), &issuer).unwrap();
    let key = issuer.public_jwk().unwrap().to_value();
    let question = |text: &str| json!({"do": "verify", "sd_jwt": text, "issuer": key, "aud": "https://verifier.example", "nonce": "n"});
    for chosen in 0..1_u32 << concealed.len() {
        let paths: Vec<Path> = concealed.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1).map(|(_, path)| path.clone()).collect();
        let part = issued.reveal(&paths).unwrap();
        let ours = part.disclosed_claims().clone();
        let bound = part.bind(&holder, "https://verifier.example", "n", 5).unwrap();
        let theirs = python.ask(&question(&bound)).unwrap();
        assert_eq!(Value::Object(ours), theirs, "{paths:?}");
    }
    let all = issued.bind(&holder, "https://verifier.example", "other", 5).unwrap();
    assert!(python.ask(&question(&all)).unwrap_err().contains("nonce"));
    let whole = issued.to_string();
    let flipped = whole.replacen('.', ".A", 1);
    assert!(python.ask(&json!({"do": "verify", "sd_jwt": flipped, "issuer": key})).is_err());
}

#[test]
fn we_verify_what_they_issue_and_present() {
    let mut python = Python::start();
    let wrapped = json!({
        "iss": "https://issuer.example", "vct": "https://issuer.example/vct/1", "title": {"$sd": "Zorgtechnologie"},
        "result": {"$sd": {"type": "1-10", "value": {"$sd": "8"}}}, "outcomes": ["een", {"$sd": "twee"}, {"$sd": {"deep": {"$sd": "er"}}}]
    });
    for decoys in [false, true] {
        let question = json!({"do": "issue", "claims": wrapped, "issuer": jwk(ISSUER), "holder": jwk(HOLDER), "decoys": decoys, "header": {"typ": "dc+sd-jwt"}});
        let issued = python.text(&question);
        let read = SdJwt::parse(&issued).unwrap();
        read.jwt().verify(&verifying(ISSUER), Some("dc+sd-jwt")).unwrap();
        let mut seen = read.disclosed_claims().clone();
        assert_eq!(seen.remove("cnf"), Some(json!({"jwk": public(HOLDER)})));
        let expected = json!({
            "iss": "https://issuer.example", "vct": "https://issuer.example/vct/1", "title": "Zorgtechnologie",
            "result": {"type": "1-10", "value": "8"}, "outcomes": ["een", "twee", {"deep": "er"}]
        });
        assert_eq!(Value::Object(seen), expected);

        let disclose = json!({"result": {"value": true}, "outcomes": [false, true, false]});
        let shown = python.text(&json!({"do": "present", "sd_jwt": issued, "disclose": disclose, "aud": "https://verifier.example", "nonce": "n", "holder": jwk(HOLDER)}));
        let read = SdJwt::parse(&shown).unwrap();
        let expected = Expected { nonce: Some("n"), audience: Some("https://verifier.example"), iat: None };
        read.verify_binding(&verifying(HOLDER), &expected).unwrap();
        let claims = read.disclosed_claims();
        assert_eq!(claims["result"], json!({"type": "1-10", "value": "8"}));
        assert_eq!(claims["outcomes"], json!(["een", "twee"]));
        assert!(!claims.contains_key("title"));
        let wrong = Expected { nonce: Some("m"), ..expected };
        assert!(read.verify_binding(&verifying(HOLDER), &wrong).is_err());
    }
}

#[test]
fn they_and_we_refuse_the_same_doubled_digest() {
    let mut python = Python::start();
    let issuer = SigningKey::generate(Algorithm::Es256).unwrap();
    let disclosure = URL_SAFE_NO_PAD.encode(r#"["salt","title","x"]"#);
    let digest = URL_SAFE_NO_PAD.encode(vc::encoding::sha256(disclosure.as_bytes()));
    let payload = json!({"vct": "https://issuer.example/vct/1", "_sd_alg": "sha-256", "_sd": [digest, digest]});
    let jwt = vc::jws::sign(&object(json!({"typ": "dc+sd-jwt"})), payload.to_string().as_bytes(), &issuer).unwrap();
    let text = format!("{jwt}~{disclosure}~");
    assert!(SdJwt::parse(&text).is_err());
    assert!(python.ask(&json!({"do": "verify", "sd_jwt": text, "issuer": issuer.public_jwk().unwrap().to_value()})).is_err());
}
