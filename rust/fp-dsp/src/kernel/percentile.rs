//! Percentiles of sorted values, as NumPy computes them by default.

/// The quantile `fraction` (0–1) of values sorted in ascending order: linear interpolation between the
/// order statistics around position fraction·(n − 1), as `numpy.percentile`. `None` if there are no values.
#[must_use]
pub fn percentile(sorted: &[f64], fraction: f64) -> Option<f64> {
    let position = fraction * sorted.len().checked_sub(1)? as f64;
    let below = *sorted.get(position.floor() as usize)?;
    let above = *sorted.get(position.ceil() as usize)?;
    Some(below + (above - below) * position.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_interpolate_as_numpy() {
        // numpy.percentile([1, 2, 4, 8, 16], [0, 5, 50, 95, 100]) == [1, 1.2, 4, 14.4, 16]
        let values = [1.0, 2.0, 4.0, 8.0, 16.0];
        for (fraction, expected) in [(0.0, 1.0), (0.05, 1.2), (0.5, 4.0), (0.95, 14.4), (1.0, 16.0)] {
            let actual = percentile(&values, fraction).unwrap();
            approx::assert_abs_diff_eq!(actual, expected, epsilon = 1e-12);
        }
        assert_eq!(percentile(&[3.0], 0.95), Some(3.0));
        assert_eq!(percentile(&[], 0.5), None);
    }
}
