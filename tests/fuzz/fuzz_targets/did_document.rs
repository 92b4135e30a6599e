//! libFuzzer on `did_document`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer did_document`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("did_document", input));
