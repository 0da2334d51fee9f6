#![no_main]

#[allow(dead_code, reason = "the other target has its own part")]
mod holds;

libfuzzer_sys::fuzz_target!(|text: &str| holds::document(text));
