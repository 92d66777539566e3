//! A film is told from a track by its moving picture, in every container; a cover is none.

mod common;

use common::{Scratch, program, run};
use fp_decode::{DecodeOptions, ErrorKind, open};

const PICTURE: [&str; 4] = ["-f", "lavfi", "-i", "testsrc=size=64x48:rate=10:duration=1"];
const SOUND: [&str; 4] = ["-f", "lavfi", "-i", "sine=frequency=440:duration=1"];

#[test]
fn films_are_refused_where_only_audio_is_wanted_and_covers_are_not() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("films");
    let make = |name: &str, arguments: &[&[&str]]| {
        let out = scratch.path(name);
        let fixed: [&[&str]; 2] = [&["-v", "error", "-y"], &[out.to_str().expect("a UTF-8 path")]];
        run(&ffmpeg, &[fixed[0], &arguments.concat(), fixed[1]].concat());
        out
    };
    let cover = make("c.jpg", &[&PICTURE, &["-frames:v", "1"]]);
    let cover = cover.to_str().unwrap();
    let with_cover = ["-i", cover, "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic"];
    let cases = [
        (true, make("a.mp4", &[&PICTURE, &SOUND, &["-c:v", "mpeg4", "-c:a", "aac"]])),
        (true, make("a.mov", &[&PICTURE, &SOUND, &["-c:v", "prores", "-c:a", "pcm_s16le"]])),
        (true, make("a.mkv", &[&PICTURE, &SOUND, &["-c:v", "mpeg4", "-c:a", "flac"]])),
        (true, make("ac3.mkv", &[&PICTURE, &SOUND, &["-c:v", "mpeg4", "-c:a", "ac3"]])),
        (true, make("a.avi", &[&PICTURE, &SOUND, &["-c:v", "mpeg4", "-c:a", "mp2"]])),
        (false, make("b.mp4", &[&SOUND, &["-c:a", "aac"]])),
        (false, make("b.mov", &[&SOUND, &["-c:a", "aac"]])),
        (false, make("b.mkv", &[&SOUND, &["-c:a", "flac"]])),
        (false, make("b.m4a", &[&SOUND, &with_cover, &["-c:a", "aac"]])),
        (false, make("b.flac", &[&SOUND, &with_cover, &["-c:a", "flac"]])),
    ];
    for (is_film, path) in cases {
        let opened = |audio_only| open(&path, &DecodeOptions { ffmpeg: Some(ffmpeg.clone().into()), audio_only });
        assert!(opened(false).is_ok(), "{}", path.display());
        let refused = opened(true).err().map(|error| error.kind());
        assert_eq!(refused, is_film.then_some(ErrorKind::Video), "{}", path.display());
    }
}
