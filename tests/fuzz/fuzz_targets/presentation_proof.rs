//! libFuzzer on `presentation_proof`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer presentation_proof`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("presentation_proof", input));
