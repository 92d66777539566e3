//! Changes of a track that must not change its fingerprint.

mod signal;

use std::f64::consts::TAU;

use fp_dsp::{Analysis, Analyzer, ChannelLayout, DIMENSIONS, dimension::Key};
use signal::{Noise, analyze, groove, render};

const RATE_HZ: u32 = 44_100;

/// Asserts that two fingerprints agree within `share` of each dimension's usual range.
fn assert_close(actual: &Analysis, expected: &Analysis, share: f64, except: &[Key]) {
    for (index, dimension) in DIMENSIONS.iter().enumerate() {
        if except.iter().any(|&key| key as usize == index) {
            continue;
        }
        let value = |analysis: &Analysis| analysis.fingerprint.iter().nth(index).expect("25 values").1;
        let allowed = share * (dimension.usual.1 - dimension.usual.0);
        match (value(actual), value(expected)) {
            (Ok(a), Ok(b)) => assert!(
                (a - b).abs() <= allowed,
                "{}: {a} against {b}, allowed {allowed} {}",
                dimension.key,
                dimension.unit
            ),
            (a, b) => assert_eq!(a, b, "{}", dimension.key),
        }
    }
}

#[test]
fn block_sizes_do_not_matter() {
    let [left, right] = groove(RATE_HZ, 8.0, 120.0);
    let expected = analyze(RATE_HZ, &[left.clone(), right.clone()]);
    let mut sizes = Noise::seeded(3);
    for largest in [1.0, 700.0, 20_000.0] {
        let mut analyzer = Analyzer::new(RATE_HZ, ChannelLayout::new(2, None).unwrap()).unwrap();
        let mut done = 0;
        while done < left.len() {
            let size = 1 + (sizes.uniform().abs() * largest) as usize;
            let end = (done + size).min(left.len());
            analyzer.add_samples(&[&left[done..end], &right[done..end]]);
            done = end;
        }
        assert_eq!(analyzer.finish(), expected, "blocks of up to {largest}");
    }
}

#[test]
fn a_reused_analyzer_gives_what_a_fresh_one_gives() {
    let [left, right] = groove(RATE_HZ, 6.0, 100.0);
    let expected = analyze(RATE_HZ, &[left.clone(), right.clone()]);
    let mut analyzer = Analyzer::new(RATE_HZ, ChannelLayout::new(2, None).unwrap()).unwrap();
    let [other_left, other_right] = groove(RATE_HZ, 9.3, 171.0);
    analyzer.add_samples(&[&other_left, &other_right]);
    analyzer.finish();
    analyzer.reset();
    analyzer.add_samples(&[&left, &right]);
    assert_eq!(analyzer.finish(), expected);
    // The same after a stream that was abandoned half way.
    analyzer.reset();
    analyzer.add_samples(&[&other_left[..50_001], &other_right[..50_001]]);
    analyzer.reset();
    analyzer.add_samples(&[&left, &right]);
    assert_eq!(analyzer.finish(), expected);
}

#[test]
fn gain_moves_only_lufs() {
    let [left, right] = groove(RATE_HZ, 16.0, 120.0);
    let expected = analyze(RATE_HZ, &[left.clone(), right.clone()]);
    for gain_db in [-20.0, 12.0] {
        let factor = 10f32.powf(gain_db / 20.0);
        let scaled: Vec<Vec<f32>> = [&left, &right].iter().map(|x| x.iter().map(|s| s * factor).collect()).collect();
        let actual = analyze(RATE_HZ, &scaled);
        // 0.2 %: what f32 rounding and the 0.01 dB steps of the gate can move.
        assert_close(&actual, &expected, 0.002, &[Key::lufs]);
        let moved = actual.fingerprint.get(Key::lufs).unwrap() - expected.fingerprint.get(Key::lufs).unwrap();
        assert!((moved - f64::from(gain_db)).abs() < 0.001, "lufs moved by {moved}");
    }
}

#[test]
fn swapping_the_channels_changes_nothing() {
    let [left, right] = groove(RATE_HZ, 8.0, 120.0);
    let expected = analyze(RATE_HZ, &[left.clone(), right.clone()]);
    let swapped = analyze(RATE_HZ, &[right, left]);
    // Sums in another order: the last bits of f64 only.
    assert_close(&swapped, &expected, 1e-9, &[]);
}

#[test]
fn the_sample_rate_does_not_matter() {
    let expected = analyze(RATE_HZ, &groove(RATE_HZ, 16.0, 120.0));
    for rate_hz in [48_000, 96_000, 88_200] {
        let actual = analyze(rate_hz, &groove(rate_hz, 16.0, 120.0));
        // The contract: 5 % of the spread, the sample-peak dimensions excepted.
        let by_peak = [Key::crest_db, Key::dynamic_range_variation, Key::peak_consistency];
        assert_close(&actual, &expected, 0.05, &by_peak);
    }
}

#[test]
fn what_is_above_hearing_does_not_matter() {
    // Quiet music, with noise above 25 kHz that is louder by far, as DSD has it.
    let quiet = |rate_hz: u32| groove(rate_hz, 16.0, 120.0).map(|x| x.iter().map(|s| 0.05 * s).collect::<Vec<_>>());
    let at_44_1_khz = analyze(RATE_HZ, &quiet(RATE_HZ));
    for rate_hz in [64_000, 96_000, 192_000, 352_800] {
        let noisy = |music: &[f32], seed: u64| -> Vec<f32> {
            let mut random = Noise::seeded(seed);
            let nyquist_hz = f64::from(rate_hz) / 2.0;
            let partials: Vec<(f64, f64)> = (0..40)
                .map(|_| (25_000.0 + (nyquist_hz - 26_000.0) * random.uniform().abs(), random.uniform()))
                .collect();
            let noise = render(rate_hz, 16.0, |t| {
                // Switched on at once, the noise would click in the audible band.
                let fade = (0.25 * TAU * (t.min(16.0 - t) / 0.1).min(1.0)).sin().powi(2);
                fade * partials.iter().map(|&(hz, phase)| 0.05 * (TAU * (hz * t + phase)).sin()).sum::<f64>()
            });
            music.iter().zip(noise).map(|(x, n)| x + n).collect()
        };
        let [left, right] = quiet(rate_hz);
        let actual = analyze(rate_hz, &[noisy(&left, 1), noisy(&right, 2)]);
        // The contract: 5 % of the spread, the sample-peak dimensions excepted.
        let by_peak = [Key::crest_db, Key::dynamic_range_variation, Key::peak_consistency];
        // 64 kHz keeps its rate. Its frame grid alone moves `rhythm_stability` further, so there the noise is judged.
        let clean = (rate_hz == 64_000).then(|| analyze(rate_hz, &[left, right]));
        assert_close(&actual, clean.as_ref().unwrap_or(&at_44_1_khz), 0.05, &by_peak);
        assert_eq!(actual.details.duration_s, 16.0);
        assert_eq!(actual.details.samples, u64::from(16 * rate_hz));
    }
}

#[test]
fn an_offset_does_not_matter() {
    // Music and four seconds of nothing, as a converter with an offset records them, steady or wandering.
    let [mut left, mut right] = groove(RATE_HZ, 8.0, 120.0);
    for channel in [&mut left, &mut right] {
        channel.resize(12 * RATE_HZ as usize, 0.0);
    }
    let expected = analyze(RATE_HZ, &[left.clone(), right.clone()]);
    let lifted = |channel: &[f32], offset: f32, wander_hz: f64| -> Vec<f32> {
        let wave = |n: usize| (TAU * wander_hz * n as f64 / f64::from(RATE_HZ) + 1.0).cos() as f32;
        channel.iter().enumerate().map(|(n, x)| x + offset * wave(n)).collect()
    };
    for (offsets, wander_hz) in [
        ([0.01, 0.01], 0.0),
        ([0.01, -0.02], 0.0),
        ([0.1, 0.1], 0.0),
        ([0.1, -0.03], 0.0),
        ([0.01, -0.01], 0.2),
        ([0.1, 0.1], 0.05),
    ] {
        let actual = analyze(RATE_HZ, &[lifted(&left, offsets[0], wander_hz), lifted(&right, offsets[1], wander_hz)]);
        assert_close(&actual, &expected, 0.01, &[]);
    }
}

#[test]
fn mono_is_stereo_with_equal_channels_but_for_loudness() {
    let [mono, _] = groove(RATE_HZ, 8.0, 120.0);
    let single = analyze(RATE_HZ, std::slice::from_ref(&mono));
    let double = analyze(RATE_HZ, &[mono.clone(), mono]);
    assert_close(&single, &double, 1e-9, &[Key::lufs]);
    let louder = double.fingerprint.get(Key::lufs).unwrap() - single.fingerprint.get(Key::lufs).unwrap();
    // BS.1770 sums the power of the channels: two equal ones are 10·log10(2) louder.
    assert!((louder - 3.0103).abs() < 0.001, "{louder}");
}

#[test]
fn a_centre_channel_alone_sounds_like_mono() {
    let [mono, _] = groove(RATE_HZ, 8.0, 120.0);
    let silent = vec![0.0; mono.len()];
    let single = analyze(RATE_HZ, std::slice::from_ref(&mono));
    let centre = analyze(RATE_HZ, &[silent.clone(), silent.clone(), mono, silent.clone(), silent.clone(), silent]);
    assert_close(&centre, &single, 1e-5, &[]);
}

#[test]
fn samples_that_are_not_finite_count_as_zero() {
    let [mut left, mut right] = groove(RATE_HZ, 6.0, 120.0);
    let places = [0, 1000, 44_100, left.len() - 1];
    for &place in &places {
        left[place] = 0.0;
        right[place] = 0.0;
    }
    let expected = analyze(RATE_HZ, &[left.clone(), right.clone()]);
    for (&place, hostile) in places.iter().zip([f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -10.01]) {
        left[place] = hostile;
        right[place] = -hostile;
    }
    let mut actual = analyze(RATE_HZ, &[left, right]);
    assert_eq!(actual.details.non_finite_samples, 8);
    actual.details.non_finite_samples = 0;
    assert_eq!(actual, expected);
}
