//! ITU-R BS.1770-5 loudness: K-weighted power in cells of 100 ms, and the gated results.
//!
//! Cell k holds the weighted sum over channels of Σ z² for the samples ⌊k·rate/10⌋ … ⌊(k+1)·rate/10⌋ − 1.
//! A gating block of 400 ms is four cells, a short-term window of 3 s thirty; both advance by one cell.
//! With one number per cell, gates and percentiles are exact; ten hours take 3 MB.

use std::collections::BTreeMap;

use crate::{
    fingerprint::{NullReason, Value},
    kernel::{
        loudness::{
            k_weighting::{KWeighting, KWeightingState},
            moving::MovingPower,
        },
        percentile::percentile,
    },
    layout::ChannelLayout,
    params::Params,
};

/// Cells per second.
const CELLS_PER_S: u64 = 10;
/// Steps of 10 ms in a cell.
const STEPS_IN_CELL: usize = 10;
/// Cells in a gating block of 400 ms, which overlap by 75 %.
const BLOCK_CELLS: usize = 4;
/// Cells in a short-term window of 3 s.
const SHORT_TERM_CELLS: usize = 30;
/// LUFS = OFFSET + 10·log10(weighted mean square); makes a 997 Hz sine of 0 dBFS in one channel −3.01.
const OFFSET_LU: f64 = -0.691;
const ABSOLUTE_GATE_LUFS: f64 = -70.0;
/// Relative gate of integrated loudness, ITU-R BS.1770-5 annex 1.
const INTEGRATED_GATE_LU: f64 = -10.0;
/// Relative gate of the loudness range, EBU Tech 3342.
const RANGE_GATE_LU: f64 = -20.0;
/// The loudness range lies between these percentiles, EBU Tech 3342.
const RANGE_PERCENTILES: (f64, f64) = (0.10, 0.95);

/// Loudness of a multichannel stream.
pub struct LoudnessMeter {
    rate_hz: u64,
    filter: KWeighting,
    channels: Box<[MeteredChannel]>,
    /// Samples of the 10 ms step being filled, the same for every channel, and their channel-weighted Σ z².
    filled: usize,
    power: f64,
    moving: MovingPower,
    /// Full steps of the cell being filled, and their Σ z².
    cell_steps: usize,
    cell_power: f64,
    /// Channel-weighted Σ z² of each full cell.
    cells: Vec<f64>,
}

/// A channel with its BS.1770 weight.
struct MeteredChannel {
    weight: f64,
    state: KWeightingState,
}

impl LoudnessMeter {
    /// A meter for one format.
    #[must_use]
    pub fn new(params: &Params, layout: &ChannelLayout) -> Self {
        let channel = |weight| MeteredChannel { weight, state: KWeightingState::default() };
        Self {
            rate_hz: params.rate_hz.into(),
            filter: KWeighting::new(params.rate_hz),
            channels: layout.gains().iter().map(|gains| channel(gains.loudness)).collect(),
            filled: 0,
            power: 0.0,
            moving: MovingPower::new(params.rate_hz.into()),
            cell_steps: 0,
            cell_power: 0.0,
            cells: Vec::new(),
        }
    }

    /// Forgets the stream.
    pub fn reset(&mut self) {
        for channel in &mut self.channels {
            channel.state = KWeightingState::default();
        }
        self.filled = 0;
        self.power = 0.0;
        self.moving = MovingPower::new(self.rate_hz);
        self.cell_steps = 0;
        self.cell_power = 0.0;
        self.cells.clear();
    }

    /// Adds samples of the original channels, in stream order and of any length.
    ///
    /// Where the stream is cut changes the result only by rounding.
    ///
    /// # Panics
    /// When there are not as many channels as in the layout.
    pub fn add_samples(&mut self, channels: &[&[f32]]) {
        assert_eq!(channels.len(), self.channels.len(), "one slice per channel");
        let length = channels[0].len();
        let mut done = 0;
        while done < length {
            let step = self.moving.step_length();
            let taken = (step - self.filled).min(length - done);
            for (metered, samples) in self.channels.iter_mut().zip(channels).filter(|(metered, _)| metered.weight > 0.0)
            {
                self.power += metered.weight * self.filter.power(&samples[done..done + taken], &mut metered.state);
            }
            self.filled += taken;
            done += taken;
            if self.filled == step {
                self.finish_step();
            }
        }
    }

    fn finish_step(&mut self) {
        self.moving.add_step(self.power);
        self.cell_power += self.power;
        self.cell_steps += 1;
        if self.cell_steps == STEPS_IN_CELL {
            self.cells.push(self.cell_power);
            self.cell_steps = 0;
            self.cell_power = 0.0;
        }
        self.filled = 0;
        self.power = 0.0;
    }

    /// Integrated loudness in LUFS: the mean power of the 400 ms blocks that exceed −70 LUFS and lie
    /// within 10 LU of the loudness of those.
    ///
    /// Undefined for less than one block, and when none exceeds −70 LUFS.
    pub fn integrated(&self) -> Value {
        if self.cells.len() < BLOCK_CELLS {
            return Err(NullReason::TooShort);
        }
        let gate = self.relative_gate(BLOCK_CELLS, INTEGRATED_GATE_LU).ok_or(NullReason::BelowGate)?;
        let mean = mean(self.mean_squares(BLOCK_CELLS).filter(|&z| z > gate)).ok_or(NullReason::BelowGate)?;
        Ok(loudness_lufs(mean))
    }

    /// Standard deviation in LU of the short-term loudness (3 s), gated as for the loudness range.
    ///
    /// Undefined under 3 s, and when no window exceeds −70 LUFS.
    pub fn short_term_deviation(&self) -> Value {
        if self.cells.len() < SHORT_TERM_CELLS {
            return Err(NullReason::TooShort);
        }
        let gate = self.relative_gate(SHORT_TERM_CELLS, RANGE_GATE_LU).ok_or(NullReason::BelowGate)?;
        let levels = || self.mean_squares(SHORT_TERM_CELLS).filter(|&z| z > gate).map(loudness_lufs);
        let centre = mean(levels()).ok_or(NullReason::BelowGate)?;
        let variance = mean(levels().map(|level| (level - centre).powi(2))).ok_or(NullReason::BelowGate)?;
        Ok(variance.sqrt())
    }

    /// Loudness range in LU, EBU Tech 3342: from the 10th to the 95th percentile of the short-term
    /// loudness that exceeds −70 LUFS and lies within 20 LU of the mean power of the rest.
    ///
    /// `None` where [`Self::short_term_deviation`] is undefined.
    #[must_use]
    pub fn range_lu(&self) -> Option<f64> {
        let gate = self.relative_gate(SHORT_TERM_CELLS, RANGE_GATE_LU)?;
        let mut levels: Vec<f64> =
            self.mean_squares(SHORT_TERM_CELLS).filter(|&z| z > gate).map(loudness_lufs).collect();
        levels.sort_unstable_by(f64::total_cmp);
        let (low, high) = RANGE_PERCENTILES;
        Some(percentile(&levels, high)? - percentile(&levels, low)?)
    }

    /// Largest loudness of 400 ms in LUFS, in steps of 10 ms; `None` for less audio, and for digital silence.
    #[must_use]
    pub fn max_momentary_lufs(&self) -> Option<f64> {
        self.moving.largest_momentary().filter(|&z| z > 0.0).map(loudness_lufs)
    }

    /// Largest loudness of 3 s in LUFS, likewise.
    #[must_use]
    pub fn max_short_term_lufs(&self) -> Option<f64> {
        self.moving.largest_short_term().filter(|&z| z > 0.0).map(loudness_lufs)
    }

    /// The gating blocks above −70 LUFS, counted per whole LU (rounded down): the loudness of the mean power of each LU's
    /// blocks, and how many, quietest first. The gated loudness of several tracks together follows from theirs.
    #[must_use]
    pub fn gating_blocks(&self) -> Vec<(f64, u64)> {
        let mut levels = BTreeMap::<i32, (f64, u64)>::new();
        let absolute = 10.0_f64.powf((ABSOLUTE_GATE_LUFS - OFFSET_LU) / 10.0);
        for z in self.mean_squares(BLOCK_CELLS).filter(|&z| z > absolute) {
            let (power, count) = levels.entry(loudness_lufs(z).floor() as i32).or_default();
            *power += z;
            *count += 1;
        }
        levels.into_values().map(|(power, count)| (loudness_lufs(power / count as f64), count)).collect()
    }

    /// Seconds from one cell to the next.
    pub const CELL_S: f64 = 1.0 / CELLS_PER_S as f64;

    /// Loudness in LUFS of each window of 400 ms, the cells apart, and the seconds to the end of the first; −∞ for digital silence.
    pub fn momentary_lufs(&self) -> (f64, impl Iterator<Item = f64>) {
        (BLOCK_CELLS as f64 * Self::CELL_S, self.mean_squares(BLOCK_CELLS).map(loudness_lufs))
    }

    /// The same for windows of 3 s.
    pub fn short_term_lufs(&self) -> (f64, impl Iterator<Item = f64>) {
        (SHORT_TERM_CELLS as f64 * Self::CELL_S, self.mean_squares(SHORT_TERM_CELLS).map(loudness_lufs))
    }

    /// First sample of cell `index`.
    const fn cell_start(&self, index: usize) -> u64 {
        index as u64 * self.rate_hz / CELLS_PER_S
    }

    /// Weighted mean square of every full window of `cells` cells.
    ///
    /// Each window is summed anew: a running sum would carry the rounding of a loud passage into a quiet one.
    fn mean_squares(&self, cells: usize) -> impl Iterator<Item = f64> {
        self.cells.windows(cells).enumerate().map(move |(index, window)| {
            let length = self.cell_start(index + cells) - self.cell_start(index);
            window.iter().sum::<f64>() / length as f64
        })
    }

    /// The mean square that a window must exceed: the absolute gate, or `offset_lu` relative to the mean of the
    /// windows above that gate, whichever is higher. `None` when no window exceeds the absolute gate.
    fn relative_gate(&self, cells: usize, offset_lu: f64) -> Option<f64> {
        let absolute = 10.0_f64.powf((ABSOLUTE_GATE_LUFS - OFFSET_LU) / 10.0);
        let loud = mean(self.mean_squares(cells).filter(|&z| z > absolute))?;
        Some(absolute.max(loud * 10.0_f64.powf(offset_lu / 10.0)))
    }
}

/// Loudness of a weighted mean square.
fn loudness_lufs(mean_square: f64) -> f64 {
    OFFSET_LU + 10.0 * mean_square.log10()
}

/// Mean of the values; `None` when there are none.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u64), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}

#[cfg(test)]
mod tests;
