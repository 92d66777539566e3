//! YIN fundamental frequency estimation (de Cheveigné & Kawahara 2002) of one frame.

use multiversion::multiversion;

use crate::kernel::{
    lane_sum::running_sum,
    pitch::difference::{DifferenceFunction, FRAMES},
};

const MIN_PITCH_HZ: f64 = 65.0;
const MAX_PITCH_HZ: f64 = 1_050.0;
/// Window over rate, in samples at the rate at which it is 1024.
const WINDOW_AT_22050_HZ: f64 = 1_024.0;
/// Lags whose d′ is this close to the smallest count as equally good. The shortest of them is chosen, so that a tone
/// does not read an octave too low.
const EQUALLY_GOOD: f64 = 0.01;
/// The shortest period that a sampled tone can have.
const MIN_PERIOD: usize = 2;

/// Sizes of YIN at one rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct YinParams {
    /// Rate r in Hz.
    pub rate_hz: f64,
    /// Integration window W = round(1024·r/22050) in samples; also the hop, and half the frame.
    pub window: usize,
    /// Shortest lag ⌊r/1050⌋ in samples, but at least two: no tone is above r/2.
    pub min_lag: usize,
    /// Longest lag ⌈r/65⌉ in samples.
    pub max_lag: usize,
}

/// Estimate of one frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PitchEstimate {
    /// Fundamental frequency in Hz.
    pub f0_hz: f64,
    /// 1 − d′ at the chosen lag, 0–1.
    pub confidence: f64,
}

/// Estimates the pitch of frames of 2·W samples.
pub struct Yin {
    params: YinParams,
    difference: DifferenceFunction,
    /// d′ by lag.
    normalised: Box<[f64]>,
}

impl YinParams {
    /// Sizes for a rate in Hz; `None` at rates up to 195 Hz, where there are too few lags for a minimum between them.
    #[must_use]
    pub fn new(rate_hz: f64) -> Option<Self> {
        let window = (WINDOW_AT_22050_HZ * rate_hz / 22_050.0).round() as usize;
        let min_lag = ((rate_hz / MAX_PITCH_HZ).floor() as usize).max(MIN_PERIOD);
        let max_lag = (rate_hz / MIN_PITCH_HZ).ceil() as usize;
        (max_lag >= min_lag + 2).then_some(Self { rate_hz, window, min_lag, max_lag })
    }
}

impl Yin {
    /// An estimator with its buffers.
    #[must_use]
    pub fn new(params: YinParams) -> Self {
        Self {
            params,
            difference: DifferenceFunction::new(params.window, params.max_lag),
            normalised: vec![1.0; params.max_lag + 1].into(),
        }
    }

    /// Pitches of two frames of 2·W samples; `None` for a frame that is constant over all lags (silence, DC), so that
    /// d′ is 0/0.
    ///
    /// The difference is taken of samples 1 … W of the frame and those one lag later, as in
    /// `librosa.yin` up to 0.10 (0.11 sums over the whole zero-extended frame instead, whose difference
    /// does not vanish at the period of a tone).
    ///
    /// # Panics
    /// When a frame is shorter than W + 1 + the longest lag.
    pub fn estimate(&mut self, frames: [&[f32]; FRAMES]) -> [Option<PitchEstimate>; FRAMES] {
        let spans = frames.map(|frame| &frame[1..=self.difference.span_length()]);
        let Self { params, difference, normalised } = self;
        difference
            .compute(spans)
            .map(|differences| normalise_by_running_mean(differences, normalised).then(|| params.pitch_of(normalised)))
    }
}

impl YinParams {
    /// The pitch that d′ shows.
    fn pitch_of(&self, normalised: &[f64]) -> PitchEstimate {
        let lag = self.choose_lag(normalised);
        PitchEstimate {
            f0_hz: self.rate_hz / (lag as f64 + self.parabolic_shift(normalised, lag)),
            confidence: (1.0 - normalised[lag]).clamp(0.0, 1.0),
        }
    }

    /// The shortest lag whose d′ is about as good as the smallest one, then downhill to the local minimum.
    fn choose_lag(&self, normalised: &[f64]) -> usize {
        let smallest = smallest_of(&normalised[self.min_lag..]);
        let mut lag = self.min_lag;
        while normalised[lag] > smallest + EQUALLY_GOOD {
            lag += 1;
        }
        while lag < self.max_lag && normalised[lag + 1] < normalised[lag] {
            lag += 1;
        }
        lag
    }

    /// Distance from `lag` to the vertex of the parabola through it and its neighbours; 0 at the ends of
    /// the range and if the vertex lies more than one lag away.
    fn parabolic_shift(&self, normalised: &[f64], lag: usize) -> f64 {
        if lag == self.min_lag || lag == self.max_lag {
            return 0.0;
        }
        let (before, at, after) = (normalised[lag - 1], normalised[lag], normalised[lag + 1]);
        let curvature = before + after - 2.0 * at;
        let slope = 0.5 * (after - before);
        if slope.abs() < curvature.abs() { -slope / curvature } else { 0.0 }
    }
}

/// d′(τ) = d(τ) / mean of d(1 … τ), and 1 as long as that mean is 0. False when it is 0 for all lags.
fn normalise_by_running_mean(differences: &[f64], normalised: &mut [f64]) -> bool {
    normalised.copy_from_slice(differences);
    running_sum(normalised, 0.0);
    let changes = normalised.last().is_some_and(|&sum| sum > 0.0);
    divide_by_running_mean(differences, normalised);
    changes
}

/// The smallest value, computed in lanes; values are never NaN.
fn smallest_of(values: &[f64]) -> f64 {
    const LANES: usize = 8;
    let (rows, rest) = values.as_chunks::<LANES>();
    let smaller = |a: f64, b: f64| if b < a { b } else { a };
    let mut lanes = [f64::INFINITY; LANES];
    for row in rows {
        for (smallest, &value) in lanes.iter_mut().zip(row) {
            *smallest = smaller(*smallest, value);
        }
    }
    lanes.iter().chain(rest).fold(f64::INFINITY, |smallest, &value| smaller(smallest, value))
}

/// Replaces the running sums by d′.
#[multiversion(targets("x86_64+avx2"))]
fn divide_by_running_mean(differences: &[f64], sums: &mut [f64]) {
    // Counted in f64: a conversion from usize has no vector instruction before AVX-512.
    let mut lag = 0.0;
    for (sum, &difference) in sums.iter_mut().zip(differences) {
        *sum = if *sum > 0.0 { difference * lag / *sum } else { 1.0 };
        lag += 1.0;
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use approx::{assert_abs_diff_eq, assert_relative_eq};

    use super::*;

    const RATE_HZ: f64 = 22_050.0;

    fn estimate(wave: impl Fn(f64) -> f64) -> Option<PitchEstimate> {
        let frame: Vec<f32> = (0..2048).map(|n| wave(f64::from(n) / RATE_HZ) as f32).collect();
        let [pitch, same] = Yin::new(YinParams::new(RATE_HZ).unwrap()).estimate([&frame, &frame]);
        // The two frames are the two parts of one transform, which round differently.
        assert_eq!(pitch.is_some(), same.is_some());
        if let (Some(pitch), Some(same)) = (pitch, same) {
            assert_relative_eq!(pitch.f0_hz, same.f0_hz, max_relative = 1e-4, epsilon = 0.0);
            assert_abs_diff_eq!(pitch.confidence, same.confidence, epsilon = 1e-4);
        }
        pitch
    }

    #[test]
    fn sizes_are_those_of_the_specification() {
        let expected = YinParams { rate_hz: RATE_HZ, window: 1024, min_lag: 21, max_lag: 340 };
        assert_eq!(YinParams::new(RATE_HZ), Some(expected));
        assert_eq!(YinParams::new(24_000.0).map(|p| (p.window, p.min_lag, p.max_lag)), Some((1115, 22, 370)));
        assert_eq!(YinParams::new(195.0), None);
        assert!(YinParams::new(196.0).is_some());
    }

    #[test]
    fn a_tone_reads_its_frequency_and_not_an_octave_of_it() {
        for f0 in [70.0, 110.0, 261.63, 440.0, 1000.0] {
            for wave in [
                &|t: f64| (2.0 * PI * f0 * t).sin(),
                // Ten harmonics, falling by 6 dB an octave.
                &|t: f64| (1..=10).map(|k| (2.0 * PI * f0 * f64::from(k) * t).sin() / f64::from(k)).sum(),
            ] as [&dyn Fn(f64) -> f64; 2]
            {
                let pitch = estimate(wave).unwrap();
                // Half a semitone would be 3 %; the parabola on whole lags leaves 0.3 % at 1 kHz.
                assert_relative_eq!(pitch.f0_hz, f0, max_relative = 5e-3, epsilon = 0.0);
                assert!(pitch.confidence > 0.97, "{f0} Hz: {}", pitch.confidence);
            }
        }
    }

    #[test]
    fn noise_is_not_a_pitch_and_silence_and_dc_have_none() {
        let mut state = 7_u32;
        let noise: Vec<f64> = (0..2048)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                f64::from(state >> 8) / 8_388_608.0 - 1.0
            })
            .collect();
        let pitch = estimate(|t| noise[(t * RATE_HZ).round() as usize]).unwrap();
        assert!(pitch.confidence < 0.3);
        assert_eq!(estimate(|_| 0.0), None);
        assert_eq!(estimate(|_| 0.25), None);
    }

    #[test]
    fn offset_and_gain_change_nothing() {
        let tone = |t: f64| (2.0 * PI * 440.0 * t).sin() + 0.3 * (2.0 * PI * 91.0 * t).cos();
        let plain = estimate(tone).unwrap();
        for changed in [estimate(|t| tone(t) + 5.0), estimate(|t| 1e-3 * tone(t)), estimate(|t| 100.0 * tone(t))] {
            let changed = changed.unwrap();
            assert_relative_eq!(changed.f0_hz, plain.f0_hz, max_relative = 1e-4, epsilon = 0.0);
            assert_abs_diff_eq!(changed.confidence, plain.confidence, epsilon = 1e-4);
        }
    }
}
