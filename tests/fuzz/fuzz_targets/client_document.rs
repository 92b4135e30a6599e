//! libFuzzer on `client_document`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer client_document`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("client_document", input));
