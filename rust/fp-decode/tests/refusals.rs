//! Files that must fail, each with the right kind of error and a message for people.

mod common;

use common::{Scratch, decode, decode_with, pcm16, program, wav};
use fp_decode::ErrorKind;

fn kind_of(path: &std::path::Path) -> ErrorKind {
    let error = decode(path).err().expect("must fail");
    assert!(error.message().len() > 20, "{error}");
    error.kind()
}

#[test]
fn a_path_that_is_no_readable_file_says_why() {
    let scratch = Scratch::new("no-file");
    assert_eq!(kind_of(&scratch.path("missing.flac")), ErrorKind::NotFound);
    std::fs::create_dir(scratch.path("album.mp3")).unwrap();
    assert_eq!(kind_of(&scratch.path("album.mp3")), ErrorKind::NotAFile);
    assert_eq!(kind_of(&scratch.write("empty.wav", b"")), ErrorKind::EmptyFile);
}

#[test]
fn text_noise_and_zeros_are_no_audio_whatever_their_name() {
    let scratch = Scratch::new("noise");
    let noise: Vec<u8> = (0u32..50_000).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for (name, bytes) in [("a.mp3", b"#EXTM3U\nother.mp3\n".as_slice()), ("b.flac", &noise), ("c.ogg", &[0; 9000])] {
        assert_eq!(kind_of(&scratch.write(name, bytes)), ErrorKind::UnrecognisedFormat, "{name}");
    }
}

#[test]
fn false_headers_are_refused_before_anything_is_allocated_for_them() {
    let scratch = Scratch::new("lies");
    let data = pcm16([0; 64]);
    for (name, channels, rate_hz) in [("channels", 9, 44_100), ("fast", 2, 4_664_081), ("slow", 1, 99)] {
        let path = scratch.write(name, &wav(1, channels, rate_hz, 16, &data));
        assert_eq!(kind_of(&path), ErrorKind::UnsupportedFormat, "{name}");
    }
    // More channels than a speaker mask has bits: the demuxer itself refuses the header.
    kind_of(&scratch.write("many", &wav(1, 208, 44_100, 16, &data)));
}

#[test]
fn headers_without_samples_decode_to_nothing() {
    let scratch = Scratch::new("headers");
    let path = scratch.write("x.wav", &wav(1, 2, 44_100, 16, &[]));
    // Without ffmpeg the file may still be decodable by it; with ffmpeg it is certain that nothing decodes.
    let error = decode(&path).err().expect("must fail");
    assert_eq!(error.kind(), ErrorKind::UnsupportedCodec);
    assert!(error.message().contains("no audio packets"), "{error}");
    if let Some(ffmpeg) = program("ffmpeg") {
        let error = decode_with(&path, Some(ffmpeg)).err().expect("must fail");
        assert_eq!(error.kind(), ErrorKind::NothingDecoded);
    }
    for length in (1..44).step_by(3) {
        let cut = scratch.write("cut.wav", &wav(1, 2, 44_100, 16, &[])[..length]);
        assert!(decode(&cut).is_err(), "{length}");
    }
}

#[test]
fn a_foreign_format_without_ffmpeg_names_ffmpeg() {
    let scratch = Scratch::new("foreign");
    let error = decode(&scratch.write("x.wv", b"wvpk\0\0\0\0\x10\x04\0\0\0\0\0\0")).err().expect("must fail");
    assert_eq!(error.kind(), ErrorKind::UnsupportedCodec);
    assert!(error.message().contains("ffmpeg") && error.message().contains("wavpack"), "{error}");
}

#[test]
fn ffmpeg_opens_no_other_file_for_a_script_under_an_audio_name() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("script");
    let target = scratch.write("secret.wav", &wav(1, 1, 44_100, 16, &pcm16([1000; 4410])));
    let concat = format!("ffconcat version 1.0\nfile '{}'\n", target.display());
    let playlist = format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n", target.display());
    // With a magic number in front, the file reaches ffmpeg, which must then read it as the format of that number.
    for text in [concat.clone(), playlist.clone(), format!("MAC {concat}"), format!("wvpk{playlist}")] {
        let path = scratch.write("song.ape", text.as_bytes());
        assert!(decode_with(&path, Some(ffmpeg.clone())).is_err(), "{text}");
    }
}

#[test]
fn a_program_that_cannot_be_started_is_named() {
    let scratch = Scratch::new("no-program");
    let path = scratch.write("x.ape", b"MAC \0\0\0\0\0\0\0\0\0\0\0\0");
    let error = decode_with(&path, Some("/nonexistent/ffmpeg".into())).err().expect("must fail");
    assert_eq!(error.kind(), ErrorKind::FfmpegFailed);
    assert!(error.message().contains("/nonexistent/ffmpeg"), "{error}");
}
