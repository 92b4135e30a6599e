//! libFuzzer on `key_attestation`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer key_attestation`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("key_attestation", input));
