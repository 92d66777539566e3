//! Points of a series over a track of any length, in fixed memory.
//!
//! A point joins so many base steps: one at first, and twice as many each time the points reach [`MAX_POINTS`]. Neighbours are
//! joined then, so that a long track ends with 1,000 to 2,000 points, and each has seen all of its steps.

use crate::trace::{MAX_POINTS, Series};

/// What a point keeps of its steps.
pub(crate) trait Point: Copy {
    /// What no step leaves.
    const EMPTY: Self;

    /// This point and the steps that follow it.
    fn join(&self, later: &Self) -> Self;
}

/// The points so far.
pub(crate) struct Points<T> {
    points: Vec<T>,
    /// Base steps in a point; a power of two.
    steps_in_point: u64,
}

impl<T: Point> Points<T> {
    pub(crate) fn new() -> Self {
        Self { points: Vec::with_capacity(MAX_POINTS), steps_in_point: 1 }
    }

    /// Adds to a base step, which may be the last one again, or any later one.
    pub(crate) fn add(&mut self, step: u64, value: &T) {
        while step / self.steps_in_point >= MAX_POINTS as u64 {
            self.halve();
        }
        let index = (step / self.steps_in_point) as usize;
        if index >= self.points.len() {
            self.points.resize(index + 1, T::EMPTY);
        }
        self.points[index] = self.points[index].join(value);
    }

    fn halve(&mut self) {
        let joined = self.points.len().div_ceil(2);
        for index in 0..joined {
            let later = self.points.get(2 * index + 1).copied().unwrap_or(T::EMPTY);
            self.points[index] = self.points[2 * index].join(&later);
        }
        self.points.truncate(joined);
        self.steps_in_point *= 2;
    }

    /// The series, of base steps of `step_s` seconds from `start_s` on; `value` reads a point.
    pub(crate) fn series(
        &self,
        (name, unit): (&'static str, &'static str),
        start_s: f64,
        step_s: f64,
        value: impl FnMut(&T) -> Option<f64>,
    ) -> Series {
        let step_s = step_s * self.steps_in_point as f64;
        Series { name, unit, start_s, step_s, values: self.points.iter().map(value).collect() }
    }
}

/// The largest value of the steps; −∞ without one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Largest(pub(crate) f64);

impl Point for Largest {
    const EMPTY: Self = Self(f64::NEG_INFINITY);

    fn join(&self, later: &Self) -> Self {
        Self(self.0.max(later.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series_of(steps: u64) -> Series {
        let mut points = Points::new();
        for step in 0..steps {
            points.add(step, &Largest(step as f64));
        }
        points.series(("x", ""), 0.0, 1.0, |point| Some(point.0))
    }

    #[test]
    fn a_series_of_any_length_keeps_each_maximum_in_at_most_2000_points() {
        for steps in [0, 1, 1_999, 2_000, 2_001, 3_999, 4_000, 4_001, 100_000] {
            let series = series_of(steps);
            let in_point = series.step_s as u64;
            assert!(series.values.len() <= MAX_POINTS && in_point.is_power_of_two(), "{steps}: {in_point}");
            assert!(steps <= 2_000 || series.values.len() > 1_000, "{steps}: {}", series.values.len());
            assert_eq!(series.values.len() as u64, steps.div_ceil(in_point));
            for (index, value) in series.values.iter().enumerate() {
                let last = ((index as u64 + 1) * in_point).min(steps) - 1;
                assert_eq!(*value, Some(last as f64), "{steps} steps, point {index}");
            }
        }
    }

    #[test]
    fn steps_without_a_value_are_empty_points() {
        let mut points = Points::new();
        points.add(3, &Largest(1.0));
        points.add(3, &Largest(0.5));
        let series = points.series(("x", "dB"), 0.5, 0.1, |point| point.0.is_finite().then_some(point.0));
        assert_eq!(series.values, [None, None, None, Some(1.0)]);
        assert_eq!((series.name, series.unit, series.start_s, series.step_s), ("x", "dB", 0.5, 0.1));
    }
}
