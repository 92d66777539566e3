//! Of truncated and damaged files all that decodes is delivered, and the rest is reported as missing.

mod common;

use common::{Scratch, decode, pcm16, program, run, tone_per_channel, wav};

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
