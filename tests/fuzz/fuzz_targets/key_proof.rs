//! libFuzzer on `key_proof`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer key_proof`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("key_proof", input));
