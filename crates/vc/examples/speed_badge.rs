//! How long an Open Badge takes to sign and to verify, cold and when that exact document was verified before.
//!
//! `cargo run --release -p eduwallet-vc --example speed_badge` prints medians in microseconds, one thread.
#![expect(clippy::print_stdout, reason = "it is a program that prints")]
#![expect(clippy::disallowed_methods, reason = "measuring needs the clock")]

use std::error::Error;
use std::time::Instant;
use vc::Map;
use vc::data_integrity::{
    Cryptosuite, ExpectedProof, KeyProblem, Keys, ProofOptions, Purpose, ResolvedKey, prepare, sign, verify, verify_remembering,
};
use vc::key::{Algorithm, Jwk, SigningKey};
use vc::{json_ld, strict_json};

const ROUNDS: usize = 300;
const NOW: i64 = 1_795_000_000;

struct OneKey(Jwk);

impl Keys for OneKey {
    fn key(&self, _: &str, _: Purpose) -> Result<ResolvedKey, KeyProblem> {
        Ok(ResolvedKey { jwk: self.0.clone(), controller: "did:web:school.example".into() })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let badge = badge()?;
    let expected = ExpectedProof { purpose: Purpose::AssertionMethod, challenge: None, domain: None, now: NOW, clock_tolerance: 60 };
    for (suite, algorithm) in [
        (Cryptosuite::EddsaRdfc2022, Algorithm::EdDsa),
        (Cryptosuite::EddsaJcs2022, Algorithm::EdDsa),
        (Cryptosuite::EcdsaRdfc2019, Algorithm::Es256),
    ] {
        let key = SigningKey::generate(algorithm)?;
        let keys = OneKey(key.public_jwk()?);
        let options =
            ProofOptions { created: Some(NOW), ..ProofOptions::new(suite, "did:web:school.example#key-1", Purpose::AssertionMethod) };
        let text = serde_json::to_vec(&sign(&badge, &options, &key)?)?;
        println!("{} ({} bytes)", suite.name(), text.len());
        print("prepare and sign", || Ok(prepare(&badge, &options)?.sign(&key)?))?;
        print("read and verify, cold", || Ok(verify(&strict_json::parse_object(&text)?, &keys, &expected)?))?;
        let cache = vc::SignatureCache::new(1024);
        print("read and verify, seen before", || {
            Ok(verify_remembering(&strict_json::parse_object(&text)?, &keys, &expected, Some(&cache))?)
        })?;
    }
    print("check terms", || Ok(json_ld::check_terms(&badge)?))?;
    print("canonical document", || Ok(json_ld::canonical(&badge)?))?;
    Ok(())
}

/// Prints the median of [`ROUNDS`] runs, after as many to warm up.
fn print<T>(name: &str, mut run: impl FnMut() -> Result<T, Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    let mut times = Vec::with_capacity(ROUNDS * 2);
    for _ in 0..ROUNDS * 2 {
        let start = Instant::now();
        run()?;
        times.push(start.elapsed());
    }
    let mut times = times.split_off(ROUNDS);
    times.sort_unstable();
    let median = times.get(ROUNDS / 2).copied().unwrap_or_default();
    println!("  {name:<30} {:>10.1}", median.as_secs_f64() * 1e6);
    Ok(())
}

/// An invented microcredential as Open Badge 3.0; `tests/browser/speed.mjs` measures other people's software with the same.
fn badge() -> Result<Map, Box<dyn Error>> {
    Ok(strict_json::parse_object(include_bytes!("badge.json"))?)
}
