//! Spectral: centroid, rolloff and flatness of the short STFT, averaged over active frames.

use crate::{
    fingerprint::{NullReason, Value},
    kernel::spectrum::shape::SpectralShapeMeter,
    level_gate::{Gate, LevelRange, LevelSums},
    params::Params,
    spectrum_frame::SpectrumFrame,
};

/// Share of the power below the rolloff.
const ROLLOFF_SHARE: f64 = 0.85;
/// Range of the flatness in Hz, both ends included: above room hum, and below what codecs cut off.
const FLATNESS_HZ: (f64, f64) = (100.0, 10_000.0);

/// Accumulates the spectral means by level.
pub struct Spectral {
    bin_hz: f64,
    shape: SpectralShapeMeter,
    /// Per level: Σ centroid and Σ rolloff in bins and their frames, Σ flatness and its frames.
    sums: LevelSums<5>,
}

/// Means over the active frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpectralOutput {
    /// `spectral_centroid` in Hz.
    pub centroid: Value,
    /// `spectral_rolloff` in Hz.
    pub rolloff: Value,
    /// `spectral_flatness`, 0–1.
    pub flatness: Value,
}

impl Spectral {
    /// An accumulator for one sample rate.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        // The margins absorb the rounding of the division where a bin lies exactly on an end.
        let first = (FLATNESS_HZ.0 / params.bin_hz() - 1e-9).ceil() as usize;
        let end = (FLATNESS_HZ.1 / params.bin_hz() + 1e-9).floor() as usize + 1;
        Self {
            bin_hz: params.bin_hz(),
            shape: SpectralShapeMeter::new(params.bins, ROLLOFF_SHARE, first.min(params.bins)..end.min(params.bins)),
            sums: LevelSums::new(LevelRange::DBFS),
        }
    }

    /// Forgets the track.
    pub fn reset(&mut self) {
        self.sums.reset();
    }

    /// Adds one short frame. Returns its centroid in bins; `None` without power.
    pub fn add_frame(&mut self, frame: &SpectrumFrame<'_>) -> Option<f64> {
        let shape = self.shape.measure(frame.magnitude, frame.power);
        let (centroid, rolloff) = shape.position.unwrap_or_default();
        self.sums.add(
            frame.level_db,
            [
                centroid,
                rolloff,
                f64::from(u8::from(shape.position.is_some())),
                shape.flatness.unwrap_or_default(),
                f64::from(u8::from(shape.flatness.is_some())),
            ],
        );
        shape.position.map(|(centroid, _)| centroid)
    }

    /// Means over the frames that pass the gate of the short frames.
    ///
    /// Frames without power are left out of each mean; a mean of no frames is null. The flatness is also null at rates
    /// below 200 Hz, which have no bin in its range.
    #[must_use]
    pub fn finish(&self, gate: Option<Gate>) -> SpectralOutput {
        let [centroid, rolloff, frames, flatness, flatness_frames] = self.sums.above(gate);
        let mean = |sum: f64, count: f64| if count > 0.0 { Ok(sum / count) } else { Err(NullReason::NoActiveFrame) };
        SpectralOutput {
            centroid: mean(centroid * self.bin_hz, frames),
            rolloff: mean(rolloff * self.bin_hz, frames),
            flatness: mean(flatness, flatness_frames),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level_gate::LevelHistogram;

    /// Feeds one-hot spectra of `(level_db, bin)` and finishes with the gate of their levels.
    fn means_of(params: &Params, frames: &[(f64, Option<usize>)]) -> SpectralOutput {
        let mut spectral = Spectral::new(params);
        let mut levels = LevelHistogram::new(LevelRange::DBFS);
        for (index, &(level_db, bin)) in frames.iter().enumerate() {
            let mut power = vec![0.0_f32; params.bins];
            if let Some(bin) = bin {
                power[bin] = 1.0;
            }
            let magnitude: Vec<f32> = power.iter().map(|p| p.sqrt()).collect();
            levels.count(level_db);
            spectral.add_frame(&SpectrumFrame { index: index as u64, level_db, power: &power, magnitude: &magnitude });
        }
        spectral.finish(levels.gate())
    }

    #[test]
    fn means_are_over_active_frames_with_power() {
        let params = Params::new(44_100).unwrap();
        // Active at bins 100 and 200; active but without power in mid; not active.
        let found = means_of(&params, &[(-10.0, Some(100)), (-12.0, Some(200)), (-11.0, None), (-60.0, Some(900))]);
        let expected_hz = 150.0 * 44_100.0 / 2048.0;
        approx::assert_relative_eq!(found.centroid.unwrap(), expected_hz, max_relative = 1e-12);
        approx::assert_relative_eq!(found.rolloff.unwrap(), expected_hz, max_relative = 1e-12);
    }

    #[test]
    fn flatness_looks_at_100_hz_to_10_khz_only() {
        let params = Params::new(44_100).unwrap();
        let mut power = vec![1.0_f32; params.bins];
        // 100 Hz / 21.53 Hz = 4.6: bins 5 to 464 are inside.
        power[4] = 1e6;
        power[465] = 1e6;
        let magnitude: Vec<f32> = power.iter().map(|p| p.sqrt()).collect();
        let mut spectral = Spectral::new(&params);
        let mut levels = LevelHistogram::new(LevelRange::DBFS);
        levels.count(-10.0);
        spectral.add_frame(&SpectrumFrame { index: 0, level_db: -10.0, power: &power, magnitude: &magnitude });
        approx::assert_abs_diff_eq!(spectral.finish(levels.gate()).flatness.unwrap(), 1.0, epsilon = 1e-6);
    }

    #[test]
    fn without_active_frames_or_bins_the_means_are_null() {
        let none = Err(NullReason::NoActiveFrame);
        let params = Params::new(44_100).unwrap();
        let nothing = SpectralOutput { centroid: none, rolloff: none, flatness: none };
        assert_eq!(means_of(&params, &[]), nothing);
        assert_eq!(means_of(&params, &[(f64::NEG_INFINITY, None)]), nothing);
        let lowest = Params::new(100).unwrap();
        let found = means_of(&lowest, &[(-10.0, Some(1))]);
        assert_eq!((found.centroid, found.flatness), (Ok(25.0), none));
    }

    #[test]
    fn reset_forgets_everything() {
        let params = Params::new(44_100).unwrap();
        let power = vec![1.0; params.bins];
        let mut spectral = Spectral::new(&params);
        spectral.add_frame(&SpectrumFrame { index: 0, level_db: -10.0, power: &power, magnitude: &power });
        spectral.reset();
        let mut levels = LevelHistogram::new(LevelRange::DBFS);
        levels.count(-10.0);
        assert_eq!(spectral.finish(levels.gate()).centroid, Err(NullReason::NoActiveFrame));
    }
}
