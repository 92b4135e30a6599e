//! libFuzzer on `baked_image`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer baked_image`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("baked_image", input));
