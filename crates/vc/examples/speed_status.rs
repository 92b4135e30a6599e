//! How long it takes to publish a list of 2^20 entries again after one change, in each of its forms (goal: 5 ms each).
//!
//! `cargo run --release -p eduwallet-vc --example speed_status`
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a measurement, not the product")]

use std::io::Write;
use std::time::{Duration, Instant};

use vc::data_integrity::{self, Cryptosuite, ProofOptions};
use vc::key::{Algorithm, SigningKey};
use vc::status_list::bitstring::{ListFacts, credential_with};
use vc::status_list::{
    BITS, Bitstring, Deflater, ENTRIES, Purpose, Status, StatusList, TokenClaims, TokenKeys, issue_token_with, read_token,
};

const URI: &str = "https://issuer.example/hogeschool-voorbeeld/status/1";
const DID: &str = "did:web:issuer.example:hogeschool-voorbeeld";
const NOW: i64 = 1_795_000_000;
const ROUNDS: usize = 41;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let (p256, ed25519) = (SigningKey::generate(Algorithm::Es256)?, SigningKey::generate(Algorithm::EdDsa)?);
    println!("{ENTRIES} entries, median of {ROUNDS} (slowest)");
    for per_mille in [0, 10, 100, 300] {
        let mut list = filled(per_mille)?;
        let mut next = scattered();
        let (mut sizes, mut known) = ((0, 0), (Deflater::default(), Deflater::default()));
        let token = median(|| {
            list.set(next(), Status::Invalid)?;
            sizes.0 = token(&list, &p256, &mut known.0)?.len();
            Ok(())
        })?;
        let bits = median(|| {
            list.set(next(), Status::Invalid)?;
            sizes.1 = bitstring(&list, &ed25519, &mut known.1)?.len();
            Ok(())
        })?;
        let (text, keys) = (self::token(&list, &p256, &mut Deflater::default())?, [p256.public_jwk()?]);
        let read = median(|| read_token(&text, TokenKeys::Given(&keys), URI, NOW).map(drop).map_err(Into::into))?;
        let packed = gzipped(&text)?;
        let gzip = median(|| gzipped(&text).map(drop))?;
        println!(
            "{:>4.1} % withdrawn: token {} ({} KB), Bitstring credential {} ({} KB), token with gzip around it {} ({} KB), token read {}",
            f64::from(per_mille) / 10.0,
            shown(token),
            sizes.0 / 1000,
            shown(bits),
            sizes.1 / 1000,
            shown(gzip),
            packed / 1000,
            shown(read)
        );
    }
    Ok(())
}

/// What a change costs for the Token Status List.
fn token(list: &StatusList, key: &SigningKey, known: &mut Deflater) -> Outcome<String> {
    let claims = TokenClaims { uri: URI.into(), iat: NOW, exp: NOW + 86_400, ttl: 60 };
    Ok(issue_token_with(list, &claims, (&vc::Map::new(), key), known)?)
}

/// What a change costs for one Bitstring list.
fn bitstring(list: &StatusList, key: &SigningKey, known: &mut Deflater) -> Outcome<String> {
    let facts = ListFacts { uri: URI, issuer: DID, purpose: Purpose::Revocation, valid_from: NOW, valid_until: NOW + 86_400, ttl: 60 };
    let document = credential_with(&Bitstring::of(list, Status::Invalid), &facts, known)?;
    let options = ProofOptions::new(Cryptosuite::EddsaRdfc2022, format!("{DID}#1"), data_integrity::Purpose::AssertionMethod);
    Ok(serde_json::Value::Object(data_integrity::sign(&document, &options, key)?).to_string())
}

/// What serving it with `Content-Encoding: gzip` adds.
fn gzipped(text: &str) -> Outcome<usize> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes())?;
    Ok(encoder.finish()?.len())
}

/// Indexes all over the list, by a multiplier that is coprime to its length.
fn scattered() -> impl FnMut() -> usize {
    let mut at = 0usize;
    move || {
        at = (at.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)) % ENTRIES;
        at
    }
}

fn filled(per_mille: u32) -> Outcome<StatusList> {
    let mut list = StatusList::new(BITS, ENTRIES)?;
    // A generator whose high bits look random: withdrawn places know no order.
    let mut state = 88_172_645_463_325_252u64;
    for index in 0..ENTRIES {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if state % 1000 < u64::from(per_mille) {
            list.set(index, if state.is_multiple_of(7) { Status::Suspended } else { Status::Invalid })?;
        }
    }
    Ok(list)
}

fn median(mut run: impl FnMut() -> Outcome<()>) -> Outcome<(Duration, Duration)> {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        run()?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok((times.get(ROUNDS / 2).copied().unwrap_or_default(), times.last().copied().unwrap_or_default()))
}

fn shown((median, slowest): (Duration, Duration)) -> String {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    format!("{:.2} ms ({:.2})", milliseconds(median), milliseconds(slowest))
}
