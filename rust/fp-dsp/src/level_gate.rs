//! The level gate: which frames are active is known only at the end, so sums are kept per 0.01 dB of level.
//!
//! A frame is active when its level is at least the floor and no more than 40 dB below the 95th
//! percentile of the levels at or above the floor. With counts and sums per level, one pass is enough, and memory does
//! not grow with the track.

use std::ops::Range;

/// Resolution of the histogram: levels per dB.
const STEPS_PER_DB: f64 = 100.0;
/// How far below the 95th percentile an active frame may lie, in dB.
const DEPTH_DB: f64 = 40.0;
const PERCENTILE: f64 = 0.95;

/// The range of levels in a histogram; levels above the top count as the top.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevelRange {
    floor_db: f64,
    steps: usize,
}

impl LevelRange {
    /// Frame levels in dBFS: the floor of the gate is −90 dBFS; float files may reach above 0.
    pub const DBFS: Self = Self::new(-90.0, 30.0);
    /// Spectral power in dB with any positive power counted (f32's smallest normal is −380 dB).
    pub const POWER: Self = Self::new(-240.0, 120.0);

    const fn new(floor_db: f64, top_db: f64) -> Self {
        Self { floor_db, steps: ((top_db - floor_db) * STEPS_PER_DB) as usize }
    }

    /// Whether a level reaches the floor, so that its frame may be active.
    #[must_use]
    pub fn reaches_floor(self, level_db: f64) -> bool {
        self.step(level_db).is_some()
    }

    /// Whether a frame of this level is active under a gate of the same range.
    #[must_use]
    pub fn passes(self, gate: Gate, level_db: f64) -> bool {
        self.step(level_db).is_some_and(|step| step >= gate.first_step)
    }

    /// Step of a level; `None` below the floor (and for −∞ and NaN).
    fn step(self, level_db: f64) -> Option<usize> {
        // The comparison is written so that NaN fails it.
        if level_db >= self.floor_db {
            Some((((level_db - self.floor_db) * STEPS_PER_DB) as usize).min(self.steps - 1))
        } else {
            None
        }
    }
}

/// The gate of a finished track: the first step that is active, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    first_step: usize,
}

/// Counts of frames by level.
#[derive(Clone, Debug)]
pub struct LevelHistogram {
    range: LevelRange,
    counts: Box<[u32]>,
    total: u64,
    audible: u64,
}

impl LevelHistogram {
    /// An empty histogram.
    #[must_use]
    pub fn new(range: LevelRange) -> Self {
        Self { range, counts: vec![0; range.steps].into(), total: 0, audible: 0 }
    }

    /// Forgets all frames.
    pub fn reset(&mut self) {
        self.counts.fill(0);
        self.total = 0;
        self.audible = 0;
    }

    /// Counts a frame of this level in dB.
    pub fn count(&mut self, level_db: f64) {
        self.total += 1;
        if let Some(step) = self.range.step(level_db) {
            self.audible += 1;
            self.counts[step] += 1;
        }
    }

    /// All frames, active or not.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// The gate; `None` when no frame reaches the floor, so that none is active.
    #[must_use]
    pub fn gate(&self) -> Option<Gate> {
        let last = self.audible.checked_sub(1)?;
        // NumPy's linear interpolation between the two neighbouring order statistics.
        let position = PERCENTILE * last as f64;
        let below = self.order_statistic(position.floor() as u64);
        let above = self.order_statistic(position.ceil() as u64);
        let percentile_step = below + (above - below) * position.fract();
        let first_step = (percentile_step - DEPTH_DB * STEPS_PER_DB).ceil().max(0.0) as usize;
        Some(Gate { first_step })
    }

    /// Frames that pass the gate.
    #[must_use]
    pub fn active(&self, gate: Gate) -> u64 {
        self.counts[gate.first_step..].iter().map(|&count| u64::from(count)).sum()
    }

    /// Step of the audible frame of this rank (0 = quietest).
    fn order_statistic(&self, rank: u64) -> f64 {
        let mut seen = 0;
        for (step, &count) in self.counts.iter().enumerate() {
            seen += u64::from(count);
            if seen > rank {
                return step as f64;
            }
        }
        (self.range.steps - 1) as f64
    }
}

/// Sums of `K` per-frame quantities by level.
#[derive(Clone, Debug)]
pub struct LevelSums<const K: usize> {
    range: LevelRange,
    sums: Box<[[f64; K]]>,
    /// Steps in use. The others are never read or cleared, so that the system never has to provide memory for levels
    /// that no track reaches.
    used: Range<usize>,
}

impl<const K: usize> LevelSums<K> {
    /// Empty sums; the range must be that of the histogram that the gate comes from.
    #[must_use]
    pub fn new(range: LevelRange) -> Self {
        Self { range, sums: vec![[0.0; K]; range.steps].into(), used: 0..0 }
    }

    /// Forgets all sums.
    pub fn reset(&mut self) {
        self.sums[self.used.clone()].fill([0.0; K]);
        self.used = 0..0;
    }

    /// Adds the quantities of a frame at its level. Frames below the floor are dropped, because they cannot be active.
    pub fn add(&mut self, level_db: f64, values: [f64; K]) {
        if let Some(step) = self.range.step(level_db) {
            self.used = if self.used.is_empty() {
                step..step + 1
            } else {
                self.used.start.min(step)..self.used.end.max(step + 1)
            };
            for (sum, value) in self.sums[step].iter_mut().zip(values) {
                *sum += value;
            }
        }
    }

    /// Totals over the active frames; zeros when there is no gate.
    #[must_use]
    pub fn above(&self, gate: Option<Gate>) -> [f64; K] {
        let mut totals = [0.0; K];
        if let Some(gate) = gate {
            let first_step = gate.first_step.clamp(self.used.start, self.used.end);
            for sums in &self.sums[first_step..self.used.end] {
                for (total, sum) in totals.iter_mut().zip(sums) {
                    *total += sum;
                }
            }
        }
        totals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gate_follows_the_95th_percentile_of_audible_levels() {
        let mut histogram = LevelHistogram::new(LevelRange::DBFS);
        let mut sums = LevelSums::<1>::new(LevelRange::DBFS);
        // 100 loud frames at -10 dB, 50 at -49.9 dB (active), 50 at -50.1 dB (not), 30 under the floor.
        for (level, frames) in [(-10.0, 100), (-49.9, 50), (-50.1, 50), (-95.0, 20), (f64::NEG_INFINITY, 10)] {
            for _ in 0..frames {
                histogram.count(level);
                sums.add(level, [1.0]);
            }
        }
        let gate = histogram.gate();
        assert_eq!(histogram.total(), 230);
        assert_eq!(gate.map(|g| histogram.active(g)), Some(150));
        assert_eq!(sums.above(gate), [150.0]);
    }

    #[test]
    fn silence_has_no_gate() {
        let mut histogram = LevelHistogram::new(LevelRange::DBFS);
        histogram.count(f64::NEG_INFINITY);
        histogram.count(-90.01);
        assert_eq!(histogram.gate(), None);
        assert_eq!(LevelSums::<2>::new(LevelRange::DBFS).above(None), [0.0; 2]);
    }

    #[test]
    fn levels_beyond_the_top_count_as_the_top() {
        let mut histogram = LevelHistogram::new(LevelRange::DBFS);
        histogram.count(1e9);
        histogram.count(f64::INFINITY);
        assert_eq!(histogram.gate().map(|g| histogram.active(g)), Some(2));
    }
}
