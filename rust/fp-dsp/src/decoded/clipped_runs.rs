//! Runs of three or more equal samples at the ceiling of the track.
//!
//! The positive and the negative ceiling are the highest and the lowest sample of all channels. They are known only at the
//! end: what was found at a lower ceiling is forgotten as soon as a sample exceeds it. Runs of several channels that
//! overlap in time are one.

use super::blocks::{BLOCK, ChannelBlocks};

/// Equal samples at the ceiling that are a run. Two may be the top of a wave.
const MIN_RUN: u64 = 3;
/// Times that are kept.
const MAX_TIMES: usize = 20;

/// The ceilings so far, with the runs at them.
pub(crate) struct ClippedRuns {
    ceilings: [f32; 2],
    /// Of the positive ceiling, of the negative one, and of both: each must be there when the other ceiling moves.
    sides: [Tally; 2],
    both: Tally,
    /// The run that each channel is in.
    open: Box<[OpenRun]>,
    /// Samples per channel before the chunk.
    position: u64,
}

/// Runs at the ceiling; times and lengths in samples per channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) runs: u64,
    pub(crate) samples: u64,
    pub(crate) longest: u64,
    /// Starts of the first runs.
    pub(crate) times: Vec<u64>,
    start: u64,
    end: u64,
}

#[derive(Clone, Copy, Default)]
struct OpenRun {
    /// Index of the ceiling.
    side: usize,
    start: u64,
    length: u64,
}

impl Tally {
    fn reset(&mut self) {
        self.times.clear();
        (self.runs, self.samples, self.longest, self.start, self.end) = (0, 0, 0, 0, 0);
    }

    /// Adds samples `start..end`. A run is added as soon as it is one, and again with each further sample.
    fn add(&mut self, start: u64, end: u64) {
        if self.runs > 0 && start < self.end {
            self.samples += end.saturating_sub(self.end);
            self.end = self.end.max(end);
        } else {
            self.runs += 1;
            self.samples += end - start;
            (self.start, self.end) = (start, end);
            if self.times.len() < MAX_TIMES {
                self.times.push(start);
            }
        }
        self.longest = self.longest.max(self.end - self.start);
    }
}

impl ClippedRuns {
    pub(crate) fn new(channels: usize) -> Self {
        Self {
            ceilings: [0.0; 2],
            sides: [Tally::default(), Tally::default()],
            both: Tally::default(),
            open: vec![OpenRun::default(); channels].into_boxed_slice(),
            position: 0,
        }
    }

    pub(crate) fn reset(&mut self) {
        self.ceilings = [0.0; 2];
        self.sides.iter_mut().for_each(Tally::reset);
        self.both.reset();
        self.open.fill(OpenRun::default());
        self.position = 0;
    }

    /// Adds the next chunk, whose `extremes` are the lowest and the highest sample of all channels.
    pub(crate) fn add_chunk(&mut self, channels: &[&[f32]], blocks: &[ChannelBlocks], extremes: [f32; 2]) {
        let [lowest, highest] = extremes;
        for (side, extreme) in [(0, highest), (1, -lowest)] {
            if extreme > self.ceilings[side] {
                self.ceilings[side] = extreme;
                self.sides[side].reset();
                self.both.clone_from(&self.sides[1 - side]);
                self.open.iter_mut().filter(|run| run.side == side).for_each(|run| run.length = 0);
            }
        }
        let [top, bottom] = [self.ceilings[0], -self.ceilings[1]];
        // A ceiling of 0 is none: there the other sign is missing.
        let touches = |low: f32, high: f32| (high == top && top > 0.0) || (low == bottom && bottom < 0.0);
        let length = channels.first().map_or(0, |channel| channel.len());
        if touches(lowest, highest) {
            for index in 0..length.div_ceil(BLOCK) {
                if blocks.iter().any(|channel| touches(channel.low()[index + 1], channel.high()[index + 1])) {
                    self.add_block(channels, index * BLOCK..length.min((index + 1) * BLOCK));
                } else {
                    self.open.iter_mut().for_each(|run| run.length = 0);
                }
            }
        } else {
            self.open.iter_mut().for_each(|run| run.length = 0);
        }
        self.position += length as u64;
    }

    /// Adds a block in which a channel touches a ceiling, sample by sample: so runs come in the order of their starts.
    fn add_block(&mut self, channels: &[&[f32]], samples: std::ops::Range<usize>) {
        for n in samples {
            let now = self.position + n as u64;
            for (run, channel) in self.open.iter_mut().zip(channels) {
                let x = channel[n];
                let side = usize::from(x < 0.0);
                if x.abs() != self.ceilings[side] || x == 0.0 {
                    run.length = 0;
                    continue;
                }
                if run.length == 0 || run.side != side {
                    *run = OpenRun { side, start: now, length: 0 };
                }
                run.length += 1;
                if run.length >= MIN_RUN {
                    self.sides[side].add(run.start, now + 1);
                    self.both.add(run.start, now + 1);
                }
            }
        }
    }

    /// The runs, and the larger of the ceilings that have any; `None` without runs.
    pub(crate) fn found(&self) -> Option<(&Tally, f32)> {
        let with_runs = self.ceilings.iter().zip(&self.sides).filter(|(_, tally)| tally.runs > 0);
        let ceiling = with_runs.map(|(&ceiling, _)| ceiling).fold(0.0, f32::max);
        (self.both.runs > 0).then_some((&self.both, ceiling))
    }
}

#[cfg(test)]
mod tests;
