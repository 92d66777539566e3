//! The mid channel, decimated and cut into YIN frames, with the level of the samples that each spans.

use std::collections::VecDeque;

use crate::{
    kernel::{
        pitch::{
            decimate::Decimator,
            yin::{PitchEstimate, Yin, YinParams},
        },
        stereo::moments::StereoMoments,
    },
    params::Params,
};

/// The mid channel is brought near this rate by powers of two; it is never raised.
const TARGET_RATE_HZ: f64 = 22_050.0;

/// Frames of 2·W decimated samples centred every W, zero-padded at both ends.
pub struct YinFrames {
    decimator: Decimator,
    hops: HopPowers,
    frames: DecimatedFrames,
}

/// Power of the original samples by hop: the decimated hop's span at the original rate.
struct HopPowers {
    /// Original samples in one hop.
    length: usize,
    /// Σ (L² + R²) of the hop being filled, and its samples so far.
    power: f64,
    filled: usize,
    /// The hop before the next frame's centre, then those after it as far as they are known.
    waiting: VecDeque<f64>,
}

/// The last three hops of decimated samples: two frames, which are estimated together.
struct DecimatedFrames {
    yin: Yin,
    samples: Box<[f32]>,
    /// Samples after the first of the hops.
    filled: usize,
}

impl YinFrames {
    /// Frames for one sample rate; `None` where YIN has no lags, see [`YinParams::new`].
    #[must_use]
    pub fn new(params: &Params) -> Option<Self> {
        let rate_hz = f64::from(params.rate_hz);
        let halvings = (rate_hz / TARGET_RATE_HZ).log2().round().max(0.0) as u32;
        let yin = YinParams::new(rate_hz / f64::from(1_u32 << halvings))?;
        Some(Self {
            decimator: Decimator::new(halvings),
            hops: HopPowers { length: yin.window << halvings, power: 0.0, filled: 0, waiting: VecDeque::from([0.0]) },
            frames: DecimatedFrames { yin: Yin::new(yin), samples: vec![0.0; 3 * yin.window].into(), filled: 0 },
        })
    }

    /// Forgets the stream.
    pub fn reset(&mut self) {
        self.decimator.reset();
        self.hops.power = 0.0;
        self.hops.filled = 0;
        self.hops.waiting.clear();
        self.hops.waiting.push_back(0.0);
        self.frames.samples.fill(0.0);
        self.frames.filled = 0;
    }

    /// Samples that the next segment may hold at most: to the end of the hop.
    #[must_use]
    pub const fn samples_to_cut(&self) -> usize {
        self.hops.length - self.hops.filled
    }

    /// Adds the next segment of the stereo downmix to the level of its hop.
    pub fn add_segment(&mut self, segment: &StereoMoments) {
        self.hops.add_segment(segment);
    }

    /// Adds samples of the mid channel, whose segments have been added before, and gives the level in dBFS and
    /// the pitch of each frame that they complete to `take`.
    pub fn add_samples(&mut self, mid: &[f32], mut take: impl FnMut(f64, Option<PitchEstimate>)) {
        let hops = &mut self.hops;
        self.decimator.add_samples(mid, |samples| {
            self.frames.add_samples(samples, |pitch| take(hops.next_level_db(), pitch));
        });
    }

    /// Ends the stream: gives the frames that reach over its end, ⌊length / W⌋ + 1 in all.
    pub fn finish(&mut self, mut take: impl FnMut(f64, Option<PitchEstimate>)) {
        let hops = &mut self.hops;
        hops.end_hop();
        self.decimator.finish(|samples| {
            self.frames.add_samples(samples, |pitch| take(hops.next_level_db(), pitch));
        });
        self.frames.finish(|pitch| take(hops.next_level_db(), pitch));
    }
}

impl HopPowers {
    /// Adds a segment that does not reach beyond the hop.
    fn add_segment(&mut self, segment: &StereoMoments) {
        self.power += segment.power();
        self.filled += segment.samples() as usize;
        if self.filled == self.length {
            self.end_hop();
        }
    }

    fn end_hop(&mut self) {
        self.waiting.push_back(self.power);
        self.power = 0.0;
        self.filled = 0;
    }

    /// Mean of x² in dBFS over L and R and the two hops around the next frame's centre.
    fn next_level_db(&mut self) -> f64 {
        let before = self.waiting.pop_front().unwrap_or(0.0);
        // Nothing waits beyond the end: the decimated stream rounds up to whole samples, so that it may
        // end in a hop that the original does not have.
        let after = self.waiting.front().copied().unwrap_or(0.0);
        10.0 * ((before + after) / (4 * self.length) as f64).log10()
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

    /// The frames left at the stream's end: the one that it cuts, and the whole one before if it waits for a second.
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
