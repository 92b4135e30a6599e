//! libFuzzer on `authorization_request`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer authorization_request`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("authorization_request", input));
