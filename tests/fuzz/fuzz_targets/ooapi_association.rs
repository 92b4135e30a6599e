//! libFuzzer on `ooapi_association`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer ooapi_association`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("ooapi_association", input));
