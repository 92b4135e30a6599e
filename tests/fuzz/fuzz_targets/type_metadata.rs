//! libFuzzer on `type_metadata`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer type_metadata`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("type_metadata", input));
