//! Chroma and key through the whole pass, on notes and cadences whose pitch class and key are known.

mod signal;

use std::f64::consts::TAU;

use fp_dsp::{Analysis, dimension::Key};
use signal::{Noise, analyze, render, sine};

const RATES_HZ: [u32; 4] = [22_050, 44_100, 48_000, 96_000];
/// C3, the lowest note of the chroma; it has 60, up to B7.
const MIN_NOTE: u8 = 48;
const NOTES: u8 = 60;

/// Frequency of a MIDI note number.
fn note_hz(note: u8) -> f64 {
    440.0 * ((f64::from(note) - 69.0) / 12.0).exp2()
}

/// A tone with overtones that fall as 1/h², as many as stay below 10 kHz, struck at 0 and dying away.
fn struck(hz: f64, since_s: f64) -> f64 {
    let overtones = (1..=6).map(f64::from).take_while(|h| h * hz < 10_000.0);
    let sum: f64 = overtones.map(|h| (TAU * hz * h * since_s).sin() / (h * h)).sum();
    (-since_s).exp() * (1.0 - (-since_s * 200.0).exp()) * sum
}

/// Chords of one second each, tuned `cents` away from A = 440 Hz.
fn chords(rate_hz: u32, chords: &[Vec<u8>], cents: f64) -> Vec<f32> {
    let detuned = (cents / 1200.0).exp2();
    render(rate_hz, chords.len() as f64, |t| {
        let notes = &chords[t as usize];
        0.1 * notes.iter().map(|&note| struck(note_hz(note) * detuned, t.fract())).sum::<f64>()
    })
}

fn strongest_class(analysis: &Analysis) -> usize {
    let chroma = analysis.details.chroma.expect("the audio has tones");
    (0..12).max_by(|&a, &b| chroma[a].total_cmp(&chroma[b])).expect("twelve classes")
}

#[test]
fn each_note_of_five_octaves_is_its_pitch_class_at_every_rate() {
    for rate_hz in RATES_HZ {
        for note in MIN_NOTE..MIN_NOTE + NOTES {
            let analysis = analyze(rate_hz, &[sine(rate_hz, note_hz(note), 2.0)]);
            assert_eq!(strongest_class(&analysis), usize::from(note % 12), "{} Hz at {rate_hz} Hz", note_hz(note));
            // The abrupt start and end spread over all classes: 2 of about 12 frames.
            let concentration = analysis.fingerprint.get(Key::chroma_energy).unwrap();
            assert!(concentration > 0.9, "{} Hz at {rate_hz} Hz: {concentration}", note_hz(note));
        }
    }
}

#[test]
fn a_note_with_overtones_is_the_class_of_its_fundamental() {
    for note in MIN_NOTE..MIN_NOTE + NOTES {
        let tone = render(44_100, 2.0, |t| 0.3 * struck(note_hz(note), t));
        assert_eq!(strongest_class(&analyze(44_100, &[tone])), usize::from(note % 12), "{} Hz", note_hz(note));
    }
}

#[test]
fn an_orchestra_a_third_of_a_semitone_off_keeps_its_pitch_classes() {
    for note in MIN_NOTE..MIN_NOTE + 12 {
        for cents in [-33.0, -15.0, 15.0, 33.0] {
            let analysis = analyze(44_100, &[chords(44_100, &[vec![note + 12], vec![note + 24]], cents)]);
            assert_eq!(strongest_class(&analysis), usize::from(note % 12), "note {note}, {cents} cents");
        }
    }
}

/// A triad in close position with its root doubled an octave below.
fn triad(root: u8, minor: bool) -> Vec<u8> {
    vec![root - 12, root, root + if minor { 3 } else { 4 }, root + 7]
}

#[test]
fn cadences_have_their_key_in_all_24() {
    for tonic in 0..12_u8 {
        for minor in [false, true] {
            let root = 60 + tonic;
            let (one, four, five) = (triad(root, minor), triad(root + 5, minor), triad(root + 7, false));
            let key = analyze(44_100, &[chords(44_100, &[one.clone(), four, five, one], 0.0)]).details.key.unwrap();
            assert_eq!((key.tonic, key.minor), (tonic, minor), "strength {}", key.strength);
            assert!(key.strength > 0.7, "{tonic} {minor}: {}", key.strength);
        }
    }
}

/// The same harmony as a player might voice it: each note but the bass in an octave drawn at random.
fn voiced(chord: &[u8], random: &mut Noise) -> Vec<u8> {
    let octave = |random: &mut Noise| if random.uniform() > 0.0 { 12 } else { 0 };
    chord.iter().enumerate().map(|(index, &note)| if index == 0 { note } else { note + octave(random) }).collect()
}

#[test]
fn longer_cadences_have_their_key_whatever_their_voicing_tuning_and_rate() {
    let mut random = Noise::seeded(24);
    for tonic in 0..12_u8 {
        for minor in [false, true] {
            let root = 55 + tonic;
            // I vi ii V7 I, and i VI iv V7 i with the leading tone.
            let mut fifth = triad(root + 7, false);
            fifth.push(root + 17);
            let between = if minor {
                [triad(root + 8, false), triad(root + 5, true)]
            } else {
                [triad(root + 9, true), triad(root + 2, true)]
            };
            let [second, third] = between;
            let plain = [triad(root, minor), second, third, fifth, triad(root, minor)];
            let played: Vec<Vec<u8>> = plain.iter().map(|chord| voiced(chord, &mut random)).collect();
            let rate_hz = RATES_HZ[usize::from(tonic) % RATES_HZ.len()];
            let cents = 30.0 * random.uniform();
            let key = analyze(rate_hz, &[chords(rate_hz, &played, cents)]).details.key.unwrap();
            let wanted = ((root % 12), minor);
            assert_eq!(
                (key.tonic, key.minor),
                wanted,
                "{played:?} at {rate_hz} Hz, {cents:.0} cents: {}",
                key.strength
            );
        }
    }
}
