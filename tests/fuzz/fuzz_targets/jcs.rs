//! libFuzzer on `jcs`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer jcs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("jcs", input));
