//! libFuzzer on `issuer_key_documents`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer issuer_key_documents`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("issuer_key_documents", input));
