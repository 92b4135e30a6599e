//! libFuzzer on `token_request`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer token_request`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("token_request", input));
