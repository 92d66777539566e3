//! Dynamics: integrated loudness and crest factor (`bass_mid_ratio` is computed by the frequency group).

use crate::{
    fingerprint::{NullReason, Value},
    kernel::{loudness::meter::LoudnessMeter, stereo::moments::StereoMoments},
    layout::ChannelLayout,
    params::Params,
};

/// Accumulates loudness, peak and RMS.
pub struct Dynamics {
    loudness: LoudnessMeter,
    /// Moments of the whole track.
    track: StereoMoments,
}

impl Dynamics {
    /// An accumulator for one format.
    #[must_use]
    pub fn new(params: &Params, layout: &ChannelLayout) -> Self {
        Self { loudness: LoudnessMeter::new(params, layout), track: StereoMoments::EMPTY }
    }

    /// Forgets the track.
    pub fn reset(&mut self) {
        self.loudness.reset();
        self.track = StereoMoments::EMPTY;
    }

    /// Adds samples of the original channels, in stream order (loudness).
    pub fn add_samples(&mut self, channels: &[&[f32]]) {
        self.loudness.add_samples(channels);
    }

    /// Adds the next chunk of the stereo downmix (peak and RMS).
    pub fn add_chunk(&mut self, chunk: &StereoMoments) {
        self.track = self.track.joined(chunk);
    }

    /// The loudness meter, for the variation group and the details.
    #[must_use]
    pub fn loudness(&self) -> &LoudnessMeter {
        &self.loudness
    }

    /// `crest_db`: 20·log10 of the largest sample over the RMS, both about the mean and over L and R.
    /// Undefined when the track is constant.
    pub fn crest_db(&self) -> Value {
        let mean_square = self.track.mean_square();
        if mean_square == 0.0 {
            return Err(NullReason::Silent);
        }
        Ok(20.0 * self.track.peak().log10() - 10.0 * mean_square.log10())
    }

    /// Moments of the whole track.
    #[must_use]
    pub const fn track(&self) -> &StereoMoments {
        &self.track
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use approx::assert_abs_diff_eq;

    use super::*;

    fn crest_of(left: &[f32], right: &[f32], run: usize) -> Value {
        let layout = ChannelLayout::new(2, None).unwrap();
        let mut dynamics = Dynamics::new(&Params::new(44_100).unwrap(), &layout);
        for (left, right) in left.chunks(run).zip(right.chunks(run)) {
            dynamics.add_chunk(&StereoMoments::of(left, right));
        }
        dynamics.crest_db()
    }

    #[test]
    fn a_sine_has_a_crest_of_3_db_at_any_gain() {
        // 100 periods of 441 samples reach their peak exactly; f32 rounding of the samples remains.
        for gain in [1e-3, 0.5, 20.0] {
            let sine: Vec<f32> = (0..44_100).map(|n| (gain * (2.0 * PI * f64::from(n) / 440.0).cos()) as f32).collect();
            let sine = &sine[..44_000];
            assert_abs_diff_eq!(crest_of(sine, sine, 1000).unwrap(), 10.0 * 2.0_f64.log10(), epsilon = 1e-5);
        }
    }

    #[test]
    fn the_peak_and_the_rms_are_those_of_both_channels() {
        // Square wave of ±0.5 on the left, silence on the right: the RMS over both is 0.5/√2.
        let square: Vec<f32> = (0..1000).map(|n| if n % 2 == 0 { 0.5 } else { -0.5 }).collect();
        let crest = crest_of(&square, &[0.0; 1000], 7).unwrap();
        assert_abs_diff_eq!(crest, 10.0 * 2.0_f64.log10(), epsilon = 1e-12);
        // One click of height 1 in n = 10 000 samples of the left, 1 − 1/n above its mean, with a scatter of 1 − 1/n.
        let mut click = vec![0.0; 10_000];
        click[77] = -1.0;
        let crest = crest_of(&click, &[0.0; 10_000], 10_000).unwrap();
        assert_abs_diff_eq!(crest, 10.0 * 19_998.0_f64.log10(), epsilon = 1e-9);
    }

    #[test]
    fn only_silence_has_no_crest() {
        assert_eq!(crest_of(&[], &[], 1), Err(NullReason::Silent));
        assert_eq!(crest_of(&[0.0; 100], &[0.0; 100], 7), Err(NullReason::Silent));
        assert_eq!(crest_of(&[0.7; 100], &[-0.2; 100], 7), Err(NullReason::Silent));
        // The smallest f32: its square would be 0 in f32.
        assert_abs_diff_eq!(crest_of(&[1e-45, 0.0], &[0.0, 1e-45], 1).unwrap(), 0.0, epsilon = 1e-9);
    }

    #[test]
    fn an_offset_moves_neither_peak_nor_rms() {
        let sine: Vec<f32> = (0..44_000).map(|n| (0.3 * (2.0 * PI * f64::from(n) / 440.0).cos()) as f32).collect();
        let lifted: Vec<f32> = sine.iter().map(|x| x + 0.5).collect();
        // f32 rounding of the lifted samples.
        assert_abs_diff_eq!(crest_of(&lifted, &sine, 1000).unwrap(), 10.0 * 2.0_f64.log10(), epsilon = 1e-5);
    }
}
