//! libFuzzer on `vcdm`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer vcdm`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("vcdm", input));
