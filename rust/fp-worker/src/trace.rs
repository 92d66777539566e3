//! The trace of an analysis in the form of the protocol.

use fp_dsp::Analysis;
use fp_protocol::{
    Trace,
    trace::{Band, BeatGrid, Series},
};

use crate::measurements::{round_to, rounded};

/// Decimals of a share of chroma, of times of beats and of shares: a beat of the tenth hour still has its place.
const SHARE_DECIMALS: i32 = 6;
const PERIOD_DECIMALS: i32 = 9;

/// Collects what the analysis has traced; `None` if it was not asked to.
pub(crate) fn trace(analysis: Analysis, content_key: String) -> Option<Trace> {
    let found = analysis.trace?;
    let series = found.series.into_iter().map(|series| Series {
        name: series.name.to_owned(),
        unit: series.unit.to_owned(),
        start_s: series.start_s,
        step_s: series.step_s,
        values: series.values.into_iter().map(|value| value.map(rounded)).collect(),
    });
    let bands = found
        .third_octave
        .into_iter()
        .map(|band| Band { centre_hz: band.centre_hz, level_dbfs: band.level_dbfs.map(rounded) });
    Some(Trace {
        content_key,
        duration_s: analysis.details.duration_s,
        series: series.collect(),
        third_octave: bands.collect(),
        chroma: analysis.details.chroma.map(|classes| classes.map(|share| round_to(share, SHARE_DECIMALS))),
        beats: found.beats.map(|grid| BeatGrid {
            period_s: round_to(grid.period_s, PERIOD_DECIMALS),
            phase_s: round_to(grid.phase_s, SHARE_DECIMALS),
            share: round_to(grid.share, SHARE_DECIMALS),
        }),
    })
}
