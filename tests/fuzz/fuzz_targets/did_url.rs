//! libFuzzer on `did_url`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer did_url`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("did_url", input));
