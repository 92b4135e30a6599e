//! libFuzzer on `vc_jwt`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer vc_jwt`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("vc_jwt", input));
