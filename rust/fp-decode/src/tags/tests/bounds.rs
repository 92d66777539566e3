//! Hostile and damaged files: bounded time and memory, and no panic.

use std::time::{Duration, Instant};

use super::*;
use crate::tags::bytes::FileBytes;

/// Far more than it takes; far less than it takes to read such a file to its end.
const SOON: Duration = Duration::from_secs(2);

#[test]
fn many_and_long_comments_are_cut() {
    let long = [b"TITLE=".as_slice(), "ü".repeat(10_000).as_bytes()].concat();
    let mut all = vec![long.as_slice(); 3];
    all.resize(10_000, b"ARTIST=Somebody");
    all.push(b"ALBUM=The last");
    let found = tags(Container::Flac, &flac(&comments(&all)));
    assert_eq!(found.title.map(|title| title.chars().count()), Some(1000));
    assert_eq!((found.artist.as_deref(), found.album.as_deref()), (Some("Somebody"), Some("The last")));
}

/// Each was compared with all before it: 16 MB of them took three seconds.
#[test]
fn the_values_of_a_field_are_looked_at_up_to_a_number() {
    let artist = |first: usize| {
        let all = [vec![b"ARTIST=A".as_slice(); first], vec![b"ARTIST=B", b"TITLE=a"]].concat();
        tags(Container::Flac, &flac(&comments(&all)))
    };
    assert_eq!(artist(499), Tags { artist: Some("A; B".to_owned()), ..titled("a") });
    assert_eq!(artist(500), Tags { artist: Some("A".to_owned()), ..titled("a") });
}

/// A Speex stream with this comment packet, of up to 65,025 bytes.
fn ogg(packet: &[u8]) -> Vec<u8> {
    let page = |flags: u8, body: &[u8]| {
        let mut lacing = vec![255; body.len() / 255];
        lacing.push((body.len() % 255) as u8);
        let head = [b"OggS\0".as_slice(), &[flags], &[0; 8], &[7, 0, 0, 0], &[0; 8], &[lacing.len() as u8]].concat();
        [head, lacing, body.to_vec()].concat()
    };
    [page(2, b"Speex   1.2"), page(0, packet)].concat()
}

#[test]
fn a_structure_that_never_ends_is_left_soon() {
    let sparse = |container: Container, head: &[u8]| {
        let made = Made::new(head);
        made.open().set_len(100 << 20).unwrap();
        let started = Instant::now();
        let found = read_tags(&made.open(), &Sniffed { container, start: 0, frames: None });
        assert!(started.elapsed() < SOON, "{}: {:?}", container.name(), started.elapsed());
        found
    };
    // Sizes of zero and counts of four thousand million, over 100 MB of zeros.
    let comments = [b"fLaC\x84\xff\xff\xff".as_slice(), &[0; 4], &[0xff; 4], b"\x07\0\0\0TITLE=a"].concat();
    assert_eq!(sparse(Container::Flac, &comments), titled("a"));
    assert_eq!(sparse(Container::Flac, b"fLaC"), Tags::default());
    assert_eq!(sparse(Container::Wav, b"RIFF\0\0\0\0WAVE"), Tags::default());
    assert_eq!(sparse(Container::Aiff, b"FORM\0\0\0\0AIFF"), Tags::default());
    assert_eq!(sparse(Container::Caf, b"caff\0\x01\0\0"), Tags::default());
    assert_eq!(sparse(Container::Mp4, b"\x7f\0\0\0moov\x7f\0\0\0udta"), Tags::default());
    let library = [
        b"\x30\x26\xb2\x75".as_slice(),
        &[0; 12],
        &[0xff; 14],
        b"\x40\xa4\xd0\xd2\x07\xe3\xd2\x11\x97\xf0\0\xa0\xc9\x5e\xa8\x50",
    ];
    assert_eq!(sparse(foreign("asf"), &[library.concat(), vec![0xff; 10]].concat()), Tags::default());
    assert_eq!(sparse(foreign("dsf"), &[b"DSD ".as_slice(), &[0; 16], &[0xff; 8]].concat()), Tags::default());
    assert_eq!(sparse(foreign("iff"), b"FRM8"), Tags::default());
    let segment = b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff\x12\x54\xc3\x67\x08\x7f\xff\xff\xff";
    assert_eq!(sparse(Container::Matroska, segment), Tags::default());
    let tag = id3v2(3, 0x80, &[0xff; 100]);
    assert_eq!(sparse(Container::MpegAudio, &[&tag[..6], &[0x7f; 4]].concat()), Tags::default());
}

#[test]
fn reading_to_and_fro_is_bounded() {
    // Frames of 40 kB, each a read of its own.
    let made = Made::new(&id3v2(3, 0, b""));
    let frames: Vec<u8> = (0..3000).flat_map(|_| frame("PRIV", &[1; 40_000])).collect();
    let tag = [b"ID3\x03\0\0\x7f\x7f\x7f\x7f".as_slice(), &frames, &frame("TIT2", b"\0Too far")].concat();
    std::fs::write(&made.0, tag).unwrap();
    let file = made.open();
    let mut bytes = FileBytes::new(&file).unwrap();
    assert!(crate::tags::id3v2::read_id3v2(&mut bytes, 0).is_empty());
    assert!(bytes.window.reads() <= 500, "{}", bytes.window.reads());
}

#[test]
fn a_large_picture_is_stepped_over_in_one_step() {
    let body = [frame("APIC", &vec![1; 10 << 20]), frame("TIT2", b"\0Behind it")].concat();
    let made = Made::new(&id3v2(3, 0, &body));
    let file = made.open();
    let mut bytes = FileBytes::new(&file).unwrap();
    assert_eq!(crate::tags::id3v2::read_id3v2(&mut bytes, 0).into_tags(), titled("Behind it"));
    assert!(bytes.window.reads() <= 3, "{}", bytes.window.reads());
}

#[test]
fn files_cut_or_changed_anywhere_do_no_harm() {
    let whole = [
        (Container::Flac, flac(&comments(&[b"TITLE=a", b"TRACKNUMBER=1/2"]))),
        (foreign("ogg"), ogg(&comments(&[b"TITLE=a"]))),
        (Container::Mp4, b"\0\0\0\x20moov\0\0\0\x18udta\0\0\0\x10\xa9nam\0\x04\0\0abcd".to_vec()),
        (Container::Wav, b"RIFF\0\0\0\0WAVELIST\x10\0\0\0INFOINAM\x03\0\0\0abc\0".to_vec()),
        (Container::Caf, b"caff\0\x01\0\0info\0\0\0\0\0\0\0\x0c\0\0\0\x01title\0a\0".to_vec()),
        (Container::Matroska, b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x8b\x15\x49\xa9\x66\x86\x7b\xa9\x83abc".to_vec()),
    ];
    for (container, content) in whole {
        assert!(tags(container, &content).title.is_some(), "{}", container.name());
        for at in 0..content.len() {
            tags(container, &content[..at]);
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut changed = content.clone();
                changed[at] = value;
                tags(container, &changed);
            }
        }
    }
}
