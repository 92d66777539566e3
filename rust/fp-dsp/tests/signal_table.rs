//! The table of signals in FINGERPRINTING_ARCHITECTURE.md, each row through the whole pass.
//!
//! Kernels have their own closed forms beside the code; here the final 25 values must be right. The
//! row of notes and pitch classes is in `pitch_claims.rs`.

mod signal;

use fp_dsp::{Analysis, NullReason, dimension::Key};
use signal::{Noise, analyze, clicks, pink_noise, sine, white_noise};

const RATES_HZ: [u32; 4] = [22_050, 44_100, 48_000, 96_000];

fn value(analysis: &Analysis, key: Key) -> f64 {
    analysis.fingerprint.get(key).unwrap_or_else(|reason| panic!("{key:?} is null: {reason:?}"))
}

#[test]
fn a_sine_is_one_band_tonal_harmonic_and_without_pulse() {
    for rate_hz in RATES_HZ {
        let analysis = analyze(rate_hz, &[sine(rate_hz, 700.0, 12.0)]);
        assert!(value(&analysis, Key::low_mid_pct) > 99.9, "{rate_hz}");
        assert!(value(&analysis, Key::spectral_flatness) < 0.001, "{rate_hz}");
        assert!(value(&analysis, Key::harmonic_ratio) > 0.98, "{rate_hz}");
        // At most its start and its end.
        assert!(value(&analysis, Key::transient_density) <= 2.0 / 12.0, "{rate_hz}");
        assert_eq!(analysis.fingerprint.get(Key::tempo_bpm), Err(NullReason::NoPulse), "{rate_hz}");
        let concert_a = analyze(rate_hz, &[sine(rate_hz, 440.0, 6.0)]);
        assert!(value(&concert_a, Key::pitch_stability) > 0.98, "{rate_hz}");
    }
}

#[test]
fn clicks_have_their_tempo_and_their_density() {
    for (index, bpm) in (60..=200).step_by(10).map(f64::from).enumerate() {
        let rate_hz = RATES_HZ[index % RATES_HZ.len()];
        let analysis = analyze(rate_hz, &[clicks(rate_hz, bpm, 30.0, 0.0, 1)]);
        let tempo = value(&analysis, Key::tempo_bpm);
        assert!((tempo / bpm - 1.0).abs() < 0.01, "{bpm} at {rate_hz} Hz reads {tempo}");
        assert!(value(&analysis, Key::rhythm_stability) > 0.8, "{bpm}");
        let density = value(&analysis, Key::transient_density);
        assert!((density / (bpm / 60.0) - 1.0).abs() < 0.05, "{bpm}: {density} onsets/s");
        assert!(value(&analysis, Key::harmonic_ratio) < 0.05, "{bpm}");
    }
}

#[test]
fn jitter_lowers_rhythm_stability_step_by_step() {
    // Means over seeds: a single track of 60 clicks scatters by about ±0.1.
    let stability = |jitter: f64| {
        let seeds = 1..=6;
        let readings = seeds.map(|seed| {
            let analysis = analyze(22_050, &[clicks(22_050, 120.0, 30.0, jitter, seed)]);
            analysis.fingerprint.get(Key::rhythm_stability).unwrap_or(0.0)
        });
        readings.sum::<f64>() / 6.0
    };
    let readings = [0.05, 0.10, 0.25].map(stability);
    for (reading, expected) in readings.iter().zip([0.49, 0.27, 0.17]) {
        assert!((reading - expected).abs() < 0.1, "{readings:?}");
    }
    assert!(readings.is_sorted_by(|a, b| a > b), "{readings:?}");
}

#[test]
fn noise_is_flat_toneless_pulseless_and_the_same_at_every_level() {
    for (name, noise) in [("white", white_noise(44_100, 30.0, 4)), ("pink", pink_noise(44_100, 30.0, 4))] {
        let at = |gain: f32| analyze(44_100, &[noise.iter().map(|x| x * gain).collect()]);
        let loud = at(1.0);
        assert!(value(&loud, Key::chroma_energy) < 0.05, "{name}");
        assert!(value(&loud, Key::pitch_stability) < 0.1, "{name}");
        assert!(value(&loud, Key::transient_density) < 2.0, "{name}");
        assert_eq!(loud.fingerprint.get(Key::tempo_bpm), Err(NullReason::NoPulse), "{name}");
        if name == "white" {
            assert!(value(&loud, Key::spectral_flatness) > 0.5);
        }
        // 40 dB quieter: only f32 rounding may change the bands.
        let quiet = at(0.01);
        for key in [Key::sub_bass_pct, Key::bass_pct, Key::low_mid_pct, Key::mid_pct, Key::presence_pct, Key::air_pct] {
            let (a, b) = (value(&loud, key), value(&quiet, key));
            assert!((a - b).abs() < 1e-3, "{name} {key:?}: {a} and {b} %");
        }
    }
}

#[test]
fn width_and_correlation_tell_mono_independent_and_anti_phase() {
    let left = white_noise(44_100, 30.0, 1);
    let other = white_noise(44_100, 30.0, 2);
    let negative = left.iter().map(|x| -x).collect();
    for (right, width, correlation) in [(left.clone(), 0.0, 1.0), (other, 0.5, 0.0), (negative, 1.0, -1.0)] {
        let analysis = analyze(44_100, &[left.clone(), right]);
        assert!((value(&analysis, Key::stereo_width) - width).abs() <= 0.01);
        assert!((value(&analysis, Key::phase_correlation) - correlation).abs() <= 0.01);
    }
}

#[test]
fn a_sine_at_full_scale_in_front_reads_minus_3_01_lufs() {
    // EBU Tech 3341: a 997 Hz sine at 0 dBFS in one front channel of a stereo stream.
    let mut samples = sine(48_000, 997.0, 20.0);
    samples.iter_mut().for_each(|x| *x *= 2.0);
    let silent = vec![0.0; samples.len()];
    let analysis = analyze(48_000, &[samples, silent]);
    assert!((value(&analysis, Key::lufs) + 3.01).abs() < 0.05, "{}", value(&analysis, Key::lufs));
}

#[test]
fn seeded_noise_is_what_it_claims() {
    let mut noise = Noise::seeded(9);
    let samples: Vec<f64> = (0..100_000).map(|_| noise.uniform()).collect();
    let mean = samples.iter().sum::<f64>() / 1e5;
    let power = samples.iter().map(|x| x * x).sum::<f64>() / 1e5;
    assert!(mean.abs() < 0.01 && (power - 1.0 / 3.0).abs() < 0.01, "{mean} {power}");
}
