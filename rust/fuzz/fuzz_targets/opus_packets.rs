//! Opus packets, without the container that would check them.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some((&choice, packets)) = data.split_first() {
        fp_decode::fuzzing::decode_opus(1 + usize::from(choice % 2), packets);
    }
});
