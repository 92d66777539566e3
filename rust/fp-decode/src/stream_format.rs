//! The format of a stream of samples, and the limits of what is delivered.

use crate::error::{DecodeError, ErrorKind};

/// Maximum number of channels that are delivered.
pub const MAX_CHANNELS: usize = 8;
/// Lowest sample rate that is delivered. The lowest seen in a valid file is 221 Hz.
pub const MIN_RATE_HZ: u32 = 100;
/// Highest sample rate that is delivered: 16 × 48 kHz; DSD comes out of ffmpeg at 352.8 or 705.6 kHz.
pub const MAX_RATE_HZ: u32 = 768_000;

/// The format of a stream of samples, and how it was decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamFormat {
    /// Samples per second and channel.
    pub rate_hz: u32,
    /// Number of channels, 1 to 8.
    pub channels: usize,
    /// WAVE speaker mask (`dwChannelMask`) where the container or codec defines the speakers; channels are
    /// delivered in its bit order. `None`: the speakers are not known.
    pub channel_mask: Option<u32>,
    /// Bits per sample of a lossless source, `None` for lossy codecs.
    pub bit_depth: Option<u32>,
    /// Short name of the container: `flac`, `wav`, `mp4`, `ogg` …
    pub container: String,
    /// Short name of the codec: `flac`, `pcm_s16le`, `aac`, `vorbis` …
    pub codec: String,
    /// The decoder: `symphonia`, `opus-pure`, `pcm` (samples that need none) or `ffmpeg`.
    pub decoder: String,
}

/// Refuses formats that cannot be delivered.
///
/// # Errors
/// [`ErrorKind::UnsupportedFormat`] outside 1–8 channels and 100–768,000 Hz.
pub(crate) fn check_limits(rate_hz: u32, channels: usize) -> Result<(), DecodeError> {
    if !(1..=MAX_CHANNELS).contains(&channels) {
        return Err(DecodeError::new(
            ErrorKind::UnsupportedFormat,
            format!("the file has {channels} channels; 1 to {MAX_CHANNELS} can be analysed: mix it down first"),
        ));
    }
    if !(MIN_RATE_HZ..=MAX_RATE_HZ).contains(&rate_hz) {
        return Err(DecodeError::new(
            ErrorKind::UnsupportedFormat,
            format!(
                "the file claims a sample rate of {rate_hz} Hz; {MIN_RATE_HZ} to {MAX_RATE_HZ} Hz can be \
                 analysed: resample it first, or its header is damaged"
            ),
        ));
    }
    Ok(())
}
