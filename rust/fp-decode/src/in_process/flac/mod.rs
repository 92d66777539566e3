//! Native FLAC (RFC 9639): its frames, whatever their format, and streams that were joined.
//!
//! Symphonia's demuxer takes frames of another rate, depth or number of channels for damage, and reads on behind the
//! first of them; hence this one.

mod frames;

use std::io;

use symphonia::core::{
    audio::Channels,
    codecs::{
        CodecParameters,
        audio::{AudioCodecParameters, well_known::CODEC_ID_FLAC},
    },
    errors::{Error, Result},
    formats::Track,
};

use crate::{
    headers::flac::{
        frame::{FlacFrame, FrameNumber},
        stream_info::{STREAM_INFO_BYTES, StreamInfo},
    },
    in_process::{
        file_source::FileSource,
        flac::frames::{Found, FrameReader, STREAM_MARKER},
    },
};

/// Type of the STREAMINFO block.
const STREAM_INFO: u8 = 0;

/// A frame.
pub(crate) struct FlacPacket {
    pub(crate) data: Box<[u8]>,
    /// Bytes directly before it that belong to no frame.
    pub(crate) junk_bytes: u64,
    /// Samples per channel that are missing before it, as the numbers of the frames say.
    pub(crate) missing_samples: u64,
}

/// What comes next.
pub(crate) enum FlacItem {
    Packet(FlacPacket),
    /// Another stream begins.
    NewTrack(Box<Track>),
    /// The end of the file, with so many bytes behind the last frame that belong to none.
    End {
        junk_bytes: u64,
    },
}

/// The demuxer.
pub(crate) struct FlacReader {
    frames: FrameReader,
    track: Track,
    last: Option<FlacFrame>,
}

impl FlacReader {
    /// Reads the metadata at the beginning of `source`.
    ///
    /// # Errors
    /// When the file cannot be read or has no valid STREAMINFO block.
    pub(crate) fn new(source: FileSource) -> Result<Self> {
        let mut frames = FrameReader::new(source);
        let info = read_metadata(&mut frames)?.ok_or(Error::DecodeError("flac: no valid stream info block"))?;
        Ok(Self { frames, track: track(&info), last: None })
    }

    /// The first stream.
    pub(crate) const fn first_track(&self) -> &Track {
        &self.track
    }

    /// The next frame, stream or the end.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn next_item(&mut self) -> io::Result<FlacItem> {
        loop {
            match self.frames.next()? {
                Found::Frame(frame, data) => {
                    let missing_samples = self.last.map_or(0, |last| missing_between(&last, &frame));
                    self.last = Some(frame);
                    let junk_bytes = self.frames.take_junk_bytes();
                    return Ok(FlacItem::Packet(FlacPacket { data, junk_bytes, missing_samples }));
                }
                Found::Stream => match read_metadata(&mut self.frames) {
                    Ok(Some(info)) => {
                        self.last = None;
                        return Ok(FlacItem::NewTrack(Box::new(track(&info))));
                    }
                    Ok(None) => {}
                    Err(Error::IoError(error)) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
                    // The metadata end behind the end of the file.
                    Err(_) => {}
                },
                Found::End => return Ok(FlacItem::End { junk_bytes: self.frames.take_junk_bytes() }),
            }
        }
    }
}

/// Reads the metadata of the stream that begins here; `None` if it has no valid STREAMINFO block.
fn read_metadata(frames: &mut FrameReader) -> Result<Option<StreamInfo>> {
    let cut = || Error::IoError(io::Error::from(io::ErrorKind::UnexpectedEof));
    if frames.take(STREAM_MARKER.len())? != STREAM_MARKER {
        return Ok(None);
    }
    let mut info = None;
    loop {
        let header = frames.take(4)?;
        let &[kind, ref length @ ..] = header.first_chunk::<4>().ok_or_else(cut)?;
        let length = length.iter().fold(0, |length, &byte| length << 8 | u64::from(byte));
        if kind & 0x7f == STREAM_INFO && info.is_none() && length == STREAM_INFO_BYTES as u64 {
            info = StreamInfo::parse(&frames.take(STREAM_INFO_BYTES)?);
        } else if !frames.skip(length)? {
            return Err(cut());
        }
        // The highest bit says that it is the last block.
        if kind >> 7 == 1 {
            return Ok(info);
        }
    }
}

fn track(info: &StreamInfo) -> Track {
    let mut params = AudioCodecParameters::new();
    params
        .for_codec(CODEC_ID_FLAC)
        .with_sample_rate(info.rate_hz())
        .with_channels(Channels::Discrete(u16::from(info.channels())))
        .with_bits_per_sample(info.bits_per_sample())
        .with_extra_data((*info.as_bytes()).into());
    let mut track = Track::new(0);
    track.with_codec_params(CodecParameters::Audio(params));
    if let Some(samples) = info.samples() {
        track.with_num_frames(samples);
    }
    track
}

/// Samples per channel that are missing between two frames. A number below the expected one is a stream that was
/// numbered anew, not a loss.
fn missing_between(last: &FlacFrame, next: &FlacFrame) -> u64 {
    match (last.number, next.number) {
        (FrameNumber::Frame(last_number), FrameNumber::Frame(number)) => {
            number.saturating_sub(last_number + 1).saturating_mul(u64::from(last.samples))
        }
        (FrameNumber::Sample(start), FrameNumber::Sample(next)) => next.saturating_sub(start + u64::from(last.samples)),
        _ => 0,
    }
}
