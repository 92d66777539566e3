//! Of truncated and damaged files all that decodes is delivered, and the rest is reported as missing.

mod common;

use common::{Scratch, decode, decode_with, pcm16, program, run, tone_per_channel, wav};

#[test]
fn a_cut_wav_gives_its_samples_and_counts_the_missing_ones() {
    let scratch = Scratch::new("cut-wav");
    let whole = wav(1, 1, 44_100, 16, &pcm16((0..10_000).map(|n| n as i16)));
    let path = scratch.write("x.wav", &whole[..whole.len() - 2 * 3_000]);
    let decoded = decode(&path).unwrap();
    assert_eq!(decoded.report.samples, 7_000);
    assert_eq!(decoded.warning("truncated"), Some(3_000));
}

#[test]
fn a_cut_flac_is_truncated_and_a_flac_with_a_hole_is_damaged() {
    let Some(flac) = program("flac") else { return };
    let scratch = Scratch::new("cut-flac");
    let wav = scratch.write("x.wav", &tone_per_channel(2, 48_000));
    let out = scratch.path("x.flac");
    run(&flac, &["-sf", wav.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    let whole = std::fs::read(&out).unwrap();

    let cut = decode(&scratch.write("cut.flac", &whole[..whole.len() * 2 / 3])).unwrap();
    assert!((10_000..48_000).contains(&cut.report.samples));
    assert_eq!(cut.warning("truncated"), Some(48_000 - cut.report.samples));

    let mut holed = whole.clone();
    let middle = whole.len() / 2;
    holed[middle..middle + 64].fill(0x55);
    let holed = decode(&scratch.write("hole.flac", &holed)).unwrap();
    assert!((30_000..48_000).contains(&holed.report.samples));
    assert!(holed.warning("damaged").is_some_and(|packets| packets >= 1), "{:?}", holed.report);
}

#[test]
fn stopping_early_is_no_truncation() {
    let scratch = Scratch::new("early");
    let path = scratch.write("x.wav", &wav(1, 1, 44_100, 16, &pcm16([0; 30_000])));
    let mut stream = fp_decode::open(&path, &fp_decode::DecodeOptions::default()).unwrap();
    assert_eq!(stream.expected_samples(), Some(30_000));
    stream.next_block().unwrap();
    assert_eq!(stream.finish().warnings, []);
}

#[test]
fn a_file_cut_in_half_says_how_much_is_missing_even_if_a_packet_was_lost_too() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("cut-half");
    // 4 s at 48 kHz.
    let wav = scratch.write("x.wav", &tone_per_channel(2, 192_000));
    for (name, codec) in
        [("x.m4a", "aac"), ("x.wv", "wavpack"), ("x.wma", "wmav2"), ("x.mka", "libvorbis"), ("y.mka", "flac")]
    {
        let out = scratch.path(name);
        let arguments = ["-v", "error", "-y", "-i", wav.to_str().unwrap(), "-movflags", "+faststart", "-c:a", codec];
        // Options of a muxer that the output does not use are an error: only MP4 gets them.
        let arguments: Vec<&str> =
            if codec == "aac" { arguments.to_vec() } else { [&arguments[..5], &arguments[7..]].concat() };
        run(&ffmpeg, &[&arguments[..], &[out.to_str().unwrap()]].concat());
        let mut bytes = std::fs::read(&out).unwrap();
        bytes.truncate(bytes.len() / 2);
        for damaged in [false, true] {
            if damaged {
                let hole = bytes.len() * 7 / 8;
                bytes[hole..hole + 40].fill(0x55);
            }
            let cut = decode_with(&scratch.write("cut", &bytes), Some(ffmpeg.clone())).unwrap();
            let missing = cut.warning("truncated");
            // WMA counts whole frames of 2,048 samples; a lost packet has up to half a second (WavPack).
            let expected = 192_000 - cut.report.samples;
            let tolerance = 2048 + if damaged { 24_000 } else { 0 };
            assert!(
                missing.is_some_and(|missing| missing.abs_diff(expected) <= tolerance),
                "{name}, {damaged}: {expected} are missing, {:?}",
                cut.report
            );
        }
    }
}

#[test]
fn sound_that_ends_before_the_picture_is_not_truncated() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("film");
    let wav = scratch.write("x.wav", &tone_per_channel(6, 96_000));
    for (name, codec) in [("x.mp4", "aac"), ("x.mov", "pcm_s24be"), ("x.mkv", "ac3")] {
        let out = scratch.path(name);
        let picture = ["-f", "lavfi", "-i", "color=black:s=32x32:r=5:d=5"];
        let sound = ["-i", wav.to_str().unwrap(), "-c:v", "mpeg4", "-c:a", codec, out.to_str().unwrap()];
        run(&ffmpeg, &[["-v", "error", "-y"].as_slice(), &picture, &sound].concat());
        let decoded = decode_with(&out, Some(ffmpeg.clone())).unwrap();
        assert_eq!(decoded.format.decoder, "ffmpeg", "{name}");
        // AC-3 and AAC come in frames of 1,536 and 1,024 samples; ffmpeg keeps the padding.
        assert!((96_000..96_000 + 2 * 1536).contains(&decoded.report.samples), "{name}: {:?}", decoded.report);
        assert_eq!(decoded.report.warnings, [], "{name}");
    }
}
