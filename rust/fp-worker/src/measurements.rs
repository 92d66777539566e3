//! The measurements of an analysis in the form of the protocol.

use fp_decode::DecodeReport;
use fp_dsp::{Analysis, ChannelRelation, dimension::Key};
use fp_protocol::measurements::{Clipping, Measurements};

/// Decimals of levels in dB and times in s, and of offsets: more would say nothing and make each record longer.
const DECIMALS: i32 = 3;
const OFFSET_DECIMALS: i32 = 7;

pub(crate) fn rounded(value: f64) -> f64 {
    round_to(value, DECIMALS)
}

pub(crate) fn round_to(value: f64, decimals: i32) -> f64 {
    let scale = 10.0_f64.powi(decimals);
    // `+ 0.0` makes −0 a 0.
    (value * scale).round() / scale + 0.0
}

/// Collects what the analysis and the decoder have measured.
pub(crate) fn measurements(analysis: &Analysis, report: &DecodeReport) -> Measurements {
    let found = &analysis.details;
    let decoded = &found.decoded;
    let lufs = analysis.fingerprint.get(Key::lufs).ok();
    Measurements {
        true_peak_dbtp: decoded.true_peak_dbtp.map(rounded),
        true_peak_at_s: decoded.true_peak_at_s.map(rounded),
        plr_lu: decoded.true_peak_dbtp.zip(lufs).map(|(peak, lufs)| rounded(peak - lufs)),
        max_momentary_lufs: found.max_momentary_lufs.map(rounded),
        max_short_term_lufs: found.max_short_term_lufs.map(rounded),
        loudness_blocks: found.loudness_blocks.iter().map(|&(lufs, count)| (rounded(lufs), count)).collect(),
        clipping: decoded.clipping.as_ref().map(|clipping| Clipping {
            runs: clipping.runs,
            samples: clipping.samples,
            longest_samples: clipping.longest_samples,
            ceiling_dbfs: rounded(clipping.ceiling_dbfs),
            first_s: clipping.times_s.first().copied().map_or(0.0, rounded),
            times_s: clipping.times_s.iter().copied().map(rounded).collect(),
        }),
        dc_offset: decoded.dc_offset.iter().map(|&offset| round_to(offset, OFFSET_DECIMALS)).collect(),
        channel_levels_dbfs: decoded.channel_levels_dbfs.iter().map(|level| level.map(rounded)).collect(),
        level_difference_db: found.level_difference_db.map(rounded),
        channel_relation: found.channel_relation.map(ChannelRelation::code).map(str::to_owned),
        bandwidth_hz: found.spectrum_end.map(|end| end.bandwidth_hz),
        bandwidth_edge_db: found.spectrum_end.map(|end| rounded(end.edge_db)),
        effective_bits: decoded.effective_bits,
        leading_silence_s: rounded(decoded.leading_silence_s),
        trailing_silence_s: rounded(decoded.trailing_silence_s),
        longest_silence_s: decoded.longest_silence.map_or(0.0, |silence| rounded(silence.length_s)),
        longest_silence_at_s: decoded.longest_silence.map(|silence| rounded(silence.at_s)),
        start_level_db: decoded.start_level_db.map(rounded),
        end_level_db: decoded.end_level_db.map(rounded),
        missing_samples: report.missing_samples,
        damaged_samples: report.damaged_samples,
    }
}
