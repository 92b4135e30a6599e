//! libFuzzer on `strict_json`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer strict_json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("strict_json", input));
