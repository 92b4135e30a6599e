//! libFuzzer on `photo`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer photo`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("photo", input));
