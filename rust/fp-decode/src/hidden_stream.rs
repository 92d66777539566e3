//! A bit stream that was packed as if it were samples, as DTS CDs are when they are ripped to FLAC: found in the decoded
//! samples, because the codec around them hides it from the look at the file.

use crate::{headers::bit_stream::find_bit_stream, source::SourceBlock, stream_format::StreamFormat};

/// How many bytes of samples are looked at, from the first that is not silent: two bursts of the longest kind (E-AC-3).
const LOOK_BYTES: usize = 64 * 1024;

/// Collects the beginning of the samples.
#[derive(Debug, Default)]
pub(crate) struct HiddenStream {
    bytes: Vec<u8>,
    ended: bool,
}

impl HiddenStream {
    /// For a stream of this format, which must be what is needed to reach a receiver bit by bit; else `None`.
    pub(crate) fn possible_in(format: &StreamFormat) -> Option<Self> {
        (format.channels == 2 && format.bit_depth == Some(16)).then(Self::default)
    }

    /// Looks at one block of samples; returns the name of the stream that they are.
    pub(crate) fn look(&mut self, planes: &[Vec<f32>], block: &SourceBlock) -> Option<&'static str> {
        if self.ended {
            return None;
        }
        let [left, right, ..] = planes else { return None };
        for (left, right) in left[block.samples.clone()].iter().zip(&right[block.samples.clone()]) {
            if self.bytes.is_empty() && *left == 0.0 && *right == 0.0 {
                continue;
            }
            for sample in [left, right] {
                self.bytes.extend(((sample * 32_768.0) as i16).to_le_bytes());
            }
        }
        if self.bytes.len() < LOOK_BYTES { None } else { self.finish() }
    }

    /// The same at the end of the samples.
    pub(crate) fn finish(&mut self) -> Option<&'static str> {
        if std::mem::replace(&mut self.ended, true) {
            return None;
        }
        let bytes = std::mem::take(&mut self.bytes);
        find_bit_stream(&bytes).map(|found| found.name)
    }
}
