//! libFuzzer on `client_attestation`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer client_attestation`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("client_attestation", input));
