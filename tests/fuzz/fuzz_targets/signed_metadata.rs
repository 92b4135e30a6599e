//! libFuzzer on `signed_metadata`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer signed_metadata`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("signed_metadata", input));
