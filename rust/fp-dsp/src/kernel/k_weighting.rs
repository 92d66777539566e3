//! K-weighting, ITU-R BS.1770-5 annex 1: the head's high shelf, then the RLB high-pass, at any rate.
//!
//! The standard tabulates both biquads at 48 kHz only. Here each is the bilinear transform, prewarped
//! at its corner, of the analogue prototype that gives those tables at 48 kHz, as De Man (2014) and
//! libebur128 have it; like theirs, the high-pass keeps the numerator 1, −2, 1 at every rate.
//!
//! The cascade runs as a state space in steps of [`STEP`] samples: outputs and next state are both sums
//! of fixed columns scaled by the four states and the eight inputs. That has eight times fewer steps in
//! the recursion than the difference equation and fills vector registers with a single channel.

use std::f64::consts::PI;

use multiversion::{multiversion, target::target_cfg_f};

/// Samples per step of the state space.
const STEP: usize = 8;
/// State variables: two per biquad.
const STATES: usize = 4;
/// Highest corner as a fraction of the rate. Above it (rates under 3.4 kHz) the shelf's corner passes
/// Nyquist and the transform would be unstable; with the corner held here all frequencies that the
/// stream can hold lie under the shelf and pass unchanged, as nearly in the analogue prototype.
const HIGHEST_CORNER: f64 = 0.49;
/// A state below this (−600 dB) is rounding: it becomes 0 before it turns into slow denormals.
const NEGLIGIBLE_STATE: f64 = 1e-30;

/// State of one channel: transposed direct form II, shelf then high-pass.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct KWeightingState([f64; STATES]);

/// The K-weighting filter of one sample rate.
#[derive(Clone, Debug)]
pub struct KWeighting {
    cascade: [Biquad; 2],
    step: StateSpace,
}

/// Second-order section with a0 = 1.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
}

/// The cascade over one step. Column `i` of a matrix is what state (or input) `i` = 1 alone gives.
#[derive(Clone, Debug)]
struct StateSpace {
    output_of_state: [[f64; STEP]; STATES],
    output_of_input: [[f64; STEP]; STEP],
    state_of_state: [[f64; STATES]; STATES],
    state_of_input: [[f64; STATES]; STEP],
}

impl KWeighting {
    /// The filter for a sample rate in Hz.
    #[must_use]
    pub fn new(rate_hz: u32) -> Self {
        let cascade = [high_shelf(f64::from(rate_hz)), high_pass(f64::from(rate_hz))];
        Self { step: StateSpace::new(&cascade), cascade }
    }

    /// Sum of squares of the weighted samples; `state` carries over to the next run.
    pub fn power(&self, samples: &[f32], state: &mut KWeightingState) -> f64 {
        let whole = samples.len() / STEP * STEP;
        let mut sum = run_steps(&self.step, &samples[..whole], &mut state.0);
        for &sample in &samples[whole..] {
            let weighted = run_sample(&self.cascade, f64::from(sample), &mut state.0);
            sum += weighted * weighted;
        }
        if state.0.iter().all(|s| s.abs() < NEGLIGIBLE_STATE) {
            state.0 = [0.0; STATES];
        }
        sum
    }
}

impl StateSpace {
    /// Reads the columns off the difference equation: responses to each unit state and unit input.
    fn new(cascade: &[Biquad; 2]) -> Self {
        let respond = |mut state: [f64; STATES], input: [f64; STEP]| {
            let output = input.map(|x| run_sample(cascade, x, &mut state));
            (output, state)
        };
        let unit_state = |i| std::array::from_fn(|k| f64::from(u8::from(k == i)));
        let unit_input = |i| std::array::from_fn(|k| f64::from(u8::from(k == i)));
        let of_state: [_; STATES] = std::array::from_fn(|i| respond(unit_state(i), [0.0; STEP]));
        let of_input: [_; STEP] = std::array::from_fn(|i| respond([0.0; STATES], unit_input(i)));
        Self {
            output_of_state: of_state.map(|(output, _)| output),
            output_of_input: of_input.map(|(output, _)| output),
            state_of_state: of_state.map(|(_, state)| state),
            state_of_input: of_input.map(|(_, state)| state),
        }
    }
}

/// One sample through the cascade.
fn run_sample(cascade: &[Biquad; 2], input: f64, state: &mut [f64; STATES]) -> f64 {
    let mut x = input;
    for (biquad, s) in cascade.iter().zip(state.chunks_exact_mut(2)) {
        let y = biquad.b[0] * x + s[0];
        s[0] = biquad.b[1] * x - biquad.a[0] * y + s[1];
        s[1] = biquad.b[2] * x - biquad.a[1] * y;
        x = y;
    }
    x
}

/// Runs whole steps and returns the sum of squares of their outputs.
#[multiversion(targets("x86_64+avx2+fma"))]
fn run_steps(space: &StateSpace, samples: &[f32], state: &mut [f64; STATES]) -> f64 {
    // Fused multiply-add is a library call where the processor has none.
    if target_cfg_f!(target_feature = "fma") {
        steps::<true>(space, samples, state)
    } else {
        steps::<false>(space, samples, state)
    }
}

#[inline(always)]
fn steps<const FUSED: bool>(space: &StateSpace, samples: &[f32], state: &mut [f64; STATES]) -> f64 {
    let mut squares = [0.0; STEP];
    let mut now = *state;
    for inputs in samples.as_chunks::<STEP>().0 {
        let mut output = [0.0; STEP];
        let mut next = [0.0; STATES];
        for (i, &sample) in inputs.iter().enumerate() {
            let x = f64::from(sample);
            // No output comes before its input; halves of the step are whole registers.
            let first = if i < STEP / 2 { 0 } else { STEP / 2 };
            add_scaled::<FUSED>(&mut output[first..], &space.output_of_input[i][first..], x);
            add_scaled::<FUSED>(&mut next, &space.state_of_input[i], x);
        }
        for (i, &s) in now.iter().enumerate() {
            add_scaled::<FUSED>(&mut output, &space.output_of_state[i], s);
            add_scaled::<FUSED>(&mut next, &space.state_of_state[i], s);
        }
        for (sum, y) in squares.iter_mut().zip(output) {
            *sum = multiply_add::<FUSED>(y, y, *sum);
        }
        now = next;
    }
    *state = now;
    squares.iter().sum()
}

#[inline(always)]
fn add_scaled<const FUSED: bool>(sums: &mut [f64], column: &[f64], factor: f64) {
    for (sum, c) in sums.iter_mut().zip(column) {
        *sum = multiply_add::<FUSED>(*c, factor, *sum);
    }
}

#[inline(always)]
fn multiply_add<const FUSED: bool>(a: f64, b: f64, c: f64) -> f64 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// tan(π·corner/rate), the bilinear transform's image of the corner.
fn warp(corner_hz: f64, rate_hz: f64) -> f64 {
    (PI * (corner_hz / rate_hz).min(HIGHEST_CORNER)).tan()
}

/// Stage 1: a shelf of +4 dB above about 1.7 kHz, the head's effect.
fn high_shelf(rate_hz: f64) -> Biquad {
    const CORNER_HZ: f64 = 1_681.974_450_955_533;
    const GAIN_DB: f64 = 3.999_843_853_973_347;
    const Q: f64 = 0.707_175_236_955_419_6;
    let k = warp(CORNER_HZ, rate_hz);
    let high = 10.0_f64.powf(GAIN_DB / 20.0);
    let middle = high.powf(0.499_666_774_154_541_6);
    let a0 = 1.0 + k / Q + k * k;
    Biquad {
        b: [high + middle * k / Q + k * k, 2.0 * (k * k - high), high - middle * k / Q + k * k].map(|b| b / a0),
        a: [2.0 * (k * k - 1.0), 1.0 - k / Q + k * k].map(|a| a / a0),
    }
}

/// Stage 2: the revised low-frequency B curve, a high-pass at about 38 Hz.
fn high_pass(rate_hz: f64) -> Biquad {
    const CORNER_HZ: f64 = 38.135_470_876_024_44;
    const Q: f64 = 0.500_327_037_323_877_3;
    let k = warp(CORNER_HZ, rate_hz);
    let a0 = 1.0 + k / Q + k * k;
    Biquad { b: [1.0, -2.0, 1.0], a: [2.0 * (k * k - 1.0), 1.0 - k / Q + k * k].map(|a| a / a0) }
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;

    #[test]
    fn coefficients_at_48_khz_are_those_of_the_standard() {
        // ITU-R BS.1770-5 annex 1, tables 1 and 2; they are printed to 14 decimals.
        let shelf = Biquad {
            b: [1.535_124_859_586_97, -2.691_696_189_406_38, 1.198_392_810_852_85],
            a: [-1.690_659_293_182_41, 0.732_480_774_215_85],
        };
        let pass = Biquad { b: [1.0, -2.0, 1.0], a: [-1.990_047_454_833_98, 0.990_072_250_366_21] };
        for (actual, expected) in [(high_shelf(48_000.0), shelf), (high_pass(48_000.0), pass)] {
            for (a, e) in actual.b.iter().chain(&actual.a).zip(expected.b.iter().chain(&expected.a)) {
                approx::assert_abs_diff_eq!(a, e, epsilon = 1e-12);
            }
        }
    }

    #[test]
    fn steps_agree_with_the_difference_equation() {
        for rate in [100, 3_300, 8_000, 44_100, 192_000] {
            let filter = KWeighting::new(rate);
            let mut noise = 1_u32;
            let samples: Vec<f32> = (0..20_003)
                .map(|_| {
                    noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (noise >> 8) as f32 / 8_388_608.0 - 0.75
                })
                .collect();
            let mut plain = [0.0; STATES];
            let expected: f64 =
                samples.iter().map(|&x| run_sample(&filter.cascade, f64::from(x), &mut plain).powi(2)).sum();
            let mut state = KWeightingState::default();
            let actual = filter.power(&samples, &mut state);
            assert_relative_eq!(actual, expected, max_relative = 1e-10, epsilon = 0.0);
            for fused in [steps::<false>, steps::<true>] {
                let mut state = [0.0; STATES];
                let sum = fused(&filter.step, &samples[..20_000], &mut state);
                assert_relative_eq!(sum, expected, max_relative = 1e-3, epsilon = 0.0);
            }
        }
    }

    #[test]
    fn the_filter_is_stable_at_every_rate() {
        for rate in [100, 101, 1_000, 3_300, 3_363, 3_364, 3_365, 8_000, 48_000, 768_000] {
            let filter = KWeighting::new(rate);
            for biquad in filter.cascade {
                // The stability triangle of a second-order denominator.
                assert!(biquad.a[1].abs() < 1.0 && biquad.a[0].abs() < 1.0 + biquad.a[1], "{rate} Hz: {biquad:?}");
            }
        }
    }

    #[test]
    fn a_decayed_filter_holds_no_denormals() {
        let filter = KWeighting::new(44_100);
        let mut state = KWeightingState::default();
        filter.power(&[1.0; 4_410], &mut state);
        for _ in 0..20 {
            filter.power(&[0.0; 4_410], &mut state);
        }
        assert_eq!(state, KWeightingState::default());
    }
}
