//! libFuzzer on `offer_link`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer offer_link`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("offer_link", input));
