//! Decoding without analysis, to measure how much time the analysis adds.

use std::{fmt, hint::black_box, path::Path};

use fp_decode::{DecodeError, DecodeOptions, DecodeReport, StreamFormat};

/// The result of decoding.
pub(crate) struct Decoded {
    format: StreamFormat,
    report: DecodeReport,
}

/// Decodes the whole file and drops the samples.
///
/// # Errors
/// As for an analysis.
pub(crate) fn decode(path: &Path, options: &DecodeOptions) -> Result<Decoded, DecodeError> {
    let mut stream = fp_decode::open(path, options)?;
    let format = stream.format().clone();
    while let Some(block) = stream.next_block()? {
        black_box(block.channels());
    }
    Ok(Decoded { format, report: stream.finish() })
}

impl fmt::Display for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { format, report } = self;
        let seconds = report.samples as f64 / f64::from(format.rate_hz);
        write!(
            f,
            "{} in {} by {}: {} samples, {seconds:.3} s, {} Hz, {} channels",
            format.codec, format.container, format.decoder, report.samples, format.rate_hz, format.channels
        )?;
        for warning in &report.warnings {
            write!(f, "\nwarning: {}: {}", warning.kind.name(), warning.message)?;
        }
        Ok(())
    }
}
