//! Files made to let a search for frames look at each byte thousands of times: read to their end in about the time that
//! it takes to read them. Before the searches were bounded, the first of these files took minutes.

#![allow(clippy::unwrap_used, reason = "tests fail by panics")]

mod common;

use std::time::{Duration, Instant};

use common::{Scratch, decode_with, program};

const BYTES: usize = 4 << 20;
/// Ten times what a busy machine needs for a build without optimisation.
const LIMIT: Duration = Duration::from_secs(20);

fn repeated(head: &[u8], unit: &[u8]) -> Vec<u8> {
    let mut bytes = head.to_vec();
    bytes.extend(unit.iter().cycle().take(BYTES));
    bytes
}

/// An Ogg page header of the longest page: 255 segments of 255 bytes, of which only the header is there.
fn false_page() -> Vec<u8> {
    let mut page = b"OggS\0\0".to_vec();
    page.extend([0; 20]);
    page.push(255);
    page
}

/// FLAC: a valid header of a block of 65,535 samples in 8 channels of 32 bits.
fn false_flac_frame() -> Vec<u8> {
    let mut header = vec![0xff, 0xf8, 0x79, 0x7e, 0, 0xff, 0xfe];
    let crc = header
        .iter()
        .fold(0u8, |crc, &byte| (0..8).fold(crc ^ byte, |crc, _| if crc >> 7 == 1 { crc << 1 ^ 7 } else { crc << 1 }));
    header.push(crc);
    header
}

/// `fLaC` and a STREAMINFO of 44.1 kHz stereo in 16 bits.
fn flac_head() -> Vec<u8> {
    let mut head = b"fLaC\x80\0\0\x22\x10\0\x10\0\0\0\0\0\0\0".to_vec();
    head.extend((44_100u64 << 44 | 1 << 41 | 15 << 36).to_be_bytes());
    head.extend([0; 16]);
    head
}

#[test]
fn each_search_is_bounded() {
    let scratch = Scratch::new("bombs");
    let lacing = [false_page(), vec![255; 255]].concat();
    let sparse_page = [false_page(), vec![1; 5000]].concat();
    let sparse_frame = [false_flac_frame(), vec![1; 500_000]].concat();
    let ac3 = [0x0b, 0x77, 0, 0, 0x1c, 0x40, 0, 0];
    for (name, bytes) in [
        ("ogg: nothing but capture patterns", repeated(b"", b"OggS")),
        ("ogg: false pages", repeated(b"", &false_page())),
        ("ogg: false pages with lacing", repeated(b"", &lacing)),
        ("ogg: some false pages", repeated(b"", &sparse_page)),
        ("flac: sync codes", repeated(&flac_head(), &[0xff, 0xf8])),
        ("flac: valid headers", repeated(&flac_head(), &false_flac_frame())),
        ("flac: some valid headers", repeated(&flac_head(), &sparse_frame)),
        ("flac: streams", repeated(&flac_head(), b"fLaC")),
        ("mp3: headers", repeated(b"", &[0xff, 0xfb, 0x90, 0])),
        ("mp3: sync bytes", repeated(b"", &[0xff])),
        ("mp3: pairs of frames", repeated(b"", &[&[0xff, 0xfb, 0x90, 0][..], &[1; 413], &[1; 50]].concat())),
        ("mp3: free format", repeated(b"", &[0xff, 0xfb, 0, 0])),
        ("adts: headers", repeated(b"", &[0xff, 0xf1, 0x50, 0x80, 0x01, 0x7f, 0xfc])),
        ("ac3: headers", repeated(b"", &ac3)),
        ("tags", repeated(b"", b"ID3\x04\0\0\0\0\0\0")),
    ] {
        let path = scratch.write("bomb", &bytes);
        let start = Instant::now();
        let decoded = decode_with(&path, program("ffmpeg"));
        assert!(start.elapsed() < LIMIT, "{name}: {:?}", start.elapsed());
        // AC-3 headers where frames should follow one another may be frames.
        assert!(decoded.is_err() || name.starts_with("ac3"), "{name}");
    }
}
