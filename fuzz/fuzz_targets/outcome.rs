#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| netswitch::ovsdb::fuzzing::outcome(bytes));
