//! libFuzzer on `issuer_metadata`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer issuer_metadata`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("issuer_metadata", input));
