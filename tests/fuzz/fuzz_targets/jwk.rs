//! libFuzzer on `jwk`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer jwk`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("jwk", input));
