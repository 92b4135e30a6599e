//! Not a benchmark, but a printed figure: run with `--release -- --ignored --nocapture speed`.

use crate::claims::World;
use std::time::Duration;
use vc::bundled;
use vc::random::SystemRandom;
use vc::sd_jwt::prepare;

#[test]
#[ignore = "a measurement; needs --release"]
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "measures and prints")]
fn preparing_and_signing() {
    let world = World::new();
    let concealed = bundled::concealed(bundled::MICROCREDENTIAL_VCT);
    let rounds = 2000;
    let start = std::time::Instant::now();
    for _ in 0..rounds {
        let prepared = prepare(world.microcredential(), &concealed, 0, &SystemRandom).unwrap();
        prepared.sign_compact(&world.header, &world.issuer).unwrap();
    }
    let each = start.elapsed() / rounds;
    println!("prepare and sign, {} concealed paths: {each:?}", concealed.len());
    assert!(each < Duration::from_millis(1));
}
