//! Onset picking: local maxima of the level-normalised flux, counted by frame level.
//!
//! r_t = flux_t / (largest level within ±1 s), so that an onset counts by the share of the sound that
//! rises, at any gain, and a quiet passage beside a loud one gives no onsets. Frame t is an onset when
//! r_t is above each of the 3 frames before it, not below any of the 3 after it, and at least the mean of
//! r over ±0.25 s plus 0.025. Frames outside the track are ignored in the
//! maximum, the mean and the comparison with neighbours. "Within" means that the centre of the frame lies within.
//!
//! Whether the frame is active is known only at the end of the track, so onsets are counted per level.

use std::collections::VecDeque;

use crate::{
    kernel::onsets::flux::Onset,
    level_gate::{Gate, LevelRange, LevelSums},
    params::Params,
};

const LEVEL_REACH_S: f64 = 1.0;
const MEAN_REACH_S: f64 = 0.25;
/// Frames on either side that a peak must stand out from.
const PEAK_REACH_FRAMES: u64 = 3;
/// Rise above the local mean, as a share of the level.
const MIN_RISE: f32 = 0.025;

/// Finds onsets in one pass; it decides on a frame 1.25 s later.
pub struct OnsetPicker {
    level_reach: u64,
    mean_reach: u64,
    /// The recent frames, frame t at t modulo the length.
    recent: Box<[RecentFrame]>,
    /// Frames and their levels in falling order; the front is the maximum of the window.
    maxima: VecDeque<(u64, f32)>,
    frames: u64,
    normalised: u64,
    decided: u64,
    onsets: LevelSums<1>,
}

#[derive(Clone, Copy, Default)]
struct RecentFrame {
    flux: f32,
    rise: f32,
    level_db: f64,
}

impl OnsetPicker {
    /// A picker for the short frames of one sample rate.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        let frames = |seconds: f64| (seconds * params.frames_per_second()) as u64;
        let (level_reach, mean_reach) = (frames(LEVEL_REACH_S), frames(MEAN_REACH_S).max(PEAK_REACH_FRAMES));
        let span = (level_reach + 2 * mean_reach + 2) as usize;
        Self {
            level_reach,
            mean_reach,
            recent: vec![RecentFrame::default(); span].into(),
            maxima: VecDeque::with_capacity(2 * level_reach as usize + 2),
            frames: 0,
            normalised: 0,
            decided: 0,
            onsets: LevelSums::new(LevelRange::DBFS),
        }
    }

    /// Forgets the track.
    pub fn reset(&mut self) {
        self.maxima.clear();
        (self.frames, self.normalised, self.decided) = (0, 0, 0);
        self.onsets.reset();
    }

    /// Adds the next frame; `level_db` is its level for the gate.
    pub fn add_frame(&mut self, onset: Onset, level_db: f64) {
        let t = self.frames;
        *self.at_mut(t) = RecentFrame { flux: onset.flux, rise: 0.0, level_db };
        while self.maxima.back().is_some_and(|&(_, level)| level <= onset.level) {
            self.maxima.pop_back();
        }
        self.maxima.push_back((t, onset.level));
        self.frames += 1;
        if self.frames > self.level_reach {
            self.normalise_next();
        }
    }

    /// Number of onsets in active frames. Ends the track: call [`Self::reset`] before the next one.
    pub fn finish(&mut self, gate: Option<Gate>) -> f64 {
        while self.normalised < self.frames {
            self.normalise_next();
        }
        while self.decided < self.frames {
            self.decide_next();
        }
        let [count] = self.onsets.above(gate);
        count
    }

    /// Divides the flux of the next frame by the largest level around it; all levels around it have been added.
    fn normalise_next(&mut self) {
        let t = self.normalised;
        while self.maxima.front().is_some_and(|&(at, _)| at + self.level_reach < t) {
            self.maxima.pop_front();
        }
        let largest = self.maxima.front().map_or(0.0, |&(_, level)| level);
        let frame = self.at_mut(t);
        frame.rise = if largest > 0.0 { frame.flux / largest } else { 0.0 };
        self.normalised += 1;
        if self.normalised > self.decided + self.mean_reach {
            self.decide_next();
        }
    }

    fn decide_next(&mut self) {
        let t = self.decided;
        self.decided += 1;
        let rise = |at: u64| self.at(at).rise;
        let candidate = rise(t);
        let before = t.saturating_sub(PEAK_REACH_FRAMES)..t;
        let after = t + 1..(t + 1 + PEAK_REACH_FRAMES).min(self.normalised);
        if before.into_iter().any(|at| rise(at) >= candidate) || after.into_iter().any(|at| rise(at) > candidate) {
            return;
        }
        let around = t.saturating_sub(self.mean_reach)..(t + 1 + self.mean_reach).min(self.normalised);
        let count = (around.end - around.start) as f32;
        let mean = around.map(rise).sum::<f32>() / count;
        if candidate >= mean + MIN_RISE {
            self.onsets.add(self.at(t).level_db, [1.0]);
        }
    }

    fn at(&self, t: u64) -> &RecentFrame {
        &self.recent[(t % self.recent.len() as u64) as usize]
    }

    fn at_mut(&mut self, t: u64) -> &mut RecentFrame {
        let span = self.recent.len() as u64;
        &mut self.recent[(t % span) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level_gate::LevelHistogram;

    /// The plain definition, applied to the whole track at once.
    fn count_onsets_plainly(track: &[Onset], params: &Params) -> usize {
        let fps = params.frames_per_second();
        let (reach, mean_reach) = (fps as usize, (0.25 * fps) as usize);
        let n = track.len();
        let around = |t: usize, by: usize| t.saturating_sub(by)..(t + by + 1).min(n);
        let r: Vec<f32> = (0..n)
            .map(|t| track[t].flux / track[around(t, reach)].iter().map(|o| o.level).fold(0.0, f32::max))
            .collect();
        (0..n)
            .filter(|&t| {
                let mean = r[around(t, mean_reach)].iter().sum::<f32>() / around(t, mean_reach).len() as f32;
                r[t.saturating_sub(3)..t].iter().all(|&x| x < r[t])
                    && r[t + 1..(t + 4).min(n)].iter().all(|&x| x <= r[t])
                    && r[t] >= mean + 0.025
            })
            .count()
    }

    fn pick(track: &[Onset], picker: &mut OnsetPicker) -> f64 {
        let mut histogram = LevelHistogram::new(LevelRange::DBFS);
        for &onset in track {
            histogram.count(-10.0);
            picker.add_frame(onset, -10.0);
        }
        picker.finish(histogram.gate())
    }

    #[test]
    fn streaming_equals_the_plain_definition_for_every_length() {
        let params = Params::new(44_100).unwrap();
        let mut picker = OnsetPicker::new(&params);
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 24) as f32
        };
        for length in [1, 2, 5, 30, 86, 87, 88, 110, 130, 500, 2_000] {
            let track: Vec<Onset> =
                (0..length).map(|_| Onset { flux: noise() * noise(), level: 1.0 + 3.0 * noise() }).collect();
            picker.reset();
            assert_eq!(pick(&track, &mut picker), count_onsets_plainly(&track, &params) as f64, "{length} frames");
        }
    }

    #[test]
    fn onsets_in_frames_below_the_gate_do_not_count() {
        let params = Params::new(44_100).unwrap();
        let mut picker = OnsetPicker::new(&params);
        let mut histogram = LevelHistogram::new(LevelRange::DBFS);
        for t in 0..2_000 {
            let level_db = if t < 1_000 { -10.0 } else { -60.0 };
            histogram.count(level_db);
            let flux = if t % 100 == 50 { 1.0 } else { 0.0 };
            picker.add_frame(Onset { flux, level: 1.0 }, level_db);
        }
        assert_eq!(picker.finish(histogram.gate()), 10.0);
    }

    #[test]
    fn silent_frames_have_no_onsets() {
        let params = Params::new(44_100).unwrap();
        let mut picker = OnsetPicker::new(&params);
        assert_eq!(pick(&[Onset { flux: 0.0, level: 0.0 }; 300], &mut picker), 0.0);
        picker.reset();
        assert_eq!(picker.finish(None), 0.0);
    }
}
