//! See `websocket_core::fuzz::handshake`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| websocket_core::fuzz::handshake(data));
