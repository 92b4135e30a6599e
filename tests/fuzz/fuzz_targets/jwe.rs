//! libFuzzer on `jwe`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer jwe`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("jwe", input));
