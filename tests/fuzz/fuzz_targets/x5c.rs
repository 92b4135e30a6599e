//! libFuzzer on `x5c`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer x5c`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("x5c", input));
