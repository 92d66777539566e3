//! Decimates the mid channel and cuts it into YIN frames, each with the level of the samples that it spans.

use std::collections::VecDeque;

use crate::{
    kernel::{
        pitch::yin::{PitchEstimate, Yin, YinParams},
        resample::decimate::Decimator,
        stereo::moments::StereoMoments,
    },
    params::Params,
};

/// The rate of the mid channel is divided by the power of two that brings it nearest to this.
const TARGET_RATE_HZ: f64 = 22_050.0;

/// Frames of 2·W decimated samples centred every W, zero-padded at both ends.
pub struct YinFrames {
    decimator: Decimator,
    hops: HopMoments,
    frames: DecimatedFrames,
}

/// Moments of the original samples by hop. A hop is as long as a hop of the decimated stream, at the original rate.
struct HopMoments {
    /// Original samples in one hop.
    length: usize,
    /// The hop being filled.
    current: StereoMoments,
    /// The hop before the centre of the next frame, and the hops after it that have come.
    waiting: VecDeque<StereoMoments>,
}

/// The last three hops of decimated samples. They are two frames, whose pitches are estimated together.
struct DecimatedFrames {
    yin: Yin,
    samples: Box<[f32]>,
    /// Number of samples after the first of the hops.
    filled: usize,
}

impl YinFrames {
    /// Frames for one sample rate; `None` if that is too low for YIN, see [`YinParams::new`].
    #[must_use]
    pub fn new(params: &Params) -> Option<Self> {
        let rate_hz = f64::from(params.rate_hz);
        let halvings = (rate_hz / TARGET_RATE_HZ).log2().round().max(0.0) as u32;
        let yin = YinParams::new(rate_hz / f64::from(1_u32 << halvings))?;
        Some(Self {
            decimator: Decimator::new(halvings),
            hops: HopMoments {
                length: yin.window << halvings,
                current: StereoMoments::EMPTY,
                waiting: VecDeque::from([StereoMoments::EMPTY]),
            },
            frames: DecimatedFrames { yin: Yin::new(yin), samples: vec![0.0; 3 * yin.window].into(), filled: 0 },
        })
    }

    /// Forgets the stream.
    pub fn reset(&mut self) {
        self.decimator.reset();
        self.hops.current = StereoMoments::EMPTY;
        self.hops.waiting.clear();
        self.hops.waiting.push_back(StereoMoments::EMPTY);
        self.frames.samples.fill(0.0);
        self.frames.filled = 0;
    }

    /// Maximum length of the next segment: to the end of the hop.
    #[must_use]
    pub const fn samples_to_cut(&self) -> usize {
        self.hops.length - self.hops.current.samples() as usize
    }

    /// Adds the next segment of the stereo downmix to the level of its hop.
    pub fn add_segment(&mut self, segment: &StereoMoments) {
        self.hops.add_segment(segment);
    }

    /// Adds samples of the mid channel, after their segments, and passes the level in dBFS and the pitch of each frame
    /// that they complete to `take`.
    pub fn add_samples(&mut self, mid: &[f32], mut take: impl FnMut(f64, Option<PitchEstimate>)) {
        let hops = &mut self.hops;
        self.decimator.add_samples(mid, |samples| {
            self.frames.add_samples(samples, |pitch| take(hops.next_level_db(), pitch));
        });
    }

    /// Ends the stream: passes on the frames that reach over its end. In total there are ⌊length / W⌋ + 1 frames.
    pub fn finish(&mut self, mut take: impl FnMut(f64, Option<PitchEstimate>)) {
        let hops = &mut self.hops;
        hops.end_hop();
        self.decimator.finish(|samples| {
            self.frames.add_samples(samples, |pitch| take(hops.next_level_db(), pitch));
        });
        self.frames.finish(|pitch| take(hops.next_level_db(), pitch));
    }
}

impl HopMoments {
    /// Adds a segment that does not reach beyond the hop.
    fn add_segment(&mut self, segment: &StereoMoments) {
        self.current = self.current.joined(segment);
        if self.current.samples() as usize == self.length {
            self.end_hop();
        }
    }

    fn end_hop(&mut self) {
        self.waiting.push_back(self.current);
        self.current = StereoMoments::EMPTY;
    }

    /// Mean of x² about their means in dBFS, over L and R and the two hops around the next frame's centre.
    fn next_level_db(&mut self) -> f64 {
        let before = self.waiting.pop_front().unwrap_or(StereoMoments::EMPTY);
        // The decimated stream is rounded up to whole samples, so that it may end in a hop that the original does not
        // have.
        let after = self.waiting.front().copied().unwrap_or(StereoMoments::EMPTY);
        10.0 * (before.joined(&after).power() / (4 * self.length) as f64).log10()
    }
}

impl DecimatedFrames {
    fn add_samples(&mut self, samples: &[f32], mut take: impl FnMut(Option<PitchEstimate>)) {
        let window = self.samples.len() / 3;
        let mut rest = samples;
        while !rest.is_empty() {
            let (fresh, later) = rest.split_at((2 * window - self.filled).min(rest.len()));
            let start = window + self.filled;
            self.samples[start..start + fresh.len()].copy_from_slice(fresh);
            self.filled += fresh.len();
            rest = later;
            if self.filled == 2 * window {
                self.estimate().into_iter().for_each(&mut take);
                self.samples.copy_within(2 * window.., 0);
                self.filled = 0;
            }
        }
    }

    /// The last one or two frames: the frame that the end cuts, and the one before if it is not yet estimated.
    fn finish(&mut self, mut take: impl FnMut(Option<PitchEstimate>)) {
        let window = self.samples.len() / 3;
        self.samples[window + self.filled..].fill(0.0);
        let [first, second] = self.estimate();
        take(first);
        if self.filled >= window {
            take(second);
        }
    }

    fn estimate(&mut self) -> [Option<PitchEstimate>; 2] {
        let window = self.samples.len() / 3;
        self.yin.estimate([&self.samples[..2 * window], &self.samples[window..]])
    }
}
