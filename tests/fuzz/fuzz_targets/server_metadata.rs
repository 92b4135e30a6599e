//! libFuzzer on `server_metadata`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer server_metadata`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("server_metadata", input));
