//! Keeps what a [`Trace`] needs of what the pass computes for the 25 values anyway, and would drop. Without a [`Tracer`] the pass
//! does not a step more.

mod beat_grid;
mod points;
mod third_octave;

use beat_grid::{ONSET_DELAY_HOPS, beat_grid};
use points::{Largest, Point, Points};
use third_octave::LongTermSpectrum;

use crate::{
    decoded::BLOCK,
    group::stereo,
    kernel::{loudness::meter::LoudnessMeter, stereo::moments::StereoMoments},
    level_gate::{Gate, LevelRange},
    params::Params,
    trace::{Band, MAX_POINTS, Series, Trace},
};

/// Under this level, in dB of full scale or LUFS, there is silence, as everywhere in the pass: −200 dBFS.
const SILENT_DB: f64 = -200.0;
const SILENT: f64 = 1e-20;
/// Blocks of 32 samples in the base step of the peaks: 11.6 ms at 44.1 kHz, as the hop.
const PEAK_BLOCKS: u64 = 16;

/// Keeps, beside the pass, what a trace needs.
pub(crate) struct Tracer {
    peaks: Points<Largest>,
    decoded_samples: u64,
    stereo: Points<StereoMoments>,
    chunks: u64,
    centroid: Points<WeightedCentroid>,
    frames: u64,
    spectrum: LongTermSpectrum,
}

/// What the pass knows at its end.
pub(crate) struct PassEnd<'a> {
    pub(crate) params: &'a Params,
    /// Rate and channels of the stream.
    pub(crate) rate_hz: u32,
    pub(crate) channels: usize,
    /// Samples analysed.
    pub(crate) samples: u64,
    /// That of the short frames.
    pub(crate) gate: Option<Gate>,
    /// Whether the mid can be heard.
    pub(crate) of_mid: bool,
    pub(crate) loudness: &'a LoudnessMeter,
    pub(crate) envelope: &'a [f32],
    pub(crate) tempo_bpm: Option<f64>,
}

/// Σ level · centroid and Σ level of the frames that have a centroid, and the level of the loudest.
#[derive(Clone, Copy)]
struct WeightedCentroid {
    moment: f64,
    weight: f64,
    loudest_db: f64,
}

impl Point for WeightedCentroid {
    const EMPTY: Self = Self { moment: 0.0, weight: 0.0, loudest_db: f64::NEG_INFINITY };

    fn join(&self, later: &Self) -> Self {
        Self {
            moment: self.moment + later.moment,
            weight: self.weight + later.weight,
            loudest_db: self.loudest_db.max(later.loudest_db),
        }
    }
}

impl Point for StereoMoments {
    const EMPTY: Self = Self::EMPTY;

    fn join(&self, later: &Self) -> Self {
        self.joined(later)
    }
}

impl Tracer {
    pub(crate) fn new(params: &Params) -> Self {
        Self {
            peaks: Points::new(),
            decoded_samples: 0,
            stereo: Points::new(),
            chunks: 0,
            centroid: Points::new(),
            frames: 0,
            spectrum: LongTermSpectrum::new(params),
        }
    }

    /// Adds a decoded chunk of so many samples: the largest of each of its blocks.
    pub(crate) fn add_peaks(&mut self, block_peaks: &[f32], length: usize) {
        for (block, &peak) in block_peaks.iter().enumerate() {
            let start = self.decoded_samples + (block * BLOCK) as u64;
            self.peaks.add(start / (PEAK_BLOCKS * BLOCK as u64), &Largest(peak.into()));
        }
        self.decoded_samples += length as u64;
    }

    /// Adds a chunk of the downmix.
    pub(crate) fn add_chunk(&mut self, chunk: &StereoMoments) {
        if chunk.samples() > 0 {
            self.stereo.add(self.chunks, chunk);
            self.chunks += 1;
        }
    }

    /// Adds a short frame; its centroid, in bins, is `None` if it has no power.
    pub(crate) fn add_frame(&mut self, level_db: f64, centroid_bin: Option<f64>) {
        if let Some(bin) = centroid_bin {
            let weight = 10.0_f64.powf(level_db / 10.0);
            self.centroid.add(self.frames, &WeightedCentroid { moment: weight * bin, weight, loudest_db: level_db });
        }
        self.frames += 1;
    }

    /// Adds a long frame.
    pub(crate) fn add_long_frame(&mut self, power: &[f32]) {
        self.spectrum.add_frame(power);
    }

    pub(crate) fn finish(&self, end: &PassEnd<'_>) -> Trace {
        let chunk_s = end.params.long_hop as f64 / f64::from(end.params.rate_hz);
        let frames_per_second = end.params.frames_per_second();
        let stereo_field = |named, value: fn(&StereoMoments) -> Option<f64>| {
            self.stereo.series(named, 0.0, chunk_s, |moments: &StereoMoments| {
                let audible = LevelRange::DBFS.reaches_floor(10.0 * moments.mean_square().log10());
                value(moments).filter(|_| audible && end.channels > 1)
            })
        };
        let (window_s, momentary) = end.loudness.momentary_lufs();
        let momentary = loudness(("momentary_lufs", "LUFS"), window_s, momentary);
        let (window_s, short_term) = end.loudness.short_term_lufs();
        let short_term = loudness(("short_term_lufs", "LUFS"), window_s, short_term);
        let peak_step_s = (PEAK_BLOCKS * BLOCK as u64) as f64 / f64::from(end.rate_hz);
        let peaks = self.peaks.series(("peak_dbfs", "dBFS"), 0.0, peak_step_s, |peak| {
            Some(20.0 * peak.0.log10()).filter(|&level| level >= SILENT_DB)
        });
        let centroid =
            self.centroid.series(("centroid_hz", "Hz"), -0.5 / frames_per_second, 1.0 / frames_per_second, |point| {
                let is_active = end.gate.is_some_and(|gate| LevelRange::DBFS.passes(gate, point.loudest_db));
                (is_active && end.of_mid && point.weight > 0.0)
                    .then(|| point.moment / point.weight * end.params.bin_hz())
            });
        let bands = self.spectrum.bands(end.samples, SILENT);
        let audible = |band: Band| Band { level_dbfs: band.level_dbfs.filter(|_| end.of_mid), ..band };
        Trace {
            series: vec![
                short_term,
                momentary,
                peaks,
                stereo_field(("correlation", ""), StereoMoments::correlation),
                stereo_field(("width", ""), |moments| stereo::width(moments).ok()),
                stereo_field(("balance_db", "dB"), stereo::level_difference_db),
                onset_strength(end),
                onset_excerpt(end),
                centroid,
            ],
            third_octave: bands.into_iter().map(audible).collect(),
            beats: end.tempo_bpm.and_then(|bpm| beat_grid(end.envelope, frames_per_second, bpm)),
        }
    }
}

/// The largest loudness of the windows that end in each step; the first window ends after its own length.
fn loudness(named: (&'static str, &'static str), window_s: f64, levels: impl Iterator<Item = f64>) -> Series {
    let mut points = Points::new();
    for (step, level) in levels.enumerate() {
        points.add(step as u64, &Largest(level));
    }
    points.series(named, window_s, LoudnessMeter::CELL_S, |level| Some(level.0).filter(|&lufs| lufs >= SILENT_DB))
}

/// Start of the step of frame 0 in seconds, and the time between two frames.
fn onset_times(params: &Params) -> (f64, f64) {
    let frame_s = 1.0 / params.frames_per_second();
    ((ONSET_DELAY_HOPS - 0.5) * frame_s, frame_s)
}

/// The tempo envelope, frame by frame, as a share of its largest value; `None` without one.
fn onsets<'a>(end: &PassEnd<'a>) -> impl Iterator<Item = Option<f64>> + 'a {
    let largest = end.envelope.iter().copied().fold(0.0, f32::max);
    let known = end.of_mid && largest > 0.0;
    end.envelope.iter().map(move |&e| known.then(|| f64::from(e / largest)))
}

/// The largest onset of each step.
fn onset_strength(end: &PassEnd<'_>) -> Series {
    let mut points = Points::new();
    for (step, onset) in onsets(end).enumerate() {
        points.add(step as u64, &onset.map_or(Largest::EMPTY, Largest));
    }
    let (start_s, frame_s) = onset_times(end.params);
    points.series(("onset_strength", ""), start_s, frame_s, |point| Some(point.0).filter(|onset| onset.is_finite()))
}

/// The onsets of single frames, of as many as a series has, in the middle of the track: the steps of a whole track are too long
/// to see a beat.
fn onset_excerpt(end: &PassEnd<'_>) -> Series {
    let (start_s, step_s) = onset_times(end.params);
    let first = end.envelope.len().saturating_sub(MAX_POINTS) / 2;
    Series {
        name: "onset_excerpt",
        unit: "",
        start_s: start_s + first as f64 * step_s,
        step_s,
        values: onsets(end).skip(first).take(MAX_POINTS).collect(),
    }
}
