//! Streams of other codecs behind a header that says PCM, and Vorbis in WAVE: never heard as noise.

mod common;

use std::path::{Path, PathBuf};

use common::{Decoded, Scratch, decode, decode_with, pcm16, program, run, wav};
use fp_decode::ErrorKind;

/// Two seconds of a 440 Hz sine at 0.25 of full scale, encoded with these options.
fn encode(ffmpeg: &Path, scratch: &Scratch, rate_hz: u32, options: &[&str]) -> Vec<u8> {
    let out = scratch.path("encoded");
    let source = format!("aevalsrc='0.25*sin(2*PI*440*t)|0.25*sin(2*PI*440*t)':s={rate_hz}:d=2");
    let mut arguments = vec!["-v", "error", "-y", "-f", "lavfi", "-i", &source];
    arguments.extend(options);
    run(ffmpeg, &[&arguments[..], &[out.to_str().expect("a UTF-8 path")]].concat());
    std::fs::read(out).expect("the encoder wrote it")
}

fn swapped(bytes: &[u8]) -> Vec<u8> {
    bytes.chunks_exact(2).flat_map(|pair| [pair[1], pair[0]]).collect()
}

/// DTS frames in words of 14 bits, each frame in as many bytes as its samples (TS 102 114, annex on 14-bit streams).
fn in_14_bits(stream: &[u8]) -> Vec<u8> {
    let sync = [0x7f, 0xfe, 0x80, 0x01];
    let starts: Vec<usize> = (0..stream.len() - 3).filter(|&at| stream[at..].starts_with(&sync)).collect();
    let ends = starts.iter().skip(1).copied().chain([stream.len()]);
    let mut words = Vec::new();
    for (start, end) in starts.iter().zip(ends) {
        let frame = &stream[*start..end];
        let bit = |index: usize| u16::from(frame.get(index / 8).is_some_and(|byte| byte >> (7 - index % 8) & 1 == 1));
        let count = (8 * frame.len()).div_ceil(14);
        let word = |n: usize| (0..14).fold(0, |word, k| word << 1 | bit(14 * n + k));
        words.extend((0..count).map(|n| ((word(n) << 2) as i16) >> 2));
        words.resize(words.len().next_multiple_of(1024), 0);
    }
    pcm16(words)
}

fn with_list(bytes: Vec<u8>) -> Vec<u8> {
    [bytes, b"LIST\x14\0\0\0INFOISFT\x07\0\0\0a tool\0\0".to_vec()].concat()
}

#[track_caller]
fn assert_tone(decoded: &Decoded, codec: &str, name: &str) {
    assert_eq!(decoded.format.codec, codec, "{name}");
    assert_eq!(decoded.report.warnings, [], "{name}");
    // Encoder delay and the last frame's padding: at most two frames of 1,536 samples.
    let (samples, rate_hz) = (decoded.channels[0].len(), decoded.format.rate_hz as usize);
    assert!((2 * rate_hz..2 * rate_hz + 2 * 1536).contains(&samples), "{name}: {samples}");
    let middle = &decoded.channels[0][rate_hz / 2..rate_hz];
    let power = middle.iter().map(|s| f64::from(s * s)).sum::<f64>() / middle.len() as f64;
    // A sine of 0.25 has a power of 1/32; noise at full scale ten times that. 5 % for lossy codecs.
    assert!((power * 32.0 - 1.0).abs() < 0.05, "{name}: {power}");
}

#[test]
fn dts_and_ac3_behind_a_pcm_header_are_decoded_as_what_they_are() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("bit-streams");
    let dts = encode(&ffmpeg, &scratch, 44_100, &["-c:a", "dca", "-strict", "-2", "-b:a", "768k", "-f", "dts"]);
    let ac3 = encode(&ffmpeg, &scratch, 48_000, &["-c:a", "ac3", "-b:a", "192k", "-f", "ac3"]);
    let bursts = encode(&ffmpeg, &scratch, 48_000, &["-c:a", "ac3", "-b:a", "192k", "-f", "spdif"]);
    let dts_14 = in_14_bits(&dts);
    for (name, codec, rate_hz, data) in [
        ("dts, 16 bits, little-endian", "dts", 44_100, swapped(&dts)),
        ("dts, 16 bits, big-endian", "dts", 44_100, dts.clone()),
        ("dts, 14 bits, little-endian", "dts", 44_100, dts_14.clone()),
        ("dts, 14 bits, big-endian", "dts", 44_100, swapped(&dts_14)),
        ("dts after half a second of silence", "dts", 44_100, [vec![0; 88_200], swapped(&dts)].concat()),
        ("ac3, big-endian", "ac3", 48_000, ac3.clone()),
        ("ac3, little-endian", "ac3", 48_000, swapped(&ac3)),
        ("ac3 in bursts", "ac3", 48_000, bursts.clone()),
    ] {
        let file = with_list(wav(1, 2, rate_hz, 16, &data));
        assert_tone(&decode_with(&scratch.write("x.wav", &file), Some(ffmpeg.clone())).unwrap(), codec, name);
        let error = decode(&scratch.write("x.wav", &file)).err().expect("not without ffmpeg");
        assert_eq!(error.kind(), ErrorKind::UnsupportedCodec, "{name}");
        assert!(error.message().contains(codec), "{error}");
    }
    // ffmpeg does not know bursts in the other byte order: refused by name.
    let file = wav(1, 2, 48_000, 16, &swapped(&bursts));
    let error = decode_with(&scratch.write("x.wav", &file), Some(ffmpeg)).err().expect("refused");
    assert_eq!(error.kind(), ErrorKind::UnsupportedFormat);
    assert!(error.message().contains("ac3"), "{error}");
}

#[test]
fn vorbis_in_wave_is_decoded_as_the_ogg_stream_it_is() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("vorbis");
    let ogg = encode(&ffmpeg, &scratch, 44_100, &["-c:a", "libvorbis", "-f", "ogg"]);
    let alone: PathBuf = scratch.write("x.ogg", &ogg);
    let alone = decode(&alone).unwrap();
    for tag in [0x674f, 0x6750, 0x6751, 0x676f, 0x6770, 0x6771] {
        let decoded = decode(&scratch.write("x.wav", &with_list(wav(tag, 2, 44_100, 16, &ogg)))).unwrap();
        assert_tone(&decoded, "vorbis", "vorbis");
        assert!(decoded.channels == alone.channels, "{tag:x}");
    }
}

#[test]
fn a_bit_stream_in_au_is_decoded_and_in_a_lossless_codec_refused_by_name() {
    let Some((ffmpeg, flac)) = program("ffmpeg").zip(program("flac")) else { return };
    let scratch = Scratch::new("hidden");
    let dts = encode(&ffmpeg, &scratch, 44_100, &["-c:a", "dca", "-strict", "-2", "-b:a", "768k", "-f", "dts"]);
    // Sun's header: offset, size, 16-bit samples, rate, channels; big-endian.
    let fields = [24, dts.len() as u32, 3, 44_100, 2].map(u32::to_be_bytes).concat();
    let au = [b".snd".as_slice(), &fields, &dts].concat();
    assert_tone(&decode_with(&scratch.write("x.au", &au), Some(ffmpeg.clone())).unwrap(), "dts", "au");
    // AIFF: COMM with the rate as an 80-bit float, then SSND.
    let frames = (dts.len() as u32 / 4).to_be_bytes();
    let common = [[0, 2].as_slice(), &frames, &[0, 16, 0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0]].concat();
    let sound = [[0; 8].as_slice(), &dts].concat();
    let chunk = |id: &[u8; 4], content: &[u8]| [id, (content.len() as u32).to_be_bytes().as_slice(), content].concat();
    let form = [b"AIFF".as_slice(), &chunk(b"COMM", &common), &chunk(b"SSND", &sound)].concat();
    let aiff = chunk(b"FORM", &form);
    assert_tone(&decode_with(&scratch.write("x.aiff", &aiff), Some(ffmpeg.clone())).unwrap(), "dts", "aiff");
    // As ripped from a DTS CD: half a second of silence, then the stream.
    let samples = [vec![0; 88_200], swapped(&dts)].concat();
    let rip = scratch.write("x.wav", &wav(1, 2, 44_100, 16, &samples));
    let out = scratch.path("x.flac");
    run(&flac, &["-sf", rip.to_str().expect("UTF-8"), "-o", out.to_str().expect("UTF-8")]);
    let rip = scratch.write("x.raw", &samples);
    let input = rip.to_str().expect("UTF-8");
    let mut files = vec![out];
    for (name, codec) in [("x.m4a", "alac"), ("x.caf", "pcm_s16le")] {
        let out = scratch.path(name);
        // Read as raw samples, because ffmpeg knows that they are DTS.
        let raw = ["-f", "s16le", "-ar", "44100", "-ac", "2", "-i", input, "-c:a", codec, out.to_str().expect("UTF-8")];
        run(&ffmpeg, &[["-v", "error", "-y"].as_slice(), &raw].concat());
        files.push(out);
    }
    for path in files {
        let error = decode_with(&path, Some(ffmpeg.clone())).err();
        let error = error.unwrap_or_else(|| panic!("{} is refused", path.display()));
        assert_eq!(error.kind(), ErrorKind::UnsupportedFormat, "{}", path.display());
        assert!(error.message().contains("dts"), "{error}");
    }
}
