//! libFuzzer on `status_list_token`: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer status_list_token`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| eduwallet_fuzz::run("status_list_token", input));
