//! The frequency, spectral and harmonic dimensions of signals whose values are known.

mod signal;

use fp_dsp::{NullReason, dimension::Key};
use signal::{analyze, pink_noise, sine, white_noise};

const RATE_HZ: u32 = 44_100;

#[test]
fn a_sine_has_its_frequency_as_centroid_and_rolloff() {
    for rate in [22_050, 44_100, 48_000, 96_000] {
        let found = analyze(rate, &[sine(rate, 700.0, 10.0)]).fingerprint;
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
    approx::assert_abs_diff_eq!(found.get(Key::air_pct).unwrap(), 100.0 * 12_000.0 / 19_980.0, epsilon = 0.3);
    approx::assert_abs_diff_eq!(found.get(Key::mid_pct).unwrap(), 100.0 * 1000.0 / 19_980.0, epsilon = 0.1);
    approx::assert_abs_diff_eq!(found.get(Key::spectral_rolloff).unwrap(), 0.85 * 22_050.0, epsilon = 60.0);
}

#[test]
fn pink_noise_has_equal_power_per_octave() {
    let found = analyze(RATE_HZ, &[pink_noise(RATE_HZ, 30.0, 8)]).fingerprint;
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
    // A single sample is an offset, and silent.
    for length in [2, 3, 511, 512, 1023, 1024, 2047, 2048, 7680, 15_360, 15_872, 16_384, 23_552, 40_000] {
        let found = analyze(RATE_HZ, &[noise[..length].to_vec()]).fingerprint;
        for key in [Key::mid_pct, Key::bass_mid_ratio, Key::spectral_centroid, Key::harmonic_ratio, Key::chroma_energy]
        {
            assert!(found.get(key).is_ok(), "{key:?} of {length} samples: {:?}", found.get(key));
        }
    }
}
