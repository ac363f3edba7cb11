//! See `websocket_core::fuzz::frames`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| websocket_core::fuzz::frames(data));
