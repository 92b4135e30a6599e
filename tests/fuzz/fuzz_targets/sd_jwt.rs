//! libFuzzer on `sd_jwt`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer sd_jwt`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("sd_jwt", input));
