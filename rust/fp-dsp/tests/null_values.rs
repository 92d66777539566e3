//! Undefined values are always null, with the specified reason, never NaN and never a default.

mod signal;

use fp_dsp::{Analysis, DIMENSIONS, Group, NullReason, Value, dimension::Key};
use signal::{analyze, groove, white_noise};

const RATE_HZ: u32 = 44_100;

fn values(analysis: &Analysis) -> impl Iterator<Item = (&'static str, Group, Value)> {
    analysis.fingerprint.iter().zip(&DIMENSIONS).map(|((key, value), d)| (key, d.group, value))
}

#[test]
fn silence_is_null_but_for_silence_ratio_and_onsets() {
    for samples in [1, 4410, 44_100 * 10] {
        let analysis = analyze(RATE_HZ, &[vec![0.0; samples], vec![0.0; samples]]);
        for (key, _, value) in values(&analysis) {
            let expected = match key {
                "silence_ratio" => Ok(1.0),
                "transient_density" => Ok(0.0),
                _ => Err(NullReason::Silent),
            };
            assert_eq!(value, expected, "{key} of {samples} zeros");
        }
    }
}

#[test]
fn a_stream_without_samples_is_silent() {
    let analysis = analyze(RATE_HZ, &[vec![], vec![]]);
    assert_eq!(analysis.fingerprint.get(Key::lufs), Err(NullReason::Silent));
    assert_eq!(analysis.details.duration_s, 0.0);
}

#[test]
fn anti_phase_has_no_mid_but_all_that_needs_none() {
    let [left, _] = groove(RATE_HZ, 8.0, 120.0);
    let right: Vec<f32> = left.iter().map(|x| -x).collect();
    let analysis = analyze(RATE_HZ, &[left, right]);
    for (key, group, value) in values(&analysis) {
        let needs_mid = match group {
            Group::Frequency | Group::Spectral | Group::Harmonic => true,
            Group::Temporal => key != "silence_ratio",
            Group::Dynamics => key == "bass_mid_ratio",
            Group::Variation | Group::Stereo => false,
        };
        if needs_mid {
            assert_eq!(value, Err(NullReason::MidSilent), "{key}");
        } else {
            assert!(value.is_ok(), "{key}: {value:?}");
        }
    }
    assert_eq!(analysis.fingerprint.get(Key::stereo_width), Ok(1.0));
    assert!((analysis.fingerprint.get(Key::phase_correlation).unwrap() + 1.0).abs() < 1e-6);
}

#[test]
fn a_tenth_of_a_second_is_too_short_for_what_needs_time() {
    let noise = white_noise(RATE_HZ, 0.1, 1);
    let analysis = analyze(RATE_HZ, &[noise.clone(), noise]);
    let too_short = [
        Key::lufs,
        Key::loudness_variation_std,
        Key::tempo_bpm,
        Key::rhythm_stability,
        Key::dynamic_range_variation,
        Key::peak_consistency,
        Key::phase_correlation,
    ];
    for key in too_short {
        assert_eq!(analysis.fingerprint.get(key), Err(NullReason::TooShort), "{key:?}");
    }
    for key in [Key::bass_pct, Key::crest_db, Key::spectral_centroid, Key::stereo_width, Key::silence_ratio] {
        assert!(analysis.fingerprint.get(key).is_ok(), "{key:?}");
    }
}

#[test]
fn one_sample_and_direct_current_are_offsets_and_silent() {
    for samples in [1, 441_000] {
        let analysis = analyze(RATE_HZ, &[vec![0.5; samples], vec![-0.25; samples]]);
        assert_eq!(analysis.fingerprint.get(Key::crest_db), Err(NullReason::Silent));
        assert_eq!(analysis.fingerprint.get(Key::tempo_bpm), Err(NullReason::Silent));
        assert_eq!(analysis.fingerprint.get(Key::silence_ratio), Ok(1.0));
        assert!(!analysis.details.mid_cancelled);
    }
}

#[test]
fn the_zeros_of_a_lossy_codec_are_silent() {
    let left: Vec<f32> = white_noise(RATE_HZ, 5.0, 3).iter().map(|x| x * 1e-34).collect();
    let right: Vec<f32> = left.iter().map(|x| -x).collect();
    let analysis = analyze(RATE_HZ, &[left, right]);
    assert_eq!(analysis.fingerprint.get(Key::spectral_centroid), Err(NullReason::Silent));
    assert_eq!(analysis.fingerprint.get(Key::silence_ratio), Ok(1.0));
}

#[test]
fn the_residue_of_an_inverted_channel_is_no_mid() {
    // The coder's own noise in the top octaves, −20 dB, and rounding of 16 bits.
    let [left, _] = groove(RATE_HZ, 8.0, 120.0);
    let (mut noise, mut dither) = (white_noise(RATE_HZ, 8.0, 4).into_iter(), white_noise(RATE_HZ, 8.0, 5).into_iter());
    let right: Vec<f32> = left.iter().map(|x| 1e-4 * dither.next().unwrap() - x).collect();
    let mut before = 0.0;
    let left: Vec<f32> = left
        .iter()
        .map(|x| {
            // A difference: hardly any power under 2 kHz.
            let white = noise.next().unwrap();
            let high = white - before;
            before = white;
            x + 1e-3 * high
        })
        .collect();
    let analysis = analyze(RATE_HZ, &[left, right]);
    assert!(analysis.details.mid_cancelled);
    assert_eq!(analysis.fingerprint.get(Key::spectral_centroid), Err(NullReason::MidSilent));
    assert!(analysis.fingerprint.get(Key::lufs).is_ok() && analysis.fingerprint.get(Key::silence_ratio).is_ok());
    // Wide music with a little of the mid keeps all its values.
    let [left, right] = groove(RATE_HZ, 8.0, 120.0);
    let wide: Vec<f32> = left.iter().zip(&right).map(|(l, r)| 0.1 * r - 0.9 * l).collect();
    assert!(!analyze(RATE_HZ, &[left, wide]).details.mid_cancelled);
}

#[test]
fn quiet_hiss_is_below_the_loudness_gate() {
    let hiss: Vec<f32> = white_noise(RATE_HZ, 5.0, 2).iter().map(|x| x * 1e-4).collect();
    let analysis = analyze(RATE_HZ, &[hiss.clone(), hiss]);
    assert_eq!(analysis.fingerprint.get(Key::lufs), Err(NullReason::BelowGate));
    assert_eq!(analysis.fingerprint.get(Key::loudness_variation_std), Err(NullReason::BelowGate));
}

#[test]
fn every_rate_and_channel_count_gives_values_in_range() {
    for rate_hz in [100, 221, 4000, 8000, 11_025, 22_050, 32_000, 192_000, 352_800, 768_000] {
        for channels in 1..=8 {
            let seconds = 0.7;
            let planar: Vec<Vec<f32>> = (0..channels).map(|c| white_noise(rate_hz, seconds, c + 1)).collect();
            let analysis = analyze(rate_hz, &planar);
            for (dimension, (key, value)) in DIMENSIONS.iter().zip(analysis.fingerprint.iter()) {
                if let Ok(value) = value {
                    assert!(dimension.range.0.is_none_or(|least| value >= least), "{key} = {value} at {rate_hz} Hz");
                    assert!(dimension.range.1.is_none_or(|most| value <= most), "{key} = {value} at {rate_hz} Hz");
                }
            }
        }
    }
}
