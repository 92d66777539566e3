//! K-weighting, ITU-R BS.1770-5 annex 1, at any rate: a high shelf for the effect of the head, then the RLB high-pass.
//!
//! The standard has tables of both filters at 48 kHz only. From 44.1 kHz on each is the bilinear transform, prewarped at
//! its corner, of the analogue prototype that gives those tables at 48 kHz. De Man (2014) and libebur128 do the same; as
//! in theirs, the high-pass has the numerator 1, −2, 1. At lower rates that reads high, by 0.3 dB at 8 kHz: the shelf is
//! warped near the Nyquist frequency, and such a high-pass lifts all. There `matched_shelf` takes the place of the
//! shelf, and the high-pass has the gain of the table.
//!
//! Each section is a state-variable filter of two trapezoidal integrators (V. Zavalishin, *The Art of VA
//! Filter Design*, 2012, ch. 4). The corner of the high-pass is a thousandth of the rate. There a
//! biquad would amplify rounding a thousandfold; integrators do not, so that f32 is enough: errors lie 115 dB below the
//! unweighted signal.
//!
//! The cascade runs as a state space in steps of [`STEP`] samples: outputs and next state are both sums of fixed
//! columns scaled by the four states and the eight inputs. The recursion then has eight times fewer steps than the
//! difference equation, and a single channel fills the vector registers.

use std::f64::consts::PI;

use multiversion::{multiversion, target::target_cfg_f};

use matched_shelf::matched_shelf;

mod matched_shelf;

/// Samples per step of the state space.
const STEP: usize = 8;
/// Steps whose squares are summed in f32.
const STEPS_IN_F32: usize = 64;
/// State variables: two per section.
const STATES: usize = 4;
/// The analogue prototype of the shelf.
const SHELF_HZ: f64 = 1_681.974_450_955_533;
const SHELF_GAIN_DB: f64 = 3.999_843_853_973_347;
const SHELF_Q: f64 = 0.707_175_236_955_419_6;
/// The rate of the standard's tables.
const TABLE_RATE_HZ: f64 = 48_000.0;
/// Lowest rate for the bilinear transform of the shelf; below, its response is matched.
const MIN_BILINEAR_RATE_HZ: f64 = 44_100.0;
/// Lowest rate for the matched shelf, whose error grows to 0.1 dB here. Below 6 kHz the shelf is bilinear again.
const MIN_MATCHED_RATE_HZ: f64 = 6_000.0;
/// Highest corner as a fraction of the rate. At rates under 3.4 kHz the corner of the shelf would lie above the Nyquist
/// frequency and the transform would be unstable. With the corner limited, all frequencies of the stream lie below
/// the shelf and pass unchanged, nearly as in the analogue prototype.
const MAX_CORNER: f64 = 0.49;
/// A state below this (−360 dB) is only rounding: it is set to 0 before it becomes a denormal, which is slow.
const NEGLIGIBLE_STATE: f32 = 1e-18;

/// State of one channel: the integrators of the shelf, then of the high-pass.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct KWeightingState([f32; STATES]);

/// The K-weighting filter of one sample rate.
#[derive(Clone, Debug)]
pub struct KWeighting {
    cascade: [Section; 2],
    step: StateSpace,
}

/// (high·s² + band·s + low) / (s² + damping·s + 1) with s in units of the corner, as two integrators.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Section {
    /// tan(π·corner/rate), the bilinear transform's image of the corner.
    warp: f64,
    damping: f64,
    high: f64,
    band: f64,
    low: f64,
}

/// The cascade over one step. Column `i` of a matrix is what state (or input) `i` = 1 alone gives.
#[derive(Clone, Debug)]
struct StateSpace {
    output_of_state: [[f32; STEP]; STATES],
    output_of_input: [[f32; STEP]; STEP],
    state_of_state: [[f32; STATES]; STATES],
    state_of_input: [[f32; STATES]; STEP],
}

impl KWeighting {
    /// The filter for a sample rate in Hz.
    #[must_use]
    pub fn new(rate_hz: u32) -> Self {
        let rate_hz = f64::from(rate_hz);
        let matched = (MIN_MATCHED_RATE_HZ..MIN_BILINEAR_RATE_HZ).contains(&rate_hz);
        let shelf = if matched { matched_shelf(rate_hz) } else { high_shelf(rate_hz) };
        let cascade = [shelf, high_pass(rate_hz)];
        Self { step: StateSpace::new(&cascade), cascade }
    }

    /// Sum of squares of the weighted samples; pass the same `state` with the next samples.
    pub fn power(&self, samples: &[f32], state: &mut KWeightingState) -> f64 {
        let (steps, rest) = samples.as_chunks::<STEP>();
        let mut sum: f64 =
            steps.chunks(STEPS_IN_F32).map(|steps| f64::from(run_steps(&self.step, steps, &mut state.0))).sum();
        if !rest.is_empty() {
            let mut exact = state.0.map(f64::from);
            for &sample in rest {
                let weighted = run_sample(&self.cascade, f64::from(sample), &mut exact);
                sum += weighted * weighted;
            }
            state.0 = exact.map(|s| s as f32);
        }
        if state.0.iter().all(|s| s.abs() < NEGLIGIBLE_STATE) {
            state.0 = [0.0; STATES];
        }
        sum
    }
}

impl StateSpace {
    /// Computes the columns with the sample-wise recursion, as responses to each unit state and unit input.
    fn new(cascade: &[Section; 2]) -> Self {
        let respond = |mut state: [f64; STATES], input: [f64; STEP]| {
            let output = input.map(|x| run_sample(cascade, x, &mut state) as f32);
            (output, state.map(|s| s as f32))
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
fn run_sample(cascade: &[Section; 2], input: f64, state: &mut [f64; STATES]) -> f64 {
    let mut x = input;
    for (section, s) in cascade.iter().zip(state.chunks_exact_mut(2)) {
        let Section { warp, damping, .. } = *section;
        let band = (s[0] + warp * (x - s[1])) / (1.0 + warp * (warp + damping));
        let low = s[1] + warp * band;
        let high = x - damping * band - low;
        s[0] = 2.0 * band - s[0];
        s[1] = 2.0 * low - s[1];
        x = section.high * high + section.band * band + section.low * low;
    }
    x
}

/// Runs whole steps and returns the sum of squares of their outputs.
#[multiversion(targets("x86_64+avx2+fma"))]
fn run_steps(space: &StateSpace, inputs: &[[f32; STEP]], state: &mut [f32; STATES]) -> f32 {
    // Without a processor instruction for it, fused multiply-add would be a library call.
    if target_cfg_f!(target_feature = "fma") {
        steps::<true>(space, inputs, state)
    } else {
        steps::<false>(space, inputs, state)
    }
}

#[inline(always)]
fn steps<const FUSED: bool>(space: &StateSpace, inputs: &[[f32; STEP]], state: &mut [f32; STATES]) -> f32 {
    let mut squares = [0.0; STEP];
    let mut now = *state;
    for inputs in inputs {
        let mut output = [0.0; STEP];
        let mut next = [0.0; STATES];
        for (i, &x) in inputs.iter().enumerate() {
            add_scaled::<FUSED, STEP>(&mut output, &space.output_of_input[i], x);
            add_scaled::<FUSED, STATES>(&mut next, &space.state_of_input[i], x);
        }
        // The next step must wait only for these few additions: two short chains instead of one long one.
        let mut beside = [0.0; STATES];
        for (i, &s) in now.iter().enumerate() {
            add_scaled::<FUSED, STEP>(&mut output, &space.output_of_state[i], s);
            let chain = if i < STATES / 2 { &mut next } else { &mut beside };
            add_scaled::<FUSED, STATES>(chain, &space.state_of_state[i], s);
        }
        for (sum, y) in squares.iter_mut().zip(output) {
            *sum = multiply_add::<FUSED>(y, y, *sum);
        }
        now = std::array::from_fn(|i| next[i] + beside[i]);
    }
    *state = now;
    squares.iter().sum()
}

#[inline(always)]
fn add_scaled<const FUSED: bool, const N: usize>(sums: &mut [f32; N], column: &[f32; N], factor: f32) {
    for (sum, c) in sums.iter_mut().zip(column) {
        *sum = multiply_add::<FUSED>(*c, factor, *sum);
    }
}

#[inline(always)]
fn multiply_add<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// tan(π·corner/rate).
fn warp(corner_hz: f64, rate_hz: f64) -> f64 {
    (PI * (corner_hz / rate_hz).min(MAX_CORNER)).tan()
}

/// Stage 1: a shelf of +4 dB above about 1.7 kHz, the head's effect.
fn high_shelf(rate_hz: f64) -> Section {
    let high = 10.0_f64.powf(SHELF_GAIN_DB / 20.0);
    let middle = high.powf(0.499_666_774_154_541_6);
    Section { warp: warp(SHELF_HZ, rate_hz), damping: 1.0 / SHELF_Q, high, band: middle / SHELF_Q, low: 1.0 }
}

/// Stage 2: the revised low-frequency B curve, a high-pass at about 38 Hz.
fn high_pass(rate_hz: f64) -> Section {
    const CORNER_HZ: f64 = 38.135_470_876_024_44;
    const Q: f64 = 0.500_327_037_323_877_3;
    // Undoes the scaling of the numerator by the transform; at low rates as far as the table at 48 kHz does.
    let gain_of = if rate_hz < MIN_BILINEAR_RATE_HZ { TABLE_RATE_HZ } else { rate_hz };
    let (scaled, warp) = (warp(CORNER_HZ, gain_of), warp(CORNER_HZ, rate_hz));
    let high = 1.0 + scaled / Q + scaled * scaled;
    Section { warp, damping: 1.0 / Q, high, band: 0.0, low: 0.0 }
}

#[cfg(test)]
mod tests;
