//! Our own parsers of files and of ffmpeg's messages; the first byte chooses one.
#![no_main]

use std::io::Write;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&choice, bytes)) = data.split_first() else { return };
    let mut file = memfd::MemfdOptions::default().create("track").expect("a memory file").into_file();
    file.write_all(bytes).expect("memory");
    fp_decode::fuzzing::parse(choice, bytes, &mut file);
});
