//! MP4 and QuickTime: all of the audio, whatever the container says about its length, rate and byte order.
#![allow(clippy::unwrap_used, reason = "tests fail by panics")]

mod common;

use std::path::{Path, PathBuf};

use common::{Scratch, decode, decode_with, program, run, tone_per_channel};
use fp_decode::{DecodeOptions, ErrorKind, open_file};

/// 4 s at 48 kHz.
const SAMPLES: u32 = 192_000;
/// What may stay of encoder delay and padding where nothing states them: two frames at each end.
const UNSTATED_SAMPLES: u64 = 4 * 1024;

/// Encodes [`SAMPLES`] of two tones.
fn encode(ffmpeg: &Path, scratch: &Scratch, name: &str, options: &[&str]) -> PathBuf {
    let wav = scratch.write("x.wav", &tone_per_channel(2, SAMPLES));
    let out = scratch.path(name);
    let mut arguments = vec!["-v", "error", "-y", "-i", wav.to_str().unwrap()];
    arguments.extend(options);
    arguments.push(out.to_str().unwrap());
    run(ffmpeg, &arguments);
    out
}

fn position(bytes: &[u8], name: &[u8; 4]) -> usize {
    bytes.windows(4).position(|window| window == name).unwrap()
}

fn set_u32(bytes: &mut [u8], at: usize, value: u32) {
    bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
}

fn mp4_box(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [(8 + body.len() as u32).to_be_bytes().as_slice(), name, body].concat()
}

#[test]
fn fragments_that_each_have_an_index_are_all_played() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("sidx");
    for codec in ["aac", "flac", "libopus"] {
        let flags = ["-movflags", "+dash+frag_keyframe+empty_moov", "-frag_duration", "500000", "-strict", "-2"];
        let path = encode(&ffmpeg, &scratch, "x.mp4", &[["-c:a", codec].as_slice(), &flags].concat());
        let bytes = std::fs::read(&path).unwrap();
        assert!(bytes.windows(4).filter(|window| window == b"sidx").count() > 2, "{codec}");
        let decoded = decode(&path).unwrap();
        let longest = u64::from(SAMPLES) + UNSTATED_SAMPLES;
        assert!((u64::from(SAMPLES)..=longest).contains(&decoded.report.samples), "{codec}: {:?}", decoded.report);
        assert_eq!(decoded.report.warnings, [], "{codec}");
    }
}

#[test]
fn a_file_that_is_open_needs_no_path() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/audio/groove.m4a");
    let file = std::fs::File::open(path).unwrap();
    let mut stream = open_file(file, Path::new("gone/groove.m4a"), &DecodeOptions::default()).unwrap();
    let mut samples = 0;
    while let Some(block) = stream.next_block().unwrap() {
        samples += block.samples();
    }
    // Ten seconds: what its edit list leaves of the encoder's padding.
    assert_eq!(samples, 441_000);
}

#[test]
fn the_rate_of_the_aac_configuration_wins() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("aac-rate");
    for rate_hz in [44_100, 88_200, 96_000] {
        let rate = rate_hz.to_string();
        let path = encode(&ffmpeg, &scratch, "x.m4a", &["-ar", &rate, "-c:a", "aac"]);
        let mut bytes = std::fs::read(&path).unwrap();
        // The rate follows the name and 24 bytes of fields, as 16.16.
        let field = position(&bytes, b"mp4a") + 28;
        for stated_hz in [0u32, 22_050, 48_000] {
            set_u32(&mut bytes, field, stated_hz << 16);
            let decoded = decode(&scratch.write("y.m4a", &bytes)).unwrap();
            assert_eq!(decoded.format.rate_hz, rate_hz);
            let expected = u64::from(SAMPLES) * u64::from(rate_hz) / 48_000;
            assert!(decoded.report.samples.abs_diff(expected) <= 1, "{rate_hz}, {stated_hz}: {:?}", decoded.report);
            assert_eq!(decoded.report.warnings, []);
        }
    }
}

#[test]
fn quicktime_pcm_is_big_endian_unless_enda_says_otherwise() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("enda");
    for format in ["s24", "s32", "f32", "f64"] {
        for order in ["be", "le"] {
            let codec = format!("pcm_{format}{order}");
            let path = encode(&ffmpeg, &scratch, "x.mov", &["-c:a", &codec]);
            let expected = decode(&scratch.path("x.wav")).unwrap().channels;
            assert_eq!(decode(&path).unwrap().channels, expected, "{codec}");
            let mut bytes = std::fs::read(&path).unwrap();
            let enda = position(&bytes, b"enda");
            bytes[enda..enda + 4].copy_from_slice(b"free");
            if order == "be" {
                let decoded = decode(&scratch.write("y.mov", &bytes)).unwrap();
                assert_eq!(decoded.channels, expected, "{codec} without enda");
                assert_eq!(decoded.format.codec, codec);
            }
        }
    }
}

/// An M4A whose index comes last, with this `iTunSMPB` in place of its tags.
fn with_smpb(mut bytes: Vec<u8>, delay: u32, samples: u64) -> Vec<u8> {
    let old = position(&bytes, b"udta");
    bytes[old..old + 4].copy_from_slice(b"free");
    let text = format!(" 00000000 {delay:08X} 00000000 {samples:016X} 00000000 00000000");
    let name = mp4_box(b"name", b"\0\0\0\0iTunSMPB");
    let data = mp4_box(b"data", &[b"\0\0\0\x01\0\0\0\0", text.as_bytes()].concat());
    let ilst = mp4_box(b"ilst", &mp4_box(b"----", &[name, data].concat()));
    let udta = mp4_box(b"udta", &mp4_box(b"meta", &[b"\0\0\0\0".as_slice(), &ilst].concat()));
    let moov = position(&bytes, b"moov") - 4;
    let size = (bytes.len() - moov + udta.len()) as u32;
    set_u32(&mut bytes, moov, size);
    [bytes, udta].concat()
}

#[test]
fn a_stale_smpb_neither_cuts_nor_promises_audio() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("smpb");
    let bytes = std::fs::read(encode(&ffmpeg, &scratch, "x.m4a", &["-c:a", "aac"])).unwrap();
    for samples in [u64::from(SAMPLES), u64::from(SAMPLES) - 500, 48_000, 3 * u64::from(SAMPLES)] {
        let decoded = decode(&scratch.write("y.m4a", &with_smpb(bytes.clone(), 1024, samples))).unwrap();
        let believed = samples.abs_diff(u64::from(SAMPLES)) <= 500;
        let expected = if believed { samples } else { u64::from(SAMPLES) };
        assert_eq!(decoded.report.samples, expected, "{samples}");
        assert_eq!(decoded.report.warnings, [], "{samples}");
    }
}

#[test]
fn an_edit_list_cuts_audio_if_it_agrees_with_the_media_and_else_nothing() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("edit");
    let mut bytes = std::fs::read(encode(&ffmpeg, &scratch, "x.m4a", &["-c:a", "aac"])).unwrap();
    // Name, version and flags, count; then the duration in ms and the start in samples.
    let edit = position(&bytes, b"elst") + 12;
    // The last row starts behind the end: all that decodes is delivered, delay and padding too.
    for (duration_ms, start, expected, tolerance) in [
        (1500, 1024, 72_000, 0),
        (0, 1024, SAMPLES, 0),
        (60_000, 1024, SAMPLES, 0),
        (1000, 49_024, 48_000, 0),
        (1000, 9_000_000, SAMPLES, UNSTATED_SAMPLES),
    ] {
        set_u32(&mut bytes, edit, duration_ms);
        set_u32(&mut bytes, edit + 4, start);
        let decoded = decode(&scratch.write("y.m4a", &bytes)).unwrap();
        let excess = decoded.report.samples.checked_sub(u64::from(expected));
        assert!(excess.is_some_and(|excess| excess <= tolerance), "{duration_ms}, {start}: {:?}", decoded.report);
        assert_eq!(decoded.report.warnings, [], "{duration_ms}, {start}");
    }
}

#[test]
fn times_that_are_far_too_short_cut_nothing() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("stts");
    let mut bytes = std::fs::read(encode(&ffmpeg, &scratch, "x.m4a", &["-c:a", "aac"])).unwrap();
    // Name, version and flags, count of entries, count of samples; then their duration.
    let delta = position(&bytes, b"stts") + 16;
    set_u32(&mut bytes, delta, 100);
    let decoded = decode(&scratch.write("y.m4a", &bytes)).unwrap();
    let longest = u64::from(SAMPLES) + UNSTATED_SAMPLES;
    assert!((u64::from(SAMPLES)..=longest).contains(&decoded.report.samples), "{:?}", decoded.report);
    assert_eq!(decoded.report.warnings, []);
}

#[test]
fn an_mp4_without_its_audio_or_its_index_is_refused() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("gone");
    let whole = std::fs::read(encode(&ffmpeg, &scratch, "x.m4a", &["-c:a", "aac"])).unwrap();
    let (mdat, moov) = (position(&whole, b"mdat") - 4, position(&whole, b"moov") - 4);
    let mut emptied = [&whole[..mdat + 8], &whole[moov..]].concat();
    set_u32(&mut emptied, mdat, 8);
    let mut nearly = [&whole[..mdat + 208], &whole[moov..]].concat();
    set_u32(&mut nearly, mdat, 208);
    let mut freed = whole.clone();
    freed[mdat + 4..mdat + 8].copy_from_slice(b"free");
    for (name, bytes, words) in [
        ("emptied.m4a", emptied, "audio is not in the MP4 file"),
        ("nearly.m4a", nearly, "audio is not in the MP4 file"),
        ("freed.m4a", freed, "audio is not in the MP4 file"),
        ("cut.m4a", whole[..moov / 2].to_vec(), "index (moov)"),
        ("cut_in_index.m4a", whole[..whole.len() - 200].to_vec(), "index (moov)"),
    ] {
        let path = scratch.write(name, &bytes);
        let error = decode_with(&path, Some(ffmpeg.clone())).err().expect(name);
        assert_eq!(error.kind(), ErrorKind::NothingDecoded, "{name}: {error}");
        assert!(error.message().contains(words), "{name}: {error}");
    }
}

#[test]
fn fragments_that_are_cut_are_decoded_to_the_cut_and_say_so() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("cut-fragments");
    let flags = ["-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov", "-frag_duration", "1000000"];
    let mut bytes = std::fs::read(encode(&ffmpeg, &scratch, "x.mp4", &flags)).unwrap();
    bytes.truncate(bytes.len() * 5 / 8);
    let cut = decode(&scratch.write("cut.mp4", &bytes)).unwrap();
    // 5/8 of 4 s are 120,000 samples; the index of each fragment and the bit rate move the cut by less than a quarter s.
    assert!(cut.report.samples.abs_diff(120_000) < 12_000, "{:?}", cut.report);
    assert!(cut.warning("truncated").is_some(), "{:?}", cut.report);
}

#[test]
fn an_mp4_cut_behind_its_index_says_how_much_is_missing() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("cut-mp4");
    for codec in ["aac", "alac"] {
        let path = encode(&ffmpeg, &scratch, "x.m4a", &["-c:a", codec, "-movflags", "+faststart"]);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.truncate(bytes.len() / 2);
        let cut = decode(&scratch.write("cut.m4a", &bytes)).unwrap();
        assert_eq!(cut.format.decoder, "symphonia");
        assert!((60_000..SAMPLES.into()).contains(&cut.report.samples), "{codec}: {:?}", cut.report);
        assert_eq!(cut.warning("truncated"), Some(u64::from(SAMPLES) - cut.report.samples), "{codec}");
    }
}
