//! libFuzzer on `pushed_request`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer pushed_request`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("pushed_request", input));
