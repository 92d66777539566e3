//! Finite impulse responses over buffered samples.

use multiversion::{multiversion, target::target_cfg_f};

/// Outputs computed together: enough sums to hide the latency of a multiply-add.
const LANES: usize = 64;
/// The same for the outputs that are left over.
const FEW_LANES: usize = 8;

/// Samples in a buffer that never shrinks, so that it is not cleared each time before it is written.
#[derive(Default)]
pub(super) struct Phase {
    buffer: Vec<f32>,
    pub(super) filled: usize,
}

impl Phase {
    pub(super) fn samples(&self) -> &[f32] {
        &self.buffer[..self.filled]
    }

    /// Returns space for `count` further samples, which the caller must fill.
    pub(super) fn extend(&mut self, count: usize) -> &mut [f32] {
        let start = self.filled;
        self.filled += count;
        if self.buffer.len() < self.filled {
            self.buffer.resize(self.filled, 0.0);
        }
        &mut self.buffer[start..self.filled]
    }

    pub(super) fn drop_first(&mut self, count: usize) {
        self.buffer.copy_within(count..self.filled, 0);
        self.filled -= count;
    }
}

/// output[n] = Σ even_taps[k]·even[n + k] + Σ odd_taps[k]·odd[n + k], each in ascending k.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn convolve(output: &mut [f32], even: &[f32], even_taps: &[f32], odd: &[f32], odd_taps: &[f32]) {
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
