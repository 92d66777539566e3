//! Traces of signals, and their series by name.
#![allow(dead_code, reason = "each test file uses some of them")]

use fp_dsp::{Analysis, Analyzer, ChannelLayout, Trace, trace::Series};

pub(crate) fn analysis(rate_hz: u32, channels: &[Vec<f32>]) -> Analysis {
    let layout = ChannelLayout::new(channels.len(), None).expect("1 to 8 channels");
    let mut analyzer = Analyzer::new(rate_hz, layout).expect("a usual rate");
    analyzer.expect_trace();
    let planar: Vec<&[f32]> = channels.iter().map(Vec::as_slice).collect();
    analyzer.add_samples(&planar);
    analyzer.finish()
}

pub(crate) fn traced(rate_hz: u32, channels: &[Vec<f32>]) -> Trace {
    analysis(rate_hz, channels).trace.expect("a trace was asked for")
}

pub(crate) fn both(samples: Vec<f32>) -> [Vec<f32>; 2] {
    [samples.clone(), samples]
}

pub(crate) fn series<'a>(trace: &'a Trace, name: &str) -> &'a Series {
    trace.series.iter().find(|series| series.name == name).unwrap_or_else(|| panic!("no series {name}"))
}

/// Middle of each step, and its value.
pub(crate) fn points(series: &Series) -> impl Iterator<Item = (f64, Option<f64>)> {
    let middle = |index: usize| series.start_s + (index as f64 + 0.5) * series.step_s;
    series.values.iter().enumerate().map(move |(index, &value)| (middle(index), value))
}
