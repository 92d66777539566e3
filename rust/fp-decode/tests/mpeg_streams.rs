//! MPEG audio as it lies about: joined, in free format, with mixed blocks, inside other streams, and what only looks
//! like it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panics")]

mod common;

use std::path::{Path, PathBuf};

use common::{Scratch, decode, decode_with, pcm16, program, run, tone_per_channel, wav};
use fp_decode::ErrorKind;

/// The samples of a frame of MPEG-1 layer II and III.
const FRAME_SAMPLES: u64 = 1152;

/// `samples` of tones in two channels at 48 kHz, encoded by `lame` with `arguments`.
fn lame_file(scratch: &Scratch, lame: &Path, arguments: &[&str], channels: u16, samples: u32) -> Vec<u8> {
    let wav = scratch.write("x.wav", &tone_per_channel(channels, samples));
    let out = scratch.path("x.mp3");
    let mut all = vec!["--quiet", "--noreplaygain"];
    all.extend(arguments);
    all.extend([wav.to_str().unwrap(), out.to_str().unwrap()]);
    run(lame, &all);
    std::fs::read(&out).unwrap()
}

#[test]
fn joined_files_are_whole_though_the_first_states_its_own_length() {
    let Some(lame) = program("lame") else { return };
    let scratch = Scratch::new("joined");
    let (short, long) =
        (lame_file(&scratch, &lame, &["-b", "128"], 2, 48_000), lame_file(&scratch, &lame, &[], 2, 96_000));
    let alone = decode(&scratch.write("short.mp3", &short)).unwrap();
    assert_eq!(alone.report.samples, 48_000);
    // Each file has an ID3v1 tag behind it, and the second one also a picture before it.
    let v1 = [b"TAG".as_slice(), &[b' '; 125]].concat();
    let picture = [b"ID3\x04\0\0\0\0\x20\0".as_slice(), &[0xff; 4096]].concat();
    let joined = [&short, &v1, &picture, &long, &v1].map(Vec::as_slice).concat();
    let decoded = decode(&scratch.write("joined.mp3", &joined)).unwrap();
    assert_eq!(decoded.report.warnings, []);
    // What the encoder pads stays at the joint and the end: its delay of 1105 samples and up to two frames, twice.
    let padding = decoded.report.samples - 144_000;
    assert!((1..=1105 + 4 * FRAME_SAMPLES).contains(&padding), "{padding}");
}

#[test]
fn frames_may_change_rate_and_channels() {
    let Some(lame) = program("lame") else { return };
    let scratch = Scratch::new("changes");
    let part = |channels, arguments: &[&str]| {
        let arguments = [arguments, &["-t", "--cbr", "-b", "128"]].concat();
        lame_file(&scratch, &lame, &arguments, channels, 48_000)
    };
    let (stereo, mono, half) = (part(2, &[]), part(1, &["-m", "m"]), part(2, &["--resample", "24"]));
    for (name, parts, changes) in [
        ("mono", [&stereo, &mono, &stereo], 2),
        ("stereo", [&mono, &stereo, &mono], 2),
        ("rate", [&stereo, &half, &stereo], 2),
    ] {
        let bytes = parts.map(Vec::as_slice).concat();
        let decoded = decode(&scratch.write("changes.mp3", &bytes)).unwrap();
        // Each part has the encoder's delay and padding: up to three frames, which at 24 kHz last twice as long.
        let excess = decoded.report.samples.checked_sub(3 * 48_000);
        assert!(excess.is_some_and(|excess| excess < 3 * 3 * FRAME_SAMPLES), "{name}: {excess:?}");
        assert_eq!(decoded.warning("format_change"), Some(changes), "{name}: {:?}", decoded.report.warnings);
        assert_eq!(decoded.report.warnings.len(), 1, "{name}: {:?}", decoded.report.warnings);
        for second in 0..3 {
            let middle = second * 50_000 + 10_000..second * 50_000 + 34_000;
            let tone = common::loudest_multiple_of_300_hz(&decoded.channels[0][middle]);
            assert_eq!(tone, 1, "{name}, part {second}");
        }
    }
}

/// A frame of layer III may begin in those before it; these bytes are not lost when the number of channels changes.
#[test]
fn the_bit_reservoir_outlives_a_change_of_channels() {
    let Some(lame) = program("lame") else { return };
    let scratch = Scratch::new("reservoir");
    let mut bytes = lame_file(&scratch, &lame, &["-t", "--cbr", "-b", "128", "-m", "m"], 1, 96_000);
    let whole = decode(&scratch.write("whole.mp3", &bytes)).unwrap();
    // 128 kbit/s at 48 kHz: every frame has 384 bytes, of which 363 are main data. `main_data_begin` is nine bits.
    let begin = |frame: usize| usize::from(bytes[frame * 384 + 4]) << 1 | usize::from(bytes[frame * 384 + 5] >> 7);
    let frame = (40..60).find(|&frame| (100..450).contains(&begin(frame)) && begin(frame + 1) <= 363).unwrap();
    // A silent stereo frame at 32 kbit/s has 96 bytes, of which 60 are main data, which the next frame must skip.
    let begins = begin(frame) + 60;
    bytes[frame * 384 + 4] = (begins >> 1) as u8;
    bytes[frame * 384 + 5] = bytes[frame * 384 + 5] & 0x7f | ((begins & 1) << 7) as u8;
    let mut silent = vec![0; 96];
    silent[..4].copy_from_slice(&[0xff, 0xfb, 0x14, 0x00]);
    let switched = [&bytes[..frame * 384], &silent, &bytes[frame * 384..]].concat();
    let switched = decode(&scratch.write("switched.mp3", &switched)).unwrap();
    assert_eq!(switched.report.samples, whole.report.samples + FRAME_SAMPLES);
    // Behind the first granule and the filter's memory of it the samples are those of the unchanged file.
    let start = frame * 1152 + 576 + 480;
    let pairs = whole.channels[0][start..].iter().zip(&switched.channels[0][start + 1152..]);
    let difference = pairs.fold(0.0_f32, |largest, (a, b)| largest.max((a - b).abs()));
    assert!(difference < 1e-5, "{difference}");
}

#[test]
fn free_format_is_refused_by_name() {
    let Some(lame) = program("lame") else { return };
    let scratch = Scratch::new("free");
    let bytes = lame_file(&scratch, &lame, &["--freeformat", "-b", "400"], 2, 48_000);
    let error = decode_with(&scratch.write("free.mp3", &bytes), program("ffmpeg")).err().expect("must fail");
    assert_eq!(error.kind(), ErrorKind::UnsupportedFormat);
    assert!(error.message().contains("free format is not supported"), "{error}");
}

/// Marks the short blocks of a mono MPEG-1 MP3 at 44.1 kHz as mixed where that leaves the bit stream valid: where the
/// scale factors of the lower bands take no bits (`scalefac_compress` under 4). ISO 11172-3, 2.4.1.7 and 2.4.2.7.
fn mark_mixed(mp3: &mut [u8]) -> usize {
    let bit = |mp3: &[u8], at: usize| mp3[at / 8] >> (7 - at % 8) & 1;
    let mut marked = 0;
    let mut frame = 0;
    while frame + 40 < mp3.len() {
        let kbit =
            [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0][usize::from(mp3[frame + 2] >> 4)];
        for granule in 0..2 {
            let window = (frame + 4) * 8 + 18 + granule * 59 + 33;
            let compress = (window - 4..window).fold(0, |value, at| value << 1 | bit(mp3, at));
            let is_short = [0, 1, 2].map(|offset| bit(mp3, window + offset)) == [1, 1, 0];
            if is_short && compress < 4 {
                mp3[(window + 3) / 8] |= 1 << (7 - (window + 3) % 8);
                marked += 1;
            }
        }
        frame += 144_000 * kbit / 44_100 + usize::from(mp3[frame + 2] >> 1 & 1);
    }
    marked
}

#[test]
fn mixed_blocks_are_decoded_by_ffmpeg_and_not_without_it() {
    let (Some(lame), Some(ffmpeg)) = (program("lame"), program("ffmpeg")) else { return };
    let scratch = Scratch::new("mixed");
    // Clicks over a low tone make the encoder use short blocks.
    let samples = (0..132_300).map(|n| {
        let tone = 65.0 * (f64::from(n) * std::f64::consts::TAU * 80.0 / 44_100.0).sin();
        (if n % 11_025 < 22 { 3277.0 } else { 0.0 } + tone) as i16
    });
    let wav = scratch.write("clicks.wav", &wav(1, 1, 44_100, 16, &pcm16(samples)));
    let out = scratch.path("clicks.mp3");
    run(&lame, &["--quiet", "--noreplaygain", "-b", "128", wav.to_str().unwrap(), out.to_str().unwrap()]);
    let mut mp3 = std::fs::read(&out).unwrap();
    assert!(mark_mixed(&mut mp3) > 0);
    let path = scratch.write("mixed.mp3", &mp3);
    let error = decode(&path).err().expect("must fail");
    assert_eq!(error.kind(), ErrorKind::UnsupportedCodec);
    assert!(error.message().contains("mixed blocks"), "{error}");
    let decoded = decode_with(&path, Some(ffmpeg)).unwrap();
    assert_eq!(decoded.format.decoder, "ffmpeg");
    // The clicks have a tenth of full scale. Without the scale of one band they come out 25,000 times as loud.
    let peak = decoded.channels[0].iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
    assert!((0.05..0.2).contains(&peak), "{peak}");
}

#[test]
fn streams_inside_program_and_transport_streams_and_true_hd_are_demultiplexed() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("systems");
    let wav = scratch.write("x.wav", &tone_per_channel(2, 96_000));
    for (name, container, arguments) in [
        ("x.mpg", "mpeg_ps", "-c:a mp2 -f mpeg"),
        ("x.vob", "mpeg_ps", "-c:a mp2 -f vob"),
        ("x.ts", "mpeg_ts", "-c:a mp2 -f mpegts"),
        ("x.m2ts", "mpeg_ts", "-c:a mp2 -f mpegts -mpegts_m2ts_mode 1"),
        ("x.thd", "truehd", "-c:a truehd -strict -2 -f truehd"),
        ("x.mlp", "mlp", "-c:a mlp -strict -2 -f mlp"),
    ] {
        let out: PathBuf = scratch.path(name);
        let mut all = vec!["-v", "error", "-y", "-i", wav.to_str().unwrap()];
        all.extend(arguments.split(' '));
        all.push(out.to_str().unwrap());
        run(&ffmpeg, &all);
        let decoded = decode_with(&out, Some(ffmpeg.clone())).unwrap();
        assert_eq!(decoded.format.container, container, "{name}");
        // Layer II is padded to a whole frame and has a delay of 481 samples, which no container states.
        assert!((96_000..=96_000 + 2 * FRAME_SAMPLES).contains(&decoded.report.samples), "{name}");
        assert_eq!(decoded.report.warnings, [], "{name}");
        let error = decode(&out).err().expect("must fail");
        assert_eq!(error.kind(), ErrorKind::UnsupportedCodec, "{name}: {error}");
    }
}

#[test]
fn a_few_frames_in_a_program_are_no_audio_and_a_short_mp3_with_a_large_cover_is() {
    let Some(lame) = program("lame") else { return };
    let scratch = Scratch::new("share");
    let mp3 = lame_file(&scratch, &lame, &["-t", "-b", "128"], 2, 24_000);
    let noise: Vec<u8> = (0u32..150_000).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let error =
        decode(&scratch.write("program.mp3", &[noise.as_slice(), &mp3, &noise].concat())).err().expect("must fail");
    assert_eq!(error.kind(), ErrorKind::UnrecognisedFormat);
    // 150,000 bytes in the seven-bit digits of ID3v2: 9, 19, 112.
    let cover = [b"ID3\x04\0\0\0\x09\x13\x70".as_slice(), &noise, &mp3].concat();
    let decoded = decode(&scratch.write("cover.mp3", &cover)).unwrap();
    assert!(decoded.report.samples >= 24_000);
    assert_eq!(decoded.report.warnings, []);
}
