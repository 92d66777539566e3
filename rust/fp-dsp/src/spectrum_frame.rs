//! One position of the short STFT as the groups see it.

/// A short-time spectrum of `m = (L + R) / 2`, computed once and lent to every group.
#[derive(Clone, Copy, Debug)]
pub struct SpectrumFrame<'a> {
    /// Position t: the frame is centred on sample t·H.
    pub index: u64,
    /// Level of the frame in dBFS: mean of x² over L and R, padding included; −∞ when silent.
    pub level_db: f64,
    /// |X|² of each kept bin.
    pub power: &'a [f32],
    /// |X| of each kept bin.
    pub magnitude: &'a [f32],
}

/// One position of the long STFT.
#[derive(Clone, Copy, Debug)]
pub struct LongSpectrum<'a> {
    /// Position: the frame is centred on sample index·4N.
    pub index: u64,
    /// |X|² of each kept bin.
    pub power: &'a [f32],
}

/// A run of samples as the time-domain accumulators see it; all slices have one length.
#[derive(Clone, Copy, Debug)]
pub struct AudioBlock<'a> {
    /// Left channel of the stereo downmix.
    pub left: &'a [f32],
    /// Right channel of the stereo downmix.
    pub right: &'a [f32],
    /// (L + R) / 2.
    pub mid: &'a [f32],
    /// The original channels in stream order, cleaned of non-finite samples.
    pub channels: &'a [&'a [f32]],
}
