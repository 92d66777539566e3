//! The strongest grid of beats: one period and one phase for the whole track, from its tempo envelope.
//!
//! The envelope is folded at periods around that of the tempo, in steps that move the last beat of the track by a sixteenth; the
//! best is that with the largest share of the envelope within a tenth of a period around one phase. A straight line through
//! what lies there, time against beat, gives period and phase.

use crate::trace::BeatGrid;

/// How far from the beats of the grid the envelope counts, in periods.
const REACH: f64 = 0.1;
/// Bins of a folded period, and of the reach on one side.
const BINS: usize = 64;
const REACH_BINS: usize = (REACH * BINS as f64) as usize;
/// Periods that are tried on either side of the tempo's: the last beat moves by up to one period. In short tracks by less, since
/// the tempo is known to a third of a percent.
const TRIALS: i32 = 16;
const MAX_DEVIATION: f64 = 0.003;
/// Fits of the line, each to what the one before left within reach.
const FITS: usize = 3;
/// A sound begins so many hops after the middle of the frames in which its flux is. Frames see a click, a drum or a tone coming, 0.95
/// hops before; the flux of a burst of noise is where it begins.
pub(crate) const ONSET_DELAY_HOPS: f64 = 0.5;

/// The grid of an envelope with this tempo; `None` for one without power.
pub(crate) fn beat_grid(envelope: &[f32], frames_per_second: f64, tempo_bpm: f64) -> Option<BeatGrid> {
    let total: f64 = envelope.iter().map(|&e| f64::from(e)).sum();
    if total <= 0.0 {
        return None;
    }
    let tempo_period = 60.0 * frames_per_second / tempo_bpm;
    let beats = (envelope.len() as f64 / tempo_period).max(1.0);
    let step = (1.0 / (f64::from(TRIALS) * beats)).min(MAX_DEVIATION / f64::from(TRIALS));
    let (mut best, mut most) = ((tempo_period, 0.0), 0.0);
    for trial in -TRIALS..=TRIALS {
        let period = tempo_period * (1.0 + f64::from(trial) * step);
        let (phase, mass) = strongest_phase(envelope, period);
        if mass > most {
            (best, most) = ((period, phase), mass);
        }
    }
    let (mut period, mut phase) = best;
    for _ in 0..FITS {
        (period, phase) = fitted(envelope, period, phase);
    }
    let within: f64 = near_beats(envelope, period, phase).map(|(_, _, e)| e).sum();
    let start = phase + ONSET_DELAY_HOPS;
    Some(BeatGrid {
        period_s: period / frames_per_second,
        phase_s: start.rem_euclid(period) / frames_per_second,
        share: (within / total).min(1.0),
    })
}

/// The phase, in frames, around which most of the envelope lies, and how much.
fn strongest_phase(envelope: &[f32], period: f64) -> (f64, f64) {
    let mut folded = [0.0; BINS];
    for (frame, &e) in envelope.iter().enumerate() {
        let turn = (frame as f64 / period).fract();
        folded[(turn * BINS as f64) as usize % BINS] += f64::from(e);
    }
    let mass = |bin: usize| (0..=2 * REACH_BINS).map(|i| folded[(bin + BINS + i - REACH_BINS) % BINS]).sum::<f64>();
    let (mut best, mut most) = (0, 0.0);
    for bin in 0..BINS {
        if mass(bin) > most {
            (best, most) = (bin, mass(bin));
        }
    }
    ((best as f64 + 0.5) / BINS as f64 * period, most)
}

/// Beat, distance from it in frames, and envelope, of the frames within reach of the grid.
fn near_beats(envelope: &[f32], period: f64, phase: f64) -> impl Iterator<Item = (f64, f64, f64)> {
    envelope.iter().enumerate().filter(|&(_, &e)| e > 0.0).filter_map(move |(frame, &e)| {
        let beat = ((frame as f64 - phase) / period).round();
        let distance = frame as f64 - phase - beat * period;
        (distance.abs() <= REACH * period).then(|| (beat, distance, f64::from(e)))
    })
}

/// The grid moved by the weighted least squares of the distances from it: their slope to the period, the rest to the phase.
fn fitted(envelope: &[f32], period: f64, phase: f64) -> (f64, f64) {
    let (mut weight, mut beats, mut distances) = (0.0, 0.0, 0.0);
    for (beat, distance, e) in near_beats(envelope, period, phase) {
        weight += e;
        beats += e * beat;
        distances += e * distance;
    }
    if weight <= 0.0 {
        return (period, phase);
    }
    let (mean_beat, mean_distance) = (beats / weight, distances / weight);
    let (mut scatter, mut joint) = (0.0, 0.0);
    for (beat, distance, e) in near_beats(envelope, period, phase) {
        scatter += e * (beat - mean_beat).powi(2);
        joint += e * (beat - mean_beat) * distance;
    }
    let slope = if scatter > 0.0 { joint / scatter } else { 0.0 };
    (period + slope, phase + mean_distance - slope * mean_beat)
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;

    const FPS: f64 = 86.0;

    /// Pulses of σ = 1 frame at `first` + k·`period` frames.
    fn pulses(frames: usize, first: f64, period: f64) -> Vec<f32> {
        let distance = |t: usize| {
            let beats = (t as f64 - first) / period;
            (beats - beats.round()) * period
        };
        (0..frames).map(|t| (-0.5 * distance(t).powi(2)).exp() as f32).collect()
    }

    #[test]
    fn a_grid_of_pulses_is_found_though_the_tempo_is_a_little_off() {
        for (frames, first, period, off) in [
            (20_000, 11.3, 43.17, 1.0005),
            (20_000, 0.0, 23.4, 0.9996),
            (1_000, 40.0, 51.0, 1.002),
            (200_000, 7.7, 37.0, 1.0),
        ] {
            let grid = beat_grid(&pulses(frames, first, period), FPS, 60.0 * FPS / period * off).unwrap();
            // f32 pulses at whole frames: their centroid is that of the Gaussian within 10⁻³ frames; a hundredth is 0.1 ms.
            assert_abs_diff_eq!(grid.period_s * FPS, period, epsilon = 0.01 * period / frames as f64 * 10.0);
            assert_abs_diff_eq!(grid.phase_s * FPS, (first + ONSET_DELAY_HOPS) % period, epsilon = 0.01);
            // ±0.1·23.4 frames are 2.3 σ.
            assert!(grid.share > 0.97, "{grid:?}");
        }
    }

    #[test]
    fn the_stronger_of_two_grids_is_taken() {
        let (beats, off_beats) = (pulses(10_000, 5.0, 43.0), pulses(10_000, 26.5, 43.0));
        let envelope: Vec<f32> = beats.iter().zip(&off_beats).map(|(beat, off)| 0.6 * beat + off).collect();
        let grid = beat_grid(&envelope, FPS, 60.0 * FPS / 43.0).unwrap();
        assert_abs_diff_eq!(grid.phase_s * FPS, 26.5 + ONSET_DELAY_HOPS, epsilon = 0.01);
        assert_abs_diff_eq!(grid.share, 1.0 / 1.6, epsilon = 0.01);
    }

    #[test]
    fn an_even_envelope_has_a_fifth_around_any_grid_and_silence_has_none() {
        let grid = beat_grid(&[1.0; 10_000], FPS, 120.0).unwrap();
        // The box has 13 of 64 bins; frames fall unevenly into reach of the best phase: half a frame in 8.6.
        assert_abs_diff_eq!(grid.share, 2.0 * REACH, epsilon = 0.02);
        assert_eq!(beat_grid(&[0.0; 1_000], FPS, 120.0), None);
        assert_eq!(beat_grid(&[], FPS, 120.0), None);
    }
}
