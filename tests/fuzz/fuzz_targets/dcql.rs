//! libFuzzer on `dcql`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer dcql`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("dcql", input));
