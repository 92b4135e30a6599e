//! libFuzzer on `older_request`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer older_request`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("older_request", input));
