//! The audio key is the same with and without decoding, and wherever decoding ends.

#![allow(clippy::unwrap_used, reason = "tests fail by panics")]

mod common;

use std::path::{Path, PathBuf};

use common::{Scratch, pcm16, probed, wav};
use fp_decode::{AudioKey, DecodeOptions, open, probe};

/// The key when no more than so many blocks are decoded.
fn decoded(path: &Path, blocks: usize) -> AudioKey {
    let mut stream = open(path, &DecodeOptions::default()).unwrap();
    for _ in 0..blocks {
        if stream.next_block().unwrap().is_none() {
            break;
        }
    }
    while stream.read_on().unwrap() {}
    stream.audio_key().unwrap()
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/audio");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| open(path, &DecodeOptions::default()).is_ok()).collect()
}

#[test]
fn decoding_all_some_or_nothing_gives_one_key() {
    let files = fixtures();
    assert!(files.len() > 5, "{files:?}");
    for path in files {
        let key = probed(&path).unwrap();
        for blocks in [0, 3, usize::MAX] {
            assert_eq!(decoded(&path, blocks), key, "{} after {blocks} blocks", path.display());
        }
    }
}

#[test]
fn pcm_of_another_container_rate_or_sample_has_another_key() {
    let scratch = Scratch::new("audio-key");
    let samples = || (0..5000).map(|n| (n * 7) as i16);
    let key = |name: &str, bytes: &[u8]| probed(&scratch.write(name, bytes)).unwrap();
    let first = wav(1, 1, 44_100, 16, &pcm16(samples()));
    let louder = wav(1, 1, 44_100, 16, &pcm16(samples().enumerate().map(|(n, x)| if n == 4999 { x + 1 } else { x })));
    let keys = [
        key("a.wav", &first),
        key("b.wav", &louder),
        key("c.wav", &wav(1, 1, 48_000, 16, &pcm16(samples()))),
        key("d.wav", &wav(1, 2, 44_100, 16, &pcm16(samples()))),
        key(
            "e.au",
            &[b".snd\0\0\0\x18\0\0\x27\x10\0\0\0\x03\0\0\xac\x44\0\0\0\x01".as_slice(), &pcm16(samples())].concat(),
        ),
    ];
    for (index, key) in keys.iter().enumerate() {
        assert!(!keys[..index].contains(key), "{index}: {keys:?}");
    }
    // A chunk behind the samples.
    let tagged = [first.as_slice(), b"id3 \x04\0\0\0abcd"].concat();
    assert_eq!(key("f.wav", &tagged), keys[0]);
}

#[test]
fn what_no_analysis_takes_is_no_file_to_probe_either() {
    let scratch = Scratch::new("audio-key-refused");
    let options = DecodeOptions::default();
    for (name, content, kind) in [
        ("empty.mp3", b"".as_slice(), "empty_file"),
        ("text.flac", b"not audio at all, whatever the name says", "unrecognised_format"),
        ("cut.m4a", b"\0\0\0\x10ftypM4A \0\0\0\0\0\0\x10\0mdat", "nothing_decoded"),
    ] {
        let path = scratch.write(name, content);
        let refused = [open(&path, &options).map(|_| ()), probe(&path, &options).map(|_| ())];
        assert_eq!(refused.map(|refused| refused.unwrap_err().kind().name()), [kind, kind], "{name}");
    }
}
