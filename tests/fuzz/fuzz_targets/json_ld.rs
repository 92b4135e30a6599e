//! libFuzzer on `json_ld`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer json_ld`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("json_ld", input));
