//! libFuzzer on `anything`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer anything`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("anything", input));
