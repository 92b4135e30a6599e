//! libFuzzer on `jwe`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz jwe`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("jwe", input));
