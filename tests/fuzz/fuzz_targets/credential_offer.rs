//! libFuzzer on `credential_offer`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer credential_offer`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("credential_offer", input));
