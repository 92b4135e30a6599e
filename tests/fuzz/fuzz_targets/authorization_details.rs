//! libFuzzer on `authorization_details`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer authorization_details`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("authorization_details", input));
