//! What pictures of one track need beside its fingerprint: series over time, the third-octave spectrum, the beat grid.

/// Most points of a series.
pub const MAX_POINTS: usize = 2000;

/// Pictures' data of one track.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The series over time, always the same ones.
    pub series: Vec<Series>,
    /// The long-term spectrum of the mid in thirds of an octave, 25 Hz to 20 kHz.
    pub third_octave: Vec<Band>,
    /// The beats; `None` for a track without tempo.
    pub beats: Option<BeatGrid>,
}

/// A series over time: value i is of the time from `start_s + i·step_s` to `step_s` later.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Stable `snake_case` name.
    pub name: &'static str,
    /// Unit of the values; empty for ratios.
    pub unit: &'static str,
    /// Start of the first step in seconds.
    pub start_s: f64,
    /// Length of a step in seconds.
    pub step_s: f64,
    /// At most [`MAX_POINTS`] values; `None` where undefined.
    pub values: Vec<Option<f64>>,
}

/// A third of an octave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Nominal mid-frequency.
    pub centre_hz: f64,
    /// RMS level over the track; `None` where there is nothing.
    pub level_dbfs: Option<f64>,
}

/// Beats at `phase_s + k·period_s`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BeatGrid {
    /// Time between two beats.
    pub period_s: f64,
    /// The first beat: 0 up to the period.
    pub phase_s: f64,
    /// Share of the tempo envelope within a tenth of a period around the beats: 1 for a click track, 0.2 by chance.
    pub share: f64,
}
