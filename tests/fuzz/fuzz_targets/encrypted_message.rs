//! libFuzzer on `encrypted_message`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer encrypted_message`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("encrypted_message", input));
