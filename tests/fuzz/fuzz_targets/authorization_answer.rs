//! libFuzzer on `authorization_answer`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer authorization_answer`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("authorization_answer", input));
