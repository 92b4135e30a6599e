//! libFuzzer on `did_webvh`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer did_webvh`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("did_webvh", input));
