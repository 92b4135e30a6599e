//! libFuzzer on `notification`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer notification`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("notification", input));
