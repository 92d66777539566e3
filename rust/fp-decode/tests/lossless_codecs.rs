//! Lossless codecs return the samples they were made from, in the same order.

mod common;

use common::{Scratch, decode, decode_with, program, run, tone_per_channel};

#[test]
fn flac_equals_its_wav_from_one_to_eight_channels() {
    let Some(flac) = program("flac") else { return };
    let scratch = Scratch::new("flac");
    for channels in 1..=8 {
        let wav = scratch.write("x.wav", &tone_per_channel(channels, 5000));
        let out = scratch.path("x.flac");
        run(&flac, &["-sf", "--channel-map=none", wav.to_str().unwrap(), "-o", out.to_str().unwrap()]);
        let (from_wav, from_flac) = (decode(&wav).unwrap(), decode(&out).unwrap());
        assert_eq!(from_flac.channels, from_wav.channels, "{channels} channels");
        assert_eq!(from_flac.format.bit_depth, Some(16));
        assert_eq!(from_flac.report.warnings, []);
    }
}

#[test]
fn other_lossless_formats_equal_their_wav() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("lossless");
    let wav = scratch.write("x.wav", &tone_per_channel(2, 20_000));
    let expected = decode(&wav).unwrap().channels;
    // File, encoder, and the decoder that must be used.
    let cases = [
        ("x.m4a", "alac", "symphonia"),
        ("x.caf", "alac", "symphonia"),
        ("y.caf", "pcm_s16le", "symphonia"),
        ("x.aiff", "pcm_s16be", "pcm"),
        ("x.mkv", "flac", "symphonia"),
        ("x.oga", "flac", "symphonia"),
        ("x.wv", "wavpack", "ffmpeg"),
        ("x.tta", "tta", "ffmpeg"),
        ("x.w64", "pcm_s16le", "pcm"),
    ];
    for (name, encoder, decoder) in cases {
        let out = scratch.path(name);
        run(&ffmpeg, &["-v", "error", "-y", "-i", wav.to_str().unwrap(), "-c:a", encoder, out.to_str().unwrap()]);
        let decoded = decode_with(&out, Some(ffmpeg.clone())).unwrap();
        assert_eq!(decoded.channels, expected, "{name}");
        assert_eq!(decoded.format.decoder, decoder, "{name}");
        assert_eq!(decoded.format.bit_depth, Some(16), "{name}");
        assert_eq!(decoded.report.warnings, [], "{name}");
    }
}

#[test]
fn tags_behind_a_flac_are_no_part_of_its_last_frame() {
    let Some(flac) = program("flac") else { return };
    let scratch = Scratch::new("flac-tags");
    let wav = scratch.write("x.wav", &tone_per_channel(2, 48_000));
    let out = scratch.path("x.flac");
    run(&flac, &["-sf", wav.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    let plain = std::fs::read(&out).unwrap();
    let mut id3v1 = b"TAG".to_vec();
    id3v1.resize(128, b' ');
    let ape_end = |flags: u32| {
        let mut end = b"APETAGEX".to_vec();
        for number in [2000u32, 32 + 40, 1, flags, 0, 0] {
            end.extend(number.to_le_bytes());
        }
        end
    };
    let ape = [ape_end(0xa000_0000), vec![b'x'; 40], ape_end(0x8000_0000)].concat();
    let lyrics = [vec![b'L'; 30], b"000030LYRICS200".to_vec()].concat();
    for (name, tags) in [("id3v1", id3v1.clone()), ("ape", ape.clone()), ("all", [ape, lyrics, id3v1].concat())] {
        let decoded = decode(&scratch.write("tagged.flac", &[plain.clone(), tags].concat())).unwrap();
        assert_eq!((decoded.report.samples, decoded.report.warnings.len()), (48_000, 0), "{name}");
    }
}
