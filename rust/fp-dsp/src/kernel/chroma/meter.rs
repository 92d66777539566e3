//! Chroma of the long STFT: twelve pitch-class shares per frame, and how concentrated they are.

use crate::{
    kernel::{
        chroma::constant_q::{ATOMS, ATOMS_PER_OCTAVE, ConstantQ},
        lane_sum::sum_f64,
    },
    level_gate::{LevelHistogram, LevelRange, LevelSums},
    params::Params,
};

/// Pitch classes.
const CLASSES: usize = 12;
/// Atoms per semitone, and so the number of tunings that can be distinguished.
const TUNINGS: usize = ATOMS_PER_OCTAVE / CLASSES;
/// Per frame and tuning: the twelve shares and their concentration.
const TRACKED: usize = TUNINGS * (CLASSES + 1);

/// Accumulates chroma over a track for every tuning; the tuning is chosen at the end.
pub struct ChromaMeter {
    constant_q: ConstantQ,
    atom_powers: [f64; ATOMS],
    /// Turns Σ|X|² of a long frame into its mean square (full scale = 1), so that its level in dB fits the range.
    power_scale: f64,
    levels: LevelHistogram,
    sums: LevelSums<TRACKED>,
    tuning_powers: [f64; TUNINGS],
}

/// Chroma of a track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChromaSummary {
    /// Mean of (12·Σp² − 1)/11 over the active frames: 0 = all classes alike, 1 = a single one.
    pub concentration: f64,
    /// Mean share of each pitch class over the active frames, C first; sum 1.
    pub classes: [f64; CLASSES],
}

impl ChromaMeter {
    /// A meter for one sample rate.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        // The squares of the sine window sum to half its length.
        let window_power = params.long_frame as f64 / 2.0;
        Self {
            constant_q: ConstantQ::new(params),
            atom_powers: [0.0; ATOMS],
            power_scale: 1.0 / (params.long_frame as f64 * window_power),
            levels: LevelHistogram::new(LevelRange::POWER),
            sums: LevelSums::new(LevelRange::POWER),
            tuning_powers: [0.0; TUNINGS],
        }
    }

    /// Forgets the track.
    pub fn reset(&mut self) {
        self.levels.reset();
        self.sums.reset();
        self.tuning_powers = [0.0; TUNINGS];
    }

    /// Adds the power of one long frame.
    pub fn add_frame(&mut self, power: &[f32]) {
        let level_db = 10.0 * (sum_f64(power) * self.power_scale).log10();
        self.levels.count(level_db);
        self.constant_q.measure(power, &mut self.atom_powers);
        let mut tracked = [0.0; TRACKED];
        for (tuning, values) in tracked.chunks_exact_mut(CLASSES + 1).enumerate() {
            let classes = fold(&self.atom_powers, tuning);
            let total: f64 = classes.iter().sum();
            // Without power in the range of the atoms there are no shares, and the frame is not counted.
            if total > 0.0 {
                self.tuning_powers[tuning] += total;
                let shares = classes.map(|power| power / total);
                let squares: f64 = shares.iter().map(|p| p * p).sum();
                values[..CLASSES].copy_from_slice(&shares);
                values[CLASSES] = (CLASSES as f64 * squares - 1.0) / (CLASSES - 1) as f64;
            }
        }
        self.sums.add(level_db, tracked);
    }

    /// Chroma at the tuning with the most power; `None` when no active frame has power in the range of
    /// the atoms (C3 to C8), as always at rates below 262 Hz.
    #[must_use]
    pub fn finish(&self) -> Option<ChromaSummary> {
        let loudest = (1..TUNINGS)
            .fold(0, |best, tuning| if self.tuning_powers[tuning] > self.tuning_powers[best] { tuning } else { best });
        let totals = self.sums.above(self.levels.gate());
        let (classes, concentration) = totals[loudest * (CLASSES + 1)..][..=CLASSES].split_at(CLASSES);
        // The shares of a frame sum to 1, so the sum of all is the number of frames.
        let frames: f64 = classes.iter().sum();
        (frames > 0.0).then(|| ChromaSummary {
            // Rounding may bring an even chroma slightly below 0.
            concentration: (concentration[0] / frames).clamp(0.0, 1.0),
            classes: std::array::from_fn(|class| classes[class] / frames),
        })
    }
}

/// Sums every third atom into its pitch class; tuning 0, 1, 2 takes the atoms in tune, a third of a
/// semitone sharp, a third flat (atom 3s − 1 belongs to semitone s). Each takes 60 of the 180 atoms.
fn fold(atom_powers: &[f64; ATOMS], tuning: usize) -> [f64; CLASSES] {
    let mut classes = [0.0; CLASSES];
    for (index, power) in atom_powers[tuning..].iter().step_by(TUNINGS).enumerate() {
        let semitone = if tuning == TUNINGS - 1 { index + 1 } else { index };
        classes[semitone % CLASSES] += power;
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::chroma::constant_q::MIN_HZ;

    /// Chroma of three frames with lines of equal power at these frequencies.
    fn chroma_of_lines(params: &Params, lines_hz: &[f64]) -> Option<ChromaSummary> {
        let mut power = vec![0.0_f32; params.long_bins];
        for hz in lines_hz {
            power[(hz / params.long_bin_hz()).round() as usize] += 1e-3;
        }
        let mut meter = ChromaMeter::new(params);
        (0..3).for_each(|_| meter.add_frame(&power));
        meter.finish()
    }

    #[test]
    fn every_note_of_five_octaves_is_its_pitch_class_at_every_tuning() {
        let params = Params::new(44_100).unwrap();
        for semitone in 0..60 {
            for cents in [-30.0, 0.0, 30.0] {
                let hz = MIN_HZ * ((f64::from(semitone) + cents / 100.0) / 12.0).exp2();
                let chroma = chroma_of_lines(&params, &[hz]).unwrap();
                let class = semitone as usize % CLASSES;
                assert!(chroma.classes[class] > 0.97, "{hz} Hz: {:?}", chroma.classes);
                assert!(chroma.concentration > 0.9, "{hz} Hz: {}", chroma.concentration);
                approx::assert_abs_diff_eq!(chroma.classes.iter().sum::<f64>(), 1.0, epsilon = 1e-12);
            }
        }
    }

    #[test]
    fn two_equal_pitch_classes_have_concentration_5_of_11() {
        let params = Params::new(44_100).unwrap();
        // C5 and F♯6, so far apart that their atoms do not overlap: p = (½, ½), (12 · ½ − 1) / 11.
        let lines = [12.0, 30.0].map(|semitone: f64| MIN_HZ * (semitone / 12.0).exp2());
        let chroma = chroma_of_lines(&params, &lines).unwrap();
        // Lines lie up to half a bin beside their atoms, and neighbouring atoms get a little of their power.
        approx::assert_abs_diff_eq!(chroma.concentration, 5.0 / 11.0, epsilon = 0.02);
    }

    #[test]
    fn frames_40_db_below_the_loud_ones_do_not_count() {
        let params = Params::new(44_100).unwrap();
        let mut meter = ChromaMeter::new(&params);
        let line = |semitone: f64, value: f32| {
            let mut power = vec![0.0; params.long_bins];
            power[(MIN_HZ * (semitone / 12.0).exp2() / params.long_bin_hz()).round() as usize] = value;
            power
        };
        for _ in 0..100 {
            meter.add_frame(&line(24.0, 1.0));
            meter.add_frame(&line(31.0, 0.9e-4));
            meter.add_frame(&line(31.0, 0.0));
        }
        assert!(meter.finish().unwrap().classes[0] > 0.97);
        for _ in 0..100 {
            meter.add_frame(&line(31.0, 1.1e-4));
        }
        let classes = meter.finish().unwrap().classes;
        approx::assert_abs_diff_eq!(classes[7], 0.5, epsilon = 0.02);
    }

    #[test]
    fn silence_and_rates_below_the_lowest_atom_have_no_chroma() {
        let params = Params::new(44_100).unwrap();
        assert_eq!(chroma_of_lines(&params, &[]), None);
        assert_eq!(ChromaMeter::new(&params).finish(), None);
        let lowest = Params::new(100).unwrap();
        assert_eq!(chroma_of_lines(&lowest, &[40.0]), None);
    }

    #[test]
    fn reset_forgets_everything() {
        let params = Params::new(8_000).unwrap();
        let mut meter = ChromaMeter::new(&params);
        meter.add_frame(&vec![1.0; params.long_bins]);
        meter.reset();
        assert_eq!(meter.finish(), None);
    }
}
