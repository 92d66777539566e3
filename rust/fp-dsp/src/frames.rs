//! Cuts chunks of samples into centred, overlapping frames and computes their spectra.

use std::f64::consts::PI;

use crate::{
    kernel::{
        aligned::Aligned,
        spectrum::power::{PowerSpectrum, magnitudes},
        stereo::moments::StereoMoments,
    },
    params::{HOPS_PER_CHUNK, Params},
    spectrum_frame::{LongSpectrum, SpectrumFrame},
};

/// Number of hops by which a frame begins before the chunk in which it becomes complete.
const TAIL_HOPS: usize = 3;
/// Hops in a frame.
const FRAME_HOPS: usize = 4;

/// The short STFT: frames of N samples every H = N/4, periodic Hann, zero-padded by N/2 at both ends.
pub(crate) struct ShortFrames {
    hop: usize,
    /// `TAIL_HOPS` hops of the past, one chunk, one hop of zeros for the frame centred on the very end.
    samples: Aligned<f32>,
    chunk_length: usize,
    /// L and R of each hop in `samples`.
    hops: [StereoMoments; TAIL_HOPS + HOPS_PER_CHUNK + 1],
    /// Samples of the chunk that are in `hops`.
    measured: usize,
    /// Number of frames of the current chunk already returned.
    returned: usize,
    chunks: u64,
    spectrum: PowerSpectrum,
    magnitude: Aligned<f32>,
}

impl ShortFrames {
    pub(crate) fn new(params: &Params) -> Self {
        Self {
            hop: params.hop,
            samples: Aligned::new((TAIL_HOPS + HOPS_PER_CHUNK + 1) * params.hop),
            chunk_length: 0,
            hops: [StereoMoments::EMPTY; TAIL_HOPS + HOPS_PER_CHUNK + 1],
            measured: 0,
            returned: 0,
            chunks: 0,
            spectrum: PowerSpectrum::new(periodic_hann(params.frame)),
            magnitude: Aligned::new(params.bins),
        }
    }

    pub(crate) fn reset(&mut self) {
        self.samples.fill(0.0);
        self.hops.fill(StereoMoments::EMPTY);
        self.chunks = 0;
    }

    /// Returns space for the next chunk of the mid channel, which the caller must fill; only the last chunk may be
    /// shorter. After its segments have been added, [`Self::next_frame`] returns its frames.
    pub(crate) fn start_chunk(&mut self, length: usize) -> &mut [f32] {
        let chunk = HOPS_PER_CHUNK * self.hop;
        self.samples.copy_within(chunk..chunk + TAIL_HOPS * self.hop, 0);
        self.hops.copy_within(HOPS_PER_CHUNK..HOPS_PER_CHUNK + TAIL_HOPS, 0);
        let (_, room) = self.samples.split_at_mut(TAIL_HOPS * self.hop);
        let (fresh, beyond) = room.split_at_mut(length);
        beyond.fill(0.0);
        self.hops[TAIL_HOPS..].fill(StereoMoments::EMPTY);
        self.chunk_length = length;
        self.measured = 0;
        // The first slot of the first chunk would be the frame centred on sample −H, which does not exist.
        self.returned = usize::from(self.chunks == 0);
        self.chunks += 1;
        fresh
    }

    /// The mid channel of the current chunk.
    pub(crate) fn chunk(&self) -> &[f32] {
        &self.samples[TAIL_HOPS * self.hop..][..self.chunk_length]
    }

    /// Maximum length of the next segment: to the end of the hop.
    pub(crate) const fn samples_to_cut(&self) -> usize {
        self.hop - self.measured % self.hop
    }

    /// Adds the next segment of the chunk to its hop.
    pub(crate) fn add_segment(&mut self, segment: &StereoMoments) {
        let hop = &mut self.hops[TAIL_HOPS + self.measured / self.hop];
        *hop = hop.joined(segment);
        self.measured += segment.samples() as usize;
    }

    /// The next frame of the chunk. In mid-stream (`last_frame` is `None`) frames that need later samples wait for the
    /// next chunk; at the end of the stream, all frames up to `last_frame` are returned.
    pub(crate) fn next_frame(&mut self, last_frame: Option<u64>) -> Option<SpectrumFrame<'_>> {
        let slot = self.returned;
        let index = (self.chunks - 1) * HOPS_PER_CHUNK as u64 + slot as u64 - 1;
        let available = last_frame.map_or(slot < HOPS_PER_CHUNK, |last| index <= last);
        if !available {
            return None;
        }
        self.returned += 1;
        let moments = self.hops[slot..slot + FRAME_HOPS].iter().fold(StereoMoments::EMPTY, |all, hop| all.joined(hop));
        let level_db = 10.0 * (moments.power() / (2 * FRAME_HOPS * self.hop) as f64).log10();
        let span = &self.samples[slot * self.hop..(slot + FRAME_HOPS) * self.hop];
        let power = &self.spectrum.compute([span, &[]])[..self.magnitude.len()];
        magnitudes(power, &mut self.magnitude);
        Some(SpectrumFrame { index, level_db, power, magnitude: &self.magnitude })
    }
}

/// The long STFT: frames of 8N every 4N, sine window (its squares overlap to a constant), zero-padded by 4N.
pub(crate) struct LongFrames {
    /// The previous chunk and the current one.
    chunks_in_reach: [Aligned<f32>; 2],
    chunks: u64,
    spectrum: PowerSpectrum,
    bins: usize,
}

impl LongFrames {
    pub(crate) fn new(params: &Params) -> Self {
        Self {
            chunks_in_reach: [Aligned::new(params.long_hop), Aligned::new(params.long_hop)],
            chunks: 0,
            spectrum: PowerSpectrum::new(sine_window(params.long_frame)),
            bins: params.long_bins,
        }
    }

    pub(crate) fn reset(&mut self) {
        self.chunks_in_reach.iter_mut().for_each(|chunk| chunk.fill(0.0));
        self.chunks = 0;
    }

    /// Returns space for the next chunk, which the caller must fill; beyond a shorter one it is padded with zeros.
    pub(crate) fn start_chunk(&mut self, length: usize) -> &mut [f32] {
        self.chunks_in_reach.swap(0, 1);
        self.chunks += 1;
        let (fresh, beyond) = self.chunks_in_reach[1].split_at_mut(length);
        beyond.fill(0.0);
        fresh
    }

    /// The frame centred on the first sample of the current chunk.
    pub(crate) fn frame(&mut self) -> LongSpectrum<'_> {
        let [previous, current] = &self.chunks_in_reach;
        LongSpectrum { index: self.chunks - 1, power: &self.spectrum.compute([previous, current])[..self.bins] }
    }
}

/// Periodic Hann window, as `scipy.signal.get_window("hann", n)`.
fn periodic_hann(length: usize) -> impl Iterator<Item = f32> {
    (0..length).map(move |n| (0.5 - 0.5 * (2.0 * PI * n as f64 / length as f64).cos()) as f32)
}

/// sin(π(n + ½)/length).
fn sine_window(length: usize) -> impl Iterator<Item = f32> {
    (0..length).map(move |n| (PI * (n as f64 + 0.5) / length as f64).sin() as f32)
}
