//! libFuzzer on `credential_request`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer credential_request`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("credential_request", input));
