//! Ogg files whose pages are lost, damaged, or state odd positions: all of the audio, and a warning only where some is lost.

#![allow(clippy::unwrap_used, reason = "tests fail by panics")]

mod common;

use common::{Decoded, Scratch, decode, program, run, tone_per_channel};

/// 3 s at 48 kHz, not a multiple of any codec's frame.
const SAMPLES: u32 = 144_000 + 17;
/// What an encoder adds at the end at most: the pre-skip of libopus and two packets of 20 ms.
const MAX_PADDING: u64 = 312 + 2 * 960;

/// Tones in pages of 0.2 s, or as few packets as fill them.
fn encoded(scratch: &Scratch, encoder: &str) -> Option<Vec<Vec<u8>>> {
    let ffmpeg = program("ffmpeg")?;
    let wav = scratch.write("x.wav", &tone_per_channel(2, SAMPLES));
    let out = scratch.path("x.ogg");
    let (input, output) = (wav.to_str().unwrap(), out.to_str().unwrap());
    run(&ffmpeg, &["-v", "error", "-y", "-i", input, "-c:a", encoder, "-page_duration", "200000", output]);
    Some(pages(&std::fs::read(&out).unwrap()))
}

/// Cuts a stream into its pages (RFC 3533, section 6).
fn pages(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut pages = Vec::new();
    while !bytes.is_empty() {
        let segments = usize::from(bytes[26]);
        let length = 27 + segments + bytes[27..27 + segments].iter().map(|&lacing| usize::from(lacing)).sum::<usize>();
        let (page, rest) = bytes.split_at(length);
        pages.push(page.to_vec());
        bytes = rest;
    }
    pages
}

/// Sets the checksum of a page: CRC-32, polynomial 0x04c11db7.
fn seal(page: &mut [u8]) {
    page[22..26].fill(0);
    let crc = page.iter().fold(0u32, |crc, &byte| {
        (0..8)
            .fold(crc ^ u32::from(byte) << 24, |crc, _| if crc >> 31 == 1 { crc << 1 ^ 0x04c1_1db7 } else { crc << 1 })
    });
    page[22..26].copy_from_slice(&crc.to_le_bytes());
}

/// Changes the positions of the pages with audio: from their number among these and their position.
fn with_positions(pages: &[Vec<u8>], change: impl Fn(usize, i64) -> i64) -> Vec<Vec<u8>> {
    let mut changed = pages.to_vec();
    let audio = changed.iter_mut().filter(|page| i64::from_le_bytes(page[6..14].try_into().unwrap()) > 0);
    for (index, page) in audio.enumerate() {
        let position = i64::from_le_bytes(page[6..14].try_into().unwrap());
        page[6..14].copy_from_slice(&change(index, position).to_le_bytes());
        seal(page);
    }
    changed
}

fn decode_pages(scratch: &Scratch, pages: &[Vec<u8>]) -> Decoded {
    decode(&scratch.write("changed.ogg", &pages.concat())).unwrap()
}

#[test]
fn positions_from_any_origin_and_an_empty_last_page_change_nothing() {
    let scratch = Scratch::new("ogg-origin");
    for encoder in ["libopus", "libvorbis"] {
        let Some(pages) = encoded(&scratch, encoder) else { return };
        let joined_live = with_positions(&pages, |_, position| position + 4_409_352);
        // The restart is at a page in the middle, and its positions go on from there.
        let restarted = with_positions(&pages, |index, position| if index < 6 { position } else { position - 57_000 });
        let mut empty_end = pages.clone();
        empty_end.last_mut().unwrap()[5] &= !4;
        seal(empty_end.last_mut().unwrap());
        let mut last = empty_end.last().unwrap()[..27].to_vec();
        last[5] = 4;
        last[6..14].copy_from_slice(&(-1i64).to_le_bytes());
        let sequence = u32::from_le_bytes(last[18..22].try_into().unwrap()) + 1;
        last[18..22].copy_from_slice(&sequence.to_le_bytes());
        last[26] = 0;
        seal(&mut last);
        empty_end.push(last);
        let original = decode_pages(&scratch, &pages);
        for (name, changed) in [("joined live", joined_live), ("restarted", restarted), ("empty end", empty_end)] {
            let decoded = decode_pages(&scratch, &changed);
            assert_eq!(decoded.report.warnings, [], "{encoder}, {name}");
            assert_eq!(decoded.report.samples, u64::from(SAMPLES), "{encoder}, {name}");
            assert!(decoded.channels == original.channels, "{encoder}, {name}: other samples");
        }
    }
}

#[test]
fn positions_that_cannot_be_true_cut_no_audio() {
    let scratch = Scratch::new("ogg-wrong");
    for encoder in ["libopus", "libvorbis"] {
        let Some(pages) = encoded(&scratch, encoder) else { return };
        let zero = with_positions(&pages, |_, _| 0);
        let milliseconds = with_positions(&pages, |_, position| position / 48);
        let falling = with_positions(&pages, |_, position| 10_000_000 - position);
        for (name, changed) in [("zero", zero), ("milliseconds", milliseconds), ("falling", falling)] {
            let decoded = decode_pages(&scratch, &changed);
            assert_eq!(decoded.report.warnings, [], "{encoder}, {name}");
            let padding = decoded.report.samples.checked_sub(u64::from(SAMPLES));
            assert!(padding.is_some_and(|padding| padding <= MAX_PADDING), "{encoder}, {name}: {padding:?}");
        }
    }
}

#[test]
fn lost_pages_are_counted_with_their_length_and_place() {
    let scratch = Scratch::new("ogg-lost");
    for encoder in ["libopus", "libvorbis", "flac"] {
        let Some(pages) = encoded(&scratch, encoder) else { return };
        let (first, count) = (pages.len() / 2, 2);
        let without: Vec<_> = pages[..first].iter().chain(&pages[first + count..]).cloned().collect();
        let mut damaged = pages.clone();
        for page in &mut damaged[first..first + count] {
            let middle = page.len() / 2;
            page[middle] ^= 0xff;
        }
        // A bad page among the last ones too: losses before it must not go silent.
        let mut near_the_end = damaged.clone();
        let last_but_one = pages.len() - 2;
        near_the_end[last_but_one][40] ^= 0xff;
        for (name, changed, lost) in
            [("removed", without, 2), ("damaged", damaged, 2), ("damaged near the end too", near_the_end, 3)]
        {
            let decoded = decode_pages(&scratch, &changed);
            let warnings = &decoded.report.warnings;
            assert_eq!(decoded.warning("damaged"), Some(lost), "{encoder}, {name}: {warnings:?}");
            assert_eq!(warnings.len(), 1, "{encoder}, {name}: {warnings:?}");
            let message = &warnings[0].message;
            assert!(message.contains("2 pages with ") && message.contains(" are missing at 1."), "{message}");
            let missing = message.split("; ").last().and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
            let total = decoded.report.samples + missing.unwrap();
            // Padding is not cut beside a loss on the last page.
            assert!(
                (u64::from(SAMPLES)..=u64::from(SAMPLES) + MAX_PADDING).contains(&total),
                "{encoder}, {name}: {total}"
            );
        }
    }
}

#[test]
fn a_file_that_ends_within_a_page_is_truncated() {
    let scratch = Scratch::new("ogg-cut");
    for encoder in ["libopus", "libvorbis", "flac"] {
        let Some(pages) = encoded(&scratch, encoder) else { return };
        let bytes = pages.concat();
        let decoded = decode(&scratch.write("cut.ogg", &bytes[..bytes.len() / 2])).unwrap();
        assert!((40_000..100_000).contains(&decoded.report.samples), "{encoder}: {}", decoded.report.samples);
        assert!(decoded.warning("truncated").is_some(), "{encoder}");
    }
}

#[test]
fn chained_flac_is_whole_and_tags_behind_the_last_page_are_no_damage() {
    let scratch = Scratch::new("ogg-flac");
    let Some(pages) = encoded(&scratch, "flac") else { return };
    let mut second = pages.clone();
    for page in &mut second {
        page[14] ^= 0x55;
        seal(page);
    }
    let mut tag = b"TAG".to_vec();
    tag.resize(128, b'x');
    let decoded = decode(&scratch.write("chained.oga", &[pages.concat(), second.concat(), tag].concat())).unwrap();
    assert_eq!(decoded.report.warnings, []);
    assert_eq!(decoded.report.samples, 2 * u64::from(SAMPLES));
}
