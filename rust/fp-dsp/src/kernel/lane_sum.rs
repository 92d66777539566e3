//! Sums in independent lanes: a fixed order of additions that compilers turn into SIMD.
//!
//! A compiler may not reorder a serial floating-point sum, so each addition must wait for the one before.
//! Sixteen partial sums run side by side, lose less to rounding, and give the same bits at every vector width.

use multiversion::multiversion;

/// Number of partial sums that run side by side.
pub const LANES: usize = 16;

/// Σx in f64.
#[must_use]
#[multiversion(targets("x86_64+avx2"))]
pub fn sum_f64(values: &[f32]) -> f64 {
    sum_mapped_f64(values, f64::from)
}

/// Σx² in f64, where the squares of f32 are exact at any level.
#[must_use]
#[multiversion(targets("x86_64+avx2"))]
pub fn sum_squares_f64(values: &[f32]) -> f64 {
    sum_mapped_f64(values, |x| f64::from(x) * f64::from(x))
}

#[inline(always)]
fn sum_mapped_f64(values: &[f32], map: impl Fn(f32) -> f64) -> f64 {
    let mut lanes = [0.0_f64; LANES];
    let (rows, rest) = values.as_chunks::<LANES>();
    for row in rows {
        for (lane, &x) in lanes.iter_mut().zip(row) {
            *lane += map(x);
        }
    }
    lanes.iter().sum::<f64>() + rest.iter().map(|&x| map(x)).sum::<f64>()
}

/// Replaces each value by `start` plus all values up to and including it.
///
/// Works on four values at a time, so that only one addition in four must wait for the one before.
pub fn running_sum(values: &mut [f64], start: f64) {
    let mut sum = start;
    let (rows, rest) = values.as_chunks_mut::<4>();
    for row in rows {
        let [a, b, c, d] = *row;
        let pair = a + b;
        let four = pair + (c + d);
        *row = [sum + a, sum + pair, sum + (pair + c), sum + four];
        sum += four;
    }
    for value in rest {
        sum += *value;
        *value = sum;
    }
}

/// Σx·w of short slices in f32 lanes, added up in f64; ends with the shorter slice.
#[must_use]
#[inline(always)]
pub fn dot_f32(values: &[f32], weights: &[f32]) -> f64 {
    let length = values.len().min(weights.len());
    let (values, weights) = (&values[..length], &weights[..length]);
    let mut lanes = [0.0_f32; LANES];
    let rows = values.chunks_exact(LANES).zip(weights.chunks_exact(LANES));
    for (row, row_weights) in rows {
        for ((lane, &x), &w) in lanes.iter_mut().zip(row).zip(row_weights) {
            *lane += x * w;
        }
    }
    let done = length - length % LANES;
    let rest = values[done..].iter().zip(&weights[done..]).map(|(&x, &w)| f64::from(x) * f64::from(w));
    join(&lanes) + rest.sum::<f64>()
}

#[inline(always)]
fn join(lanes: &[f32; LANES]) -> f64 {
    lanes.iter().map(|&lane| f64::from(lane)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lane_sums_equal_the_serial_sum_for_every_length() {
        for length in 0..70_u16 {
            // Small integers: additions are exact in every order.
            let values: Vec<f32> = (0..length).map(|i| f32::from(i * 7 % 31)).collect();
            let weights: Vec<f32> = (0..length).map(|i| f32::from(i * 5 % 17)).collect();
            let serial: f64 = values.iter().map(|&x| f64::from(x)).sum();
            assert_eq!(sum_f64(&values), serial);
            assert_eq!(sum_squares_f64(&values), values.iter().map(|&x| f64::from(x * x)).sum::<f64>());
            let mut running: Vec<f64> = values.iter().map(|&x| f64::from(x)).collect();
            running_sum(&mut running, 5.0);
            let mut sum = 5.0;
            assert!(values.iter().zip(&running).all(|(&x, &running)| {
                sum += f64::from(x);
                sum == running
            }));
            let product: f64 = values.iter().zip(&weights).map(|(&x, &w)| f64::from(x * w)).sum();
            assert_eq!(dot_f32(&values, &weights), product);
        }
    }
}
