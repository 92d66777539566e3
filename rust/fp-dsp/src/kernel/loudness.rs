//! ITU-R BS.1770-5 loudness: K-weighting, gating, short-term loudness, loudness range.

use crate::{
    fingerprint::{NullReason, Value},
    layout::ChannelLayout,
    params::Params,
};

/// Loudness of a multichannel stream.
pub struct LoudnessMeter {}

impl LoudnessMeter {
    /// A meter for one format.
    #[must_use]
    pub fn new(_params: &Params, _layout: &ChannelLayout) -> Self {
        Self {}
    }

    /// Forgets the stream.
    pub fn reset(&mut self) {}

    /// Adds samples of the original channels, in stream order.
    pub fn block(&mut self, _channels: &[&[f32]]) {}

    /// Integrated loudness in LUFS.
    pub fn integrated(&self) -> Value {
        Err(NullReason::TooShort)
    }

    /// Standard deviation of the gated short-term loudness in LU.
    pub fn short_term_deviation(&self) -> Value {
        Err(NullReason::TooShort)
    }

    /// Loudness range in LU, EBU Tech 3342.
    #[must_use]
    pub fn range_lu(&self) -> Option<f64> {
        None
    }
}
