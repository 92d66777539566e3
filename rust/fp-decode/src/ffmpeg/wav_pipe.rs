//! Reads the WAVE header that ffmpeg writes into the pipe before the samples.

use std::io::{self, Read};

/// Maximum length of a RIFF chunk before the samples, such as tags.
const MAX_CHUNK_BYTES: u32 = 16 << 20;

/// What the header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PipeFormat {
    /// Samples per second and channel.
    pub(crate) rate_hz: u32,
    /// Interleaved channels.
    pub(crate) channels: usize,
    /// `dwChannelMask`, if the header has one with a speaker for every channel.
    pub(crate) channel_mask: Option<u32>,
}

/// Reads up to the first sample. `None` if the pipe ends before the first byte.
///
/// # Errors
/// `InvalidData` if the bytes are no WAVE header with a format and a data chunk.
pub(crate) fn read_header(pipe: &mut impl Read) -> io::Result<Option<PipeFormat>> {
    let mut riff = [0; 12];
    if pipe.read(&mut riff[..1])? == 0 {
        return Ok(None);
    }
    pipe.read_exact(&mut riff[1..])?;
    if !riff.starts_with(b"RIFF") || &riff[8..] != b"WAVE" {
        return Err(invalid("no WAVE header"));
    }
    let mut format = None;
    loop {
        let mut chunk = [0; 8];
        pipe.read_exact(&mut chunk)?;
        let size = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
        match &chunk[..4] {
            b"data" => return format.map(Some).ok_or_else(|| invalid("no format before the samples")),
            _ if size > MAX_CHUNK_BYTES => return Err(invalid("an oversized chunk before the samples")),
            id => {
                let mut body = Vec::new();
                pipe.by_ref().take(u64::from(size + size % 2)).read_to_end(&mut body)?;
                if id == b"fmt " {
                    format = Some(parse_format(&body).ok_or_else(|| invalid("a short format chunk"))?);
                }
            }
        }
    }
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn parse_format(body: &[u8]) -> Option<PipeFormat> {
    let channels = usize::from(u16::from_le_bytes(*body.get(2..)?.first_chunk()?));
    let rate_hz = u32::from_le_bytes(*body.get(4..)?.first_chunk()?);
    let extensible = body.starts_with(&[0xfe, 0xff]);
    let mask = body.get(20..).and_then(|rest| rest.first_chunk()).map(|bytes| u32::from_le_bytes(*bytes));
    let channel_mask = mask.filter(|mask| extensible && mask.count_ones() as usize == channels);
    Some(PipeFormat { rate_hz, channels, channel_mask })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(format: &[u8]) -> Vec<u8> {
        let mut bytes = b"RIFF\xff\xff\xff\xffWAVELIST\x03\x00\x00\x00abc\x00fmt ".to_vec();
        bytes.extend((format.len() as u32).to_le_bytes());
        bytes.extend(format);
        bytes.extend(b"data\xff\xff\xff\xff");
        bytes
    }

    #[test]
    fn an_extensible_header_gives_rate_channels_and_mask_and_stops_at_the_first_sample() {
        let mut format = vec![0xfe, 0xff, 6, 0, 0x80, 0xbb, 0, 0, 0, 0, 0, 0, 24, 0, 32, 0, 22, 0, 32, 0];
        format.extend([0x3f, 6, 0, 0]);
        format.extend([0; 16]);
        // 0x63f names eight speakers, not six: no mask.
        let expected = PipeFormat { rate_hz: 48_000, channels: 6, channel_mask: None };
        assert_eq!(read_header(&mut header(&format).as_slice()).unwrap(), Some(expected));
        format[20..24].copy_from_slice(&[0x0f, 6, 0, 0]);
        let mut bytes = header(&format);
        bytes.extend([1, 2, 3, 4]);
        let mut rest = bytes.as_slice();
        assert_eq!(read_header(&mut rest).unwrap(), Some(PipeFormat { channel_mask: Some(0x60f), ..expected }));
        assert_eq!(rest, [1, 2, 3, 4]);
    }

    #[test]
    fn an_empty_pipe_is_no_error_and_a_cut_header_is_one() {
        assert_eq!(read_header(&mut [].as_slice()).unwrap(), None);
        let bytes = header(&[3, 0, 2, 0, 0x44, 0xac, 0, 0, 0, 0, 0, 0, 8, 0, 32, 0]);
        for length in 1..bytes.len() {
            assert!(read_header(&mut &bytes[..length]).is_err(), "{length}");
        }
    }
}
