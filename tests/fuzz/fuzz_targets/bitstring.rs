//! libFuzzer on `bitstring`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer bitstring`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("bitstring", input));
