//! Sums of power over a whole track, in f64 lanes, and its peak.
//!
//! A sample's lane follows from its position in the stream, not in the run that brought it, so the sum
//! has one order however the stream is cut. Squares of f32 are exact in f64, at any level.

use multiversion::multiversion;

/// Independent partial sums: enough to fill vector registers and hide the latency of an addition.
const LANES: usize = 8;

/// A running sum over stereo samples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PowerSum {
    lanes: [f64; LANES],
    /// Lane of the next sample.
    next: usize,
}

impl PowerSum {
    /// Adds Σ (L² + R²).
    pub fn add_power(&mut self, left: &[f32], right: &[f32]) {
        self.add(left, right, add_power_rows, power);
    }

    /// Adds Σ (L − R)², the power of the side signal.
    pub fn add_side_power(&mut self, left: &[f32], right: &[f32]) {
        self.add(left, right, add_side_power_rows, side_power);
    }

    /// The sum so far.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.lanes.iter().sum()
    }

    /// Adds the samples up to the next whole row of lanes, the whole rows, and the rest.
    fn add(&mut self, left: &[f32], right: &[f32], add_rows: AddRows, power_of: fn(f32, f32) -> f64) {
        let head = ((LANES - self.next) % LANES).min(left.len());
        let (left_head, left) = left.split_at(head);
        let (right_head, right) = right.split_at(head);
        let (left_rows, left_rest) = left.as_chunks();
        let (right_rows, right_rest) = right.as_chunks();
        self.add_singly(left_head, right_head, power_of);
        add_rows(&mut self.lanes, left_rows, right_rows);
        self.add_singly(left_rest, right_rest, power_of);
    }

    fn add_singly(&mut self, left: &[f32], right: &[f32], power_of: fn(f32, f32) -> f64) {
        for (&l, &r) in left.iter().zip(right) {
            self.lanes[self.next] += power_of(l, r);
            self.next = (self.next + 1) % LANES;
        }
    }
}

/// Adds whole rows of left and right samples to the lanes.
type AddRows = fn(&mut [f64; LANES], &[[f32; LANES]], &[[f32; LANES]]);

#[inline(always)]
fn power(l: f32, r: f32) -> f64 {
    let (l, r) = (f64::from(l), f64::from(r));
    l * l + r * r
}

#[inline(always)]
fn side_power(l: f32, r: f32) -> f64 {
    let side = f64::from(l) - f64::from(r);
    side * side
}

#[multiversion(targets("x86_64+avx2"))]
fn add_power_rows(lanes: &mut [f64; LANES], left: &[[f32; LANES]], right: &[[f32; LANES]]) {
    for (left, right) in left.iter().zip(right) {
        for ((lane, &l), &r) in lanes.iter_mut().zip(left).zip(right) {
            *lane += power(l, r);
        }
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn add_side_power_rows(lanes: &mut [f64; LANES], left: &[[f32; LANES]], right: &[[f32; LANES]]) {
    for (left, right) in left.iter().zip(right) {
        for ((lane, &l), &r) in lanes.iter_mut().zip(left).zip(right) {
            *lane += side_power(l, r);
        }
    }
}

/// Largest absolute sample; 0 without samples.
#[must_use]
pub fn peak(samples: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let (rows, rest) = samples.as_chunks::<LANES>();
    let mut lanes = [0.0_f32; LANES];
    for row in rows {
        for (lane, x) in lanes.iter_mut().zip(row) {
            *lane = larger(*lane, x.abs());
        }
    }
    let rest = rest.iter().fold(0.0, |most, x| larger(most, x.abs()));
    lanes.into_iter().fold(rest, larger)
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;

    fn stereo(length: usize) -> (Vec<f32>, Vec<f32>) {
        let wave = |step: f64| (0..length).map(|n| ((n as f64) * step).sin() as f32).collect();
        (wave(0.1), wave(0.37))
    }

    #[test]
    fn the_cut_of_the_stream_changes_no_bit() {
        let (left, right) = stereo(5_003);
        let mut whole = PowerSum::default();
        whole.add_power(&left, &right);
        let expected: f64 = left.iter().chain(&right).map(|&x| f64::from(x).powi(2)).sum();
        assert_relative_eq!(whole.total(), expected, max_relative = 1e-12, epsilon = 0.0);
        for size in [1, 7, 8, 1000] {
            let mut cut = PowerSum::default();
            for (l, r) in left.chunks(size).zip(right.chunks(size)) {
                cut.add_power(l, r);
            }
            assert_eq!(cut.total().to_bits(), whole.total().to_bits(), "runs of {size}");
        }
    }

    #[test]
    fn a_quiet_half_counts_after_a_loud_one() {
        // Each of the eight lanes holds 2²² by then, where neighbouring f32 lie 0.5 apart: 1e-4 would be lost.
        let (loud, quiet) = (vec![1.0_f32; 1 << 20], vec![0.01_f32; 1 << 20]);
        let mut sum = PowerSum::default();
        for _ in 0..16 {
            sum.add_power(&loud, &loud);
        }
        for _ in 0..16 {
            sum.add_power(&quiet, &quiet);
        }
        let samples = 2.0 * f64::from(1 << 24);
        let square = f64::from(0.01_f32).powi(2);
        assert_relative_eq!(sum.total() - samples, samples * square, max_relative = 1e-5, epsilon = 0.0);
    }

    #[test]
    fn peak_is_the_largest_magnitude_wherever_it_lies() {
        for length in [1, 7, 8, 100] {
            for position in 0..length {
                let mut samples = vec![0.25_f32; length];
                samples[position] = -0.75;
                assert_eq!(peak(&samples), 0.75);
            }
        }
        assert_eq!(peak(&[]), 0.0);
    }
}
