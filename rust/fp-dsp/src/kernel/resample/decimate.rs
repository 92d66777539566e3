//! Decimation by powers of two without delay: centred symmetric FIRs, each halving the rate.

use std::f64::consts::PI;

use multiversion::{multiversion, target::target_cfg_f};

/// Attenuation in the stop band of every stage in dB; 10 dB more than the 60 dB that YIN needs.
const ATTENUATION_DB: f64 = 70.0;
/// Outputs computed together: enough sums to hide the latency of a multiply-add.
const LANES: usize = 64;
/// The same for the outputs that are left over.
const FEW_LANES: usize = 8;
/// Pass-band edge of the last stage over its output rate r: 8 kHz for r = 22 050 Hz. Its stop band
/// begins at r/2, so that nothing is aliased; below r = 22 050 Hz the pass band shrinks in proportion.
const LAST_PASS_EDGE: f64 = 8_000.0 / 22_050.0;

/// Reduces the rate by 2ᵏ; sample i of the output is centred on sample i·2ᵏ of the input.
///
/// Before its start and after its end the stream is taken as zero. Each output is one sum in a fixed
/// order, so the result does not depend on where the stream is cut.
pub struct Decimator {
    stages: Box<[Halver]>,
}

/// One stage: low-pass, then every other sample.
struct Halver {
    /// Taps that meet the even samples, and those that meet the odd ones.
    taps: [Box<[f32]>; 2],
    /// Even and odd samples that are still needed; before the first sample come `reach` zeros.
    phases: [Phase; 2],
    /// Taps reach 2·reach − 1 samples to either side.
    reach: usize,
    output: Vec<f32>,
}

/// Samples in a buffer that never shrinks, so that it is not cleared each time before it is written.
#[derive(Default)]
struct Phase {
    buffer: Vec<f32>,
    filled: usize,
}

impl Decimator {
    /// A decimator by 2 to the power of `stages`.
    #[must_use]
    pub fn new(stages: u32) -> Self {
        // Stages before the last one must remove only frequencies that would be aliased into the band of the final
        // output: those from 3/4 of the stage's output rate on. Their pass band may end at a quarter of it.
        let early = || Halver::new(&kaiser_low_pass(0.125, 0.375));
        let last = || Halver::new(&kaiser_low_pass(0.5 * LAST_PASS_EDGE, 0.25));
        Self { stages: (1..=stages).map(|stage| if stage < stages { early() } else { last() }).collect() }
    }

    /// Forgets the stream.
    pub fn reset(&mut self) {
        for stage in &mut self.stages {
            stage.reset();
        }
    }

    /// Adds samples and passes the outputs that they complete to `take`.
    pub fn add_samples(&mut self, samples: &[f32], take: impl FnOnce(&[f32])) {
        let mut now = samples;
        for stage in &mut self.stages {
            now = stage.add_samples(now);
        }
        take(now);
    }

    /// Ends the stream: passes the rest of its ⌈length / 2ᵏ⌉ outputs to `take`.
    pub fn finish(&mut self, mut take: impl FnMut(&[f32])) {
        for ending in 0..self.stages.len() {
            let (ended, later) = self.stages.split_at_mut(ending + 1);
            let mut now = ended[ending].finish();
            for stage in later {
                now = stage.add_samples(now);
            }
            take(now);
        }
    }
}

impl Halver {
    /// A stage with a low-pass of 4·reach − 1 taps.
    fn new(low_pass: &[f64]) -> Self {
        let reach = low_pass.len().div_ceil(4);
        // Tap k meets sample 2n + k − (2·reach − 1): odd offsets first.
        let odd = low_pass.iter().step_by(2).map(|&tap| tap as f32).collect();
        let even = low_pass.iter().skip(1).step_by(2).map(|&tap| tap as f32).collect();
        let mut halver = Self { taps: [even, odd], phases: Default::default(), reach, output: Vec::new() };
        halver.reset();
        halver
    }

    fn reset(&mut self) {
        for phase in &mut self.phases {
            phase.filled = 0;
            phase.extend(self.reach).fill(0.0);
        }
    }

    fn add_samples(&mut self, samples: &[f32]) -> &[f32] {
        let [even, odd] = &mut self.phases;
        // If there are more even than odd samples, the next sample of the stream is an odd one.
        let (pending, pairs) = samples.split_at(usize::from(even.filled > odd.filled).min(samples.len()));
        odd.extend(pending.len()).copy_from_slice(pending);
        let (pairs, single) = pairs.as_chunks::<2>();
        split_phases(pairs, even.extend(pairs.len()), odd.extend(pairs.len()));
        even.extend(single.len()).copy_from_slice(single);
        self.filter()
    }

    /// Adds zeros after the end, until the output centred on the last even sample is complete.
    fn finish(&mut self) -> &[f32] {
        let length = self.phases[0].filled + self.reach - 1;
        for phase in &mut self.phases {
            phase.extend(length - phase.filled).fill(0.0);
        }
        self.filter()
    }

    /// Computes all outputs whose samples have come and drops the samples that are no longer needed.
    fn filter(&mut self) -> &[f32] {
        let [even, odd] = &mut self.phases;
        let outputs = (odd.filled + 1).saturating_sub(2 * self.reach);
        if self.output.len() < outputs {
            self.output.resize(outputs, 0.0);
        }
        let output = &mut self.output[..outputs];
        if outputs > 0 {
            // Even taps begin one sample later than odd ones.
            convolve(output, &even.samples()[1..], &self.taps[0], odd.samples(), &self.taps[1]);
            even.drop_first(outputs);
            odd.drop_first(outputs);
        }
        output
    }
}

impl Phase {
    fn samples(&self) -> &[f32] {
        &self.buffer[..self.filled]
    }

    /// Returns space for `count` further samples, which the caller must fill.
    fn extend(&mut self, count: usize) -> &mut [f32] {
        let start = self.filled;
        self.filled += count;
        if self.buffer.len() < self.filled {
            self.buffer.resize(self.filled, 0.0);
        }
        &mut self.buffer[start..self.filled]
    }

    fn drop_first(&mut self, count: usize) {
        self.buffer.copy_within(count..self.filled, 0);
        self.filled -= count;
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn split_phases(pairs: &[[f32; 2]], even: &mut [f32], odd: &mut [f32]) {
    for ((pair, even), odd) in pairs.iter().zip(even).zip(odd) {
        [*even, *odd] = *pair;
    }
}

/// output[n] = Σ even_taps[k]·even[n + k] + Σ odd_taps[k]·odd[n + k], each in ascending k.
#[multiversion(targets("x86_64+avx2+fma"))]
fn convolve(output: &mut [f32], even: &[f32], even_taps: &[f32], odd: &[f32], odd_taps: &[f32]) {
    // Without a processor instruction for it, fused multiply-add would be a library call.
    if target_cfg_f!(target_feature = "fma") {
        convolve_in_lanes::<true>(output, [even, odd], [even_taps, odd_taps]);
    } else {
        convolve_in_lanes::<false>(output, [even, odd], [even_taps, odd_taps]);
    }
}

#[inline(always)]
fn convolve_in_lanes<const FUSED: bool>(output: &mut [f32], phases: [&[f32]; 2], taps: [&[f32]; 2]) {
    let done = convolve_rows::<FUSED, LANES>(output, phases, taps);
    let (output, phases) = (&mut output[done..], phases.map(|phase| &phase[done..]));
    let done = convolve_rows::<FUSED, FEW_LANES>(output, phases, taps);
    convolve_rows::<FUSED, 1>(&mut output[done..], phases.map(|phase| &phase[done..]), taps);
}

/// Computes the outputs that fill whole rows of N and returns their number.
#[inline(always)]
fn convolve_rows<const FUSED: bool, const N: usize>(
    output: &mut [f32],
    [even, odd]: [&[f32]; 2],
    [even_taps, odd_taps]: [&[f32]; 2],
) -> usize {
    let rows = output.as_chunks_mut::<N>().0;
    for (row, output) in rows.iter_mut().enumerate() {
        let mut sums = [0.0_f32; N];
        add_taps::<FUSED, N>(&mut sums, &even[row * N..], even_taps);
        add_taps::<FUSED, N>(&mut sums, &odd[row * N..], odd_taps);
        *output = sums;
    }
    rows.len() * N
}

#[inline(always)]
fn add_taps<const FUSED: bool, const N: usize>(sums: &mut [f32; N], samples: &[f32], taps: &[f32]) {
    for (samples, &tap) in samples.windows(N).zip(taps) {
        for (sum, &x) in sums.iter_mut().zip(samples) {
            *sum = if FUSED { tap.mul_add(x, *sum) } else { *sum + tap * x };
        }
    }
}

/// Linear-phase low-pass of 4·reach − 1 taps by a Kaiser window, edges as fractions of the input rate,
/// unit gain at 0 Hz (Oppenheim & Schafer, Discrete-Time Signal Processing, section 7.5.3).
fn kaiser_low_pass(pass: f64, stop: f64) -> Vec<f64> {
    let order = (ATTENUATION_DB - 7.95) / (2.285 * 2.0 * PI * (stop - pass));
    let reach = ((order / 2.0 + 1.0) / 2.0).ceil() as usize;
    let side = (2 * reach - 1) as f64;
    let cutoff = pass + stop;
    let beta = 0.1102 * (ATTENUATION_DB - 8.7);
    let tap = |k: usize| {
        let t = k as f64 - side;
        let sinc = if t == 0.0 { cutoff } else { (PI * cutoff * t).sin() / (PI * t) };
        sinc * bessel_i0(beta * (1.0 - (t / side).powi(2)).max(0.0).sqrt())
    };
    let taps: Vec<f64> = (0..4 * reach - 1).map(tap).collect();
    let gain: f64 = taps.iter().sum();
    taps.into_iter().map(|tap| tap / gain).collect()
}

/// Modified Bessel function of the first kind and order 0, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..64 {
        term *= (0.5 * x / f64::from(k)).powi(2);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests;
