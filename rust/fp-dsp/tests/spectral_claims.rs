//! What the frequency, spectral and harmonic dimensions must show on signals whose answer is known.

mod signal;

use std::f64::consts::TAU;

use fp_dsp::{Analyzer, ChannelLayout, NullReason, dimension::Key};
use signal::{Noise, analyze, render, sine, white_noise};

const RATE_HZ: u32 = 44_100;

/// White noise filtered to −3 dB per octave by Paul Kellet's sum of first-order sections.
fn pink_noise(seconds: f64, seed: u64) -> Vec<f32> {
    const POLES: [(f64, f64); 6] = [
        (0.99886, 0.055_517_9),
        (0.99332, 0.075_075_9),
        (0.969, 0.153_852),
        (0.8665, 0.310_485_6),
        (0.55, 0.532_952_2),
        (-0.7616, -0.016_898),
    ];
    let mut noise = Noise::seeded(seed);
    let mut state = [0.0; 6];
    (0..(seconds * f64::from(RATE_HZ)) as usize)
        .map(|_| {
            let white = noise.uniform();
            for (value, (pole, gain)) in state.iter_mut().zip(POLES) {
                *value = *value * pole + white * gain;
            }
            (0.03 * (state.iter().sum::<f64>() + 0.5362 * white)) as f32
        })
        .collect()
}

/// Frequency of a MIDI note number.
fn note_hz(note: u8) -> f64 {
    440.0 * ((f64::from(note) - 69.0) / 12.0).exp2()
}

/// Chords of one second each: every note a tone with four harmonics that decay.
fn chords(chords: &[Vec<u8>]) -> Vec<f32> {
    render(RATE_HZ, chords.len() as f64, |t| {
        let since_s = t.fract();
        let tone = |hz: f64| (1..=4).map(|h| (TAU * hz * f64::from(h) * t).sin() / f64::from(h * h)).sum::<f64>();
        let sum: f64 = chords[t as usize].iter().map(|&note| tone(note_hz(note))).sum();
        0.1 * (-since_s).exp() * (1.0 - (-since_s * 200.0).exp()) * sum
    })
}

#[test]
fn a_700_hz_sine_is_one_band_tonal_and_harmonic() {
    for rate in [22_050, 44_100, 48_000, 96_000] {
        let found = analyze(rate, &[sine(rate, 700.0, 10.0)]).fingerprint;
        assert!(found.get(Key::low_mid_pct).unwrap() > 99.9, "{rate} Hz");
        assert!(
            found.get(Key::spectral_flatness).unwrap() < 0.001,
            "{rate} Hz: {:?}",
            found.get(Key::spectral_flatness)
        );
        assert!(found.get(Key::harmonic_ratio).unwrap() > 0.98, "{rate} Hz");
        // The main lobe of the Hann window spans two bins of 21.5 Hz to either side.
        approx::assert_abs_diff_eq!(found.get(Key::spectral_centroid).unwrap(), 700.0, epsilon = 21.5);
        approx::assert_abs_diff_eq!(found.get(Key::spectral_rolloff).unwrap(), 700.0, epsilon = 43.0);
    }
}

#[test]
fn white_noise_is_flat_and_fills_the_bands_by_their_width() {
    let noise = white_noise(RATE_HZ, 30.0, 5);
    let found = analyze(RATE_HZ, &[noise]).fingerprint;
    // exp(−γ) = 0.561 for exponentially distributed bins.
    approx::assert_abs_diff_eq!(found.get(Key::spectral_flatness).unwrap(), 0.561, epsilon = 0.01);
    assert!(found.get(Key::chroma_energy).unwrap() < 0.05);
    approx::assert_abs_diff_eq!(found.get(Key::air_pct).unwrap(), 100.0 * 12_000.0 / 19_980.0, epsilon = 0.3);
    approx::assert_abs_diff_eq!(found.get(Key::mid_pct).unwrap(), 100.0 * 1000.0 / 19_980.0, epsilon = 0.1);
    approx::assert_abs_diff_eq!(found.get(Key::spectral_rolloff).unwrap(), 0.85 * 22_050.0, epsilon = 60.0);
}

#[test]
fn noise_bands_do_not_move_with_level() {
    for noise in [white_noise(RATE_HZ, 10.0, 6), pink_noise(30.0, 7)] {
        let at_level = |level_db: f64| {
            let power = noise.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / noise.len() as f64;
            let gain = (10_f64.powf(level_db / 20.0) / power.sqrt()) as f32;
            analyze(RATE_HZ, &[noise.iter().map(|x| x * gain).collect()]).fingerprint
        };
        let (loud, quiet) = (at_level(-10.0), at_level(-50.0));
        for (key, value) in loud.iter().filter(|(key, _)| key.ends_with("_pct")) {
            let other = quiet.iter().find(|(other, _)| *other == key).unwrap().1;
            approx::assert_abs_diff_eq!(value.unwrap(), other.unwrap(), epsilon = 1e-3);
        }
        assert!(loud.get(Key::chroma_energy).unwrap() < 0.05);
        for key in [Key::spectral_flatness, Key::harmonic_ratio, Key::chroma_energy] {
            approx::assert_abs_diff_eq!(loud.get(key).unwrap(), quiet.get(key).unwrap(), epsilon = 1e-4);
        }
    }
}

#[test]
fn pink_noise_has_equal_power_per_octave() {
    let found = analyze(RATE_HZ, &[pink_noise(30.0, 8)]).fingerprint;
    let octaves_total = 1000_f64.log2();
    for (key, octaves) in [
        (Key::low_mid_pct, 1.0),
        (Key::mid_pct, 1.0),
        (Key::upper_mid_pct, 1.0),
        (Key::presence_pct, 1.0),
        (Key::air_pct, 2.5_f64.log2()),
    ] {
        // The filter is within 0.5 dB (12 %) of −3 dB per octave above 20 Hz.
        approx::assert_relative_eq!(found.get(key).unwrap(), 100.0 * octaves / octaves_total, max_relative = 0.12);
    }
}

#[test]
fn clicks_are_percussive() {
    let mut clicks = vec![0.0; 10 * RATE_HZ as usize];
    clicks.iter_mut().step_by(RATE_HZ as usize / 2).for_each(|x| *x = 0.9);
    let ratio = analyze(RATE_HZ, &[clicks]).fingerprint.get(Key::harmonic_ratio).unwrap();
    assert!(ratio < 0.05, "{ratio}");
}

#[test]
fn each_note_of_octave_4_is_a_single_pitch_class() {
    for class in 0..12_u8 {
        let found = analyze(RATE_HZ, &[sine(RATE_HZ, note_hz(60 + class), 3.0)]);
        assert!(found.fingerprint.get(Key::chroma_energy).unwrap() > 0.9, "class {class}");
        assert!(found.details.chroma.unwrap()[usize::from(class)] > 0.95, "class {class}");
    }
}

#[test]
fn cadences_have_their_key_in_all_24() {
    for tonic in 0..12_u8 {
        let triad = |root: u8, minor: bool| vec![root - 12, root, root + if minor { 3 } else { 4 }, root + 7];
        for minor in [false, true] {
            let root = 60 + tonic;
            let (tonic_chord, fourth, fifth) = (triad(root, minor), triad(root + 5, minor), triad(root + 7, false));
            let cadence = [tonic_chord.clone(), fourth, fifth, tonic_chord];
            let key = analyze(RATE_HZ, &[chords(&cadence)]).details.key.unwrap();
            assert_eq!((key.tonic, key.minor), (tonic, minor), "strength {}", key.strength);
            assert!(key.strength > 0.7, "{tonic} {minor}: {}", key.strength);
        }
    }
}

#[test]
fn rates_from_100_hz_to_768_khz_give_finite_values_or_reasons() {
    for rate in [100, 101, 199, 260, 1000, 8000, 11_025, 37_800, 192_000, 768_000] {
        let noise = white_noise(rate, 2.0, u64::from(rate));
        // `Fingerprint::new` refuses values that are not finite.
        let found = analyze(rate, &[noise]).fingerprint;
        let shares = found.iter().filter(|(key, _)| key.ends_with("_pct")).map(|(_, share)| share.unwrap());
        approx::assert_abs_diff_eq!(shares.sum::<f64>(), 100.0, epsilon = 1e-9);
        if rate <= 16_000 {
            assert_eq!(found.get(Key::air_pct), Ok(0.0), "{rate} Hz");
        }
        let no_frame = Err(NullReason::NoActiveFrame);
        assert_eq!(found.get(Key::spectral_flatness) == no_frame, rate < 200, "{rate} Hz");
        assert_eq!(found.get(Key::chroma_energy) == no_frame, rate < 262, "{rate} Hz");
    }
}

#[test]
fn every_length_around_a_frame_and_a_median_window_is_analysed() {
    let noise = white_noise(RATE_HZ, 1.0, 11);
    for length in [1, 2, 511, 512, 1023, 1024, 2047, 2048, 7680, 15_360, 15_872, 16_384, 23_552, 40_000] {
        let found = analyze(RATE_HZ, &[noise[..length].to_vec()]).fingerprint;
        for key in [Key::mid_pct, Key::bass_mid_ratio, Key::spectral_centroid, Key::harmonic_ratio, Key::chroma_energy]
        {
            assert!(found.get(key).is_ok(), "{key:?} of {length} samples: {:?}", found.get(key));
        }
    }
}

#[test]
fn a_reused_analyzer_gives_the_same_spectra_as_a_fresh_one() {
    let (first, second) = (pink_noise(4.0, 1), sine(RATE_HZ, 330.0, 2.0));
    let mut analyzer = Analyzer::new(RATE_HZ, ChannelLayout::new(1, None).unwrap()).unwrap();
    analyzer.add(&[&first]);
    let _ = analyzer.finish();
    analyzer.reset();
    analyzer.add(&[&second]);
    assert_eq!(analyzer.finish(), analyze(RATE_HZ, &[second]));
}
