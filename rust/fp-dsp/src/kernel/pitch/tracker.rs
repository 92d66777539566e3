//! Pitch stability: YIN on the decimated mid channel.

use crate::{
    fingerprint::{NullReason, Value},
    kernel::{
        pitch::{yin::PitchEstimate, yin_frames::YinFrames},
        stereo::moments::StereoMoments,
    },
    level_gate::{LevelHistogram, LevelRange, LevelSums},
    params::Params,
};

/// A pitch holds when it is within this of the one two frames earlier, in octaves: 50 cents.
const HOLDS_WITHIN_OCTAVES: f64 = 50.0 / 1_200.0;
/// Frames between the two pitches that are compared; as many are left out at the start.
const FRAMES_APART: usize = 2;

/// Tracks how surely one pitch holds.
///
/// Frames of 2·W decimated samples are centred every W, zero-padded at both ends. Where a frame's pitch
/// is within 50 cents of that two frames (about 0.1 s) earlier it counts its YIN confidence, else 0;
/// a frame without any change in the mid channel has no pitch and counts 0.
pub struct PitchTracker {
    /// `None` at rates under 196 Hz, which hold none of YIN's lags.
    frames: Option<YinFrames>,
    held: HeldPitch,
}

/// How surely each frame's pitch is that of two frames earlier.
struct HeldPitch {
    levels: LevelHistogram,
    /// What the frame counts, and 1, by level; the first two frames are not in it.
    sums: LevelSums<2>,
    /// Pitches of the last two frames.
    earlier: [Option<PitchEstimate>; FRAMES_APART],
    /// Frames so far.
    count: u64,
}

impl PitchTracker {
    /// A tracker for one sample rate.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        Self {
            frames: YinFrames::new(params),
            held: HeldPitch {
                levels: LevelHistogram::new(LevelRange::DBFS),
                sums: LevelSums::new(LevelRange::DBFS),
                earlier: [None; FRAMES_APART],
                count: 0,
            },
        }
    }

    /// Forgets the track.
    pub fn reset(&mut self) {
        if let Some(frames) = &mut self.frames {
            frames.reset();
        }
        self.held.levels.reset();
        self.held.sums.reset();
        self.held.earlier = [None; FRAMES_APART];
        self.held.count = 0;
    }

    /// Samples that the next segment may hold at most.
    #[must_use]
    pub fn samples_to_cut(&self) -> usize {
        self.frames.as_ref().map_or(usize::MAX, YinFrames::samples_to_cut)
    }

    /// Adds the next segment of the stereo downmix, for the frames' levels.
    pub fn add_segment(&mut self, segment: &StereoMoments) {
        if let Some(frames) = &mut self.frames {
            frames.add_segment(segment);
        }
    }

    /// Adds samples of the mid channel whose segments have been added; runs may have any length.
    pub fn add_samples(&mut self, mid: &[f32]) {
        if let Some(frames) = &mut self.frames {
            frames.add_samples(mid, |level_db, pitch| self.held.count_frame(level_db, pitch));
        }
    }

    /// `pitch_stability` of everything added, 0–1: mean over the active frames but the first two.
    /// Undefined where there is none.
    pub fn finish(&mut self) -> Value {
        if let Some(frames) = &mut self.frames {
            frames.finish(|level_db, pitch| self.held.count_frame(level_db, pitch));
        }
        let [confidence, frames] = self.held.sums.above(self.held.levels.gate());
        if frames > 0.0 { Ok(confidence / frames) } else { Err(NullReason::NoActiveFrame) }
    }
}

impl HeldPitch {
    fn count_frame(&mut self, level_db: f64, pitch: Option<PitchEstimate>) {
        self.levels.count(level_db);
        if self.count >= FRAMES_APART as u64 {
            let [earlier, _] = self.earlier;
            let held = match (earlier, pitch) {
                (Some(then), Some(now)) if (now.f0_hz / then.f0_hz).log2().abs() <= HOLDS_WITHIN_OCTAVES => {
                    now.confidence
                }
                _ => 0.0,
            };
            self.sums.add(level_db, [held, 1.0]);
        }
        self.earlier = [self.earlier[1], pitch];
        self.count += 1;
    }
}

#[cfg(test)]
mod tests;
