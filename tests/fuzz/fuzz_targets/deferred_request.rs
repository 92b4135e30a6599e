//! libFuzzer on `deferred_request`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer deferred_request`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("deferred_request", input));
