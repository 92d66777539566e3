//! The tempo of grooves: their rhythms are written down step by step, so that their beat is known.
//!
//! A tempo that is an octave off is an error. The grooves have several metres and styles, with and without drums. Their
//! tempi are moderate, because beyond about 70–165 BPM listeners themselves disagree.

mod signal;

use std::f64::consts::TAU;

use fp_dsp::dimension::Key;
use signal::{Noise, analyze};

const RATE_HZ: u32 = 22_050;

/// An instrument and its bar: `x` loud, `o` softer, anything else a rest.
type Part = (fn(f64, &mut Noise) -> f64, &'static str);

fn kick(t: f64, _: &mut Noise) -> f64 {
    (TAU * (50.0 * t + 3.0 * (1.0 - (-t / 0.02).exp()))).sin() * (-t / 0.1).exp()
}

fn snare(t: f64, noise: &mut Noise) -> f64 {
    0.5 * noise.uniform() * (-t / 0.1).exp()
}

fn hat(t: f64, noise: &mut Noise) -> f64 {
    0.3 * noise.uniform() * (-t / 0.03).exp()
}

fn pluck(t: f64, _: &mut Noise) -> f64 {
    (1..6).map(|h| (TAU * 220.0 * f64::from(h) * t).sin() / f64::from(h)).sum::<f64>() * (-t / 0.2).exp()
}

fn chord(t: f64, noise: &mut Noise) -> f64 {
    [1.0, 1.25, 1.5].map(|pitch| pluck(pitch * t, noise) * (-t / 0.5).exp()).iter().sum()
}

/// Plays all parts together for 24 s, repeating their bars.
fn play(steps_per_beat: f64, parts: &[Part], bpm: f64) -> Vec<f32> {
    let rate = f64::from(RATE_HZ);
    let mut noise = Noise::seeded(11);
    let mut samples = vec![0.0; 24 * RATE_HZ as usize];
    for (sound, rhythm) in parts {
        let steps = (24.0 * bpm / 60.0 * steps_per_beat) as usize;
        for (step, mark) in rhythm.bytes().cycle().take(steps).enumerate() {
            let level = match mark {
                b'x' => 0.2,
                b'o' => 0.1,
                _ => continue,
            };
            let start = (step as f64 * 60.0 / bpm / steps_per_beat * rate).round() as usize;
            for (n, sample) in samples[start..].iter_mut().take(RATE_HZ as usize / 2).enumerate() {
                *sample += (level * sound(n as f64 / rate, &mut noise)) as f32;
            }
        }
    }
    samples
}

/// Tempo and confidence.
fn read(samples: &[f32]) -> (f64, f64) {
    let analysis = analyze(RATE_HZ, &[samples.to_vec()]);
    let tempo = analysis.fingerprint.get(Key::tempo_bpm).expect("a groove has a tempo");
    (tempo, analysis.details.tempo_confidence.expect("a tempo has a confidence"))
}

fn assert_beats(name: &str, steps_per_beat: f64, parts: &[Part], tempi_bpm: &[f64]) {
    for &bpm in tempi_bpm {
        let (tempo, confidence) = read(&play(steps_per_beat, parts, bpm));
        assert!((tempo / bpm - 1.0).abs() < 0.01, "{name} at {bpm} BPM reads {tempo} ({confidence:.2})");
        assert!((0.0..=1.0).contains(&confidence), "{name}: {confidence}");
    }
}

#[test]
fn backbeats_are_neither_halved_nor_doubled() {
    let rock: [Part; 3] = [(kick, "x...o...x.o....."), (snare, "....x.......x..."), (hat, "x.o.x.o.x.o.x.o.")];
    assert_beats("rock", 4.0, &rock, &[98.0, 118.0, 142.0]);
    let house: [Part; 3] = [(kick, "x...x...x...x..."), (snare, "....x.......x..."), (hat, "..x...x...x...x.")];
    assert_beats("house", 4.0, &house, &[118.0, 124.0, 132.0]);
}

#[test]
fn sixteenths_and_syncopation_do_not_double_the_beat() {
    let funk: [Part; 3] = [(kick, "x.o....o..o..o.."), (snare, "....x..o.o..x..o"), (hat, "xoxoxoxoxoxoxoxo")];
    assert_beats("funk", 4.0, &funk, &[104.0, 112.0]);
    let bossa: [Part; 2] = [(kick, "x..ox..ox..ox..o"), (hat, "xoxoxoxoxoxoxoxo")];
    assert_beats("bossa", 4.0, &bossa, &[120.0, 132.0]);
}

#[test]
fn ternary_metres_keep_the_beat_and_not_its_thirds() {
    let shuffle: [Part; 3] = [(kick, "x....ox....o"), (snare, "...x.....x.."), (hat, "x.ox.ox.ox.o")];
    assert_beats("shuffle", 3.0, &shuffle, &[92.0, 108.0, 126.0]);
    let waltz: [Part; 3] = [(kick, "x..........."), (snare, "....o...o..."), (pluck, "x...x...x.o.")];
    assert_beats("waltz", 4.0, &waltz, &[104.0, 120.0, 138.0]);
}

#[test]
fn music_without_drums_has_a_tempo() {
    let arpeggio: [Part; 1] = [(pluck, "x.o.x.o.x.o.x.o.")];
    assert_beats("arpeggio", 4.0, &arpeggio, &[104.0, 120.0]);
    let chords: [Part; 1] = [(chord, "x...o...x...o...")];
    assert_beats("chords", 4.0, &chords, &[76.0, 108.0]);
}

#[test]
fn confidence_falls_towards_the_edge_where_octaves_are_open() {
    let rock: [Part; 3] = [(kick, "x...o...x.o....."), (snare, "....x.......x..."), (hat, "x.o.x.o.x.o.x.o.")];
    let [middle, fast, edge] = [118.0, 146.0, 178.0].map(|bpm| read(&play(4.0, &rock, bpm)).1);
    assert!(middle > fast && fast > edge, "{middle:.2} {fast:.2} {edge:.2}");
    assert!(middle > 0.8 && edge < 0.65, "{middle:.2} {edge:.2}");
}
