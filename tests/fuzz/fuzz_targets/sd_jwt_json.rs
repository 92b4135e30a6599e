//! libFuzzer on `sd_jwt_json`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer sd_jwt_json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("sd_jwt_json", input));
