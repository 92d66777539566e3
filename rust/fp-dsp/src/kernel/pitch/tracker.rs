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

/// A pitch is steady if it differs by at most this from the pitch two frames earlier, in octaves: 50 cents.
const MAX_STEP_OCTAVES: f64 = 50.0 / 1_200.0;
/// Distance in frames of the two pitches that are compared; as many frames are left out at the start.
const FRAMES_APART: usize = 2;

/// Measures how steady the pitch is.
///
/// Frames of 2·W decimated samples are centred every W, zero-padded at both ends. If the pitch of a
/// frame is within 50 cents of the pitch two frames (about 0.1 s) earlier, it counts with its YIN confidence, otherwise
/// with 0. A frame in which the mid channel is constant has no pitch and counts with 0.
pub struct PitchTracker {
    /// `None` at rates under 196 Hz, which are too low for YIN.
    frames: Option<YinFrames>,
    steady: SteadyPitch,
}

/// Sums up how steady the pitch of each frame is.
struct SteadyPitch {
    levels: LevelHistogram,
    /// By level: the confidences and the number of frames; the first two frames are left out.
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
            steady: SteadyPitch {
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
        self.steady.levels.reset();
        self.steady.sums.reset();
        self.steady.earlier = [None; FRAMES_APART];
        self.steady.count = 0;
    }

    /// Maximum length of the next segment.
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

    /// Adds samples of the mid channel, of any length, after their segments.
    pub fn add_samples(&mut self, mid: &[f32]) {
        if let Some(frames) = &mut self.frames {
            frames.add_samples(mid, |level_db, pitch| self.steady.count_frame(level_db, pitch));
        }
    }

    /// `pitch_stability` of the stream, 0–1: mean over the active frames except the first two.
    /// Undefined if there are none.
    pub fn finish(&mut self) -> Value {
        if let Some(frames) = &mut self.frames {
            frames.finish(|level_db, pitch| self.steady.count_frame(level_db, pitch));
        }
        let [confidence, frames] = self.steady.sums.above(self.steady.levels.gate());
        if frames > 0.0 { Ok(confidence / frames) } else { Err(NullReason::NoActiveFrame) }
    }
}

impl SteadyPitch {
    fn count_frame(&mut self, level_db: f64, pitch: Option<PitchEstimate>) {
        self.levels.count(level_db);
        if self.count >= FRAMES_APART as u64 {
            let [earlier, _] = self.earlier;
            let confidence = match (earlier, pitch) {
                (Some(then), Some(now)) if (now.f0_hz / then.f0_hz).log2().abs() <= MAX_STEP_OCTAVES => now.confidence,
                _ => 0.0,
            };
            self.sums.add(level_db, [confidence, 1.0]);
        }
        self.earlier = [self.earlier[1], pitch];
        self.count += 1;
    }
}

#[cfg(test)]
mod tests;
