//! libFuzzer on `jws`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer jws`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("jws", input));
