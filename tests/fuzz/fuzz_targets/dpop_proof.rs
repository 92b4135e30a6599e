//! libFuzzer on `dpop_proof`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer dpop_proof`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("dpop_proof", input));
