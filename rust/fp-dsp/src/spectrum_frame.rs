//! The spectra that the pass hands to the groups.

/// A short-time spectrum of `m = (L + R) / 2`, computed once for all groups.
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
