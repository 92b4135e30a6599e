//! libFuzzer on `data_integrity`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer data_integrity`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("data_integrity", input));
