//! The header of a FLAC frame: RFC 9639, section 9.1.

use symphonia::core::{checksum::Crc8Ccitt, io::Monitor};

/// Length of the longest header.
pub(crate) const MAX_HEADER_BYTES: usize = 16;
/// Bytes of a frame beside its samples: headers of frame and subframes, predictors, checksum.
const OVERHEAD_BYTES: usize = 2048;

/// Which frame of its stream it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameNumber {
    /// Number of the frame, in a stream whose blocks have one length.
    Frame(u64),
    /// Number of its first sample.
    Sample(u64),
}

/// What the header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FlacFrame {
    /// Length of the header.
    pub(crate) header_bytes: usize,
    /// Which frame it is.
    pub(crate) number: FrameNumber,
    /// Samples per channel.
    pub(crate) samples: u32,
    /// Samples per second and channel; `None`: as the stream says.
    pub(crate) rate_hz: Option<u32>,
    /// Number of channels, 1 to 8.
    pub(crate) channels: u8,
    /// Bits per sample; `None`: as the stream says.
    pub(crate) bits_per_sample: Option<u32>,
}

impl FlacFrame {
    /// The header at the start of `data`, if it is valid with its checksum.
    pub(crate) fn parse(data: &[u8]) -> Option<Self> {
        let (&[sync_0, sync_1, codes, channel_code], mut rest) = data.split_first_chunk()?;
        // 15 bits of sync, then whether the blocks have different lengths.
        if sync_0 != 0xff || sync_1 & 0xfe != 0xf8 || channel_code & 1 == 1 {
            return None;
        }
        let number = coded_number(&mut rest)?;
        let number = if sync_1 & 1 == 0 { FrameNumber::Frame(number) } else { FrameNumber::Sample(number) };
        let samples = match codes >> 4 {
            0 => return None,
            1 => 192,
            code @ 2..=5 => 144 << code,
            6 => u32::from(take::<1>(&mut rest)?[0]) + 1,
            7 => u32::from(u16::from_be_bytes(take(&mut rest)?)) + 1,
            code => 1 << code,
        };
        let rate_hz = match codes & 15 {
            0 => None,
            code @ 1..=11 => Some(
                [88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000]
                    [usize::from(code) - 1],
            ),
            12 => Some(1000 * u32::from(take::<1>(&mut rest)?[0])),
            13 => Some(u32::from(u16::from_be_bytes(take(&mut rest)?))),
            14 => Some(10 * u32::from(u16::from_be_bytes(take(&mut rest)?))),
            _ => return None,
        };
        let channels = match channel_code >> 4 {
            code @ 0..=7 => code + 1,
            // Left or right and side, mid and side.
            8..=10 => 2,
            _ => return None,
        };
        let bits_per_sample = match channel_code >> 1 & 7 {
            0 => None,
            3 => return None,
            code => Some([8, 12, 0, 16, 20, 24, 32][usize::from(code) - 1]),
        };
        let header_bytes = data.len() - rest.len();
        let mut crc = Crc8Ccitt::new(0);
        crc.process_buf_bytes(&data[..header_bytes]);
        let is_valid = *rest.first()? == crc.crc() && rate_hz != Some(0) && samples <= u32::from(u16::MAX);
        let header_bytes = header_bytes + 1;
        is_valid.then_some(Self { header_bytes, number, samples, rate_hz, channels, bits_per_sample })
    }

    /// The most bytes that an encoder makes of it: its samples as they are, where the side has a bit more.
    pub(crate) fn longest_bytes(&self) -> usize {
        let bits = self.bits_per_sample.unwrap_or(32) as usize;
        (self.samples as usize * (usize::from(self.channels) * bits + 1)).div_ceil(8) + OVERHEAD_BYTES
    }
}

/// A number of up to 36 bits, coded like a character of UTF-8 (RFC 9639, 9.1.5).
fn coded_number(rest: &mut &[u8]) -> Option<u64> {
    let [first] = take(rest)?;
    let bytes = first.leading_ones();
    match bytes {
        0 => return Some(u64::from(first)),
        2..=7 => {}
        _ => return None,
    }
    let mut number = u64::from(first) & ((1 << (7 - bytes)) - 1);
    for _ in 1..bytes {
        let [next] = take(rest)?;
        if next >> 6 != 2 {
            return None;
        }
        number = number << 6 | u64::from(next & 0x3f);
    }
    Some(number)
}

fn take<const BYTES: usize>(rest: &mut &[u8]) -> Option<[u8; BYTES]> {
    let (&taken, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_checksum(mut header: Vec<u8>) -> Vec<u8> {
        // x⁸ + x² + x + 1, RFC 9639, 9.1.8.
        let crc = header.iter().fold(0u8, |crc, &byte| {
            (0..8).fold(crc ^ byte, |crc, _| if crc >> 7 == 1 { crc << 1 ^ 7 } else { crc << 1 })
        });
        header.push(crc);
        header
    }

    #[test]
    fn the_examples_of_the_standard_are_read() {
        // RFC 9639, appendix D: the frames of the first and the third example.
        let first = FlacFrame::parse(&[0xff, 0xf8, 0x69, 0x18, 0, 0, 0xbf]).unwrap();
        assert_eq!((first.samples, first.rate_hz, first.channels), (1, Some(44_100), 2));
        assert_eq!((first.number, first.bits_per_sample, first.header_bytes), (FrameNumber::Frame(0), Some(16), 7));
        let third = FlacFrame::parse(&[0xff, 0xf8, 0x68, 0x02, 0, 0x17, 0xe9]).unwrap();
        assert_eq!((third.samples, third.rate_hz, third.channels), (24, Some(32_000), 1));
        assert_eq!(third.bits_per_sample, Some(8));
    }

    #[test]
    fn long_numbers_lengths_and_rates_are_read() {
        // Sample 2³⁶ − 1, 4,608 samples, 96,010 Hz, mid and side, bits as the stream says.
        let header = with_checksum(vec![
            0xff, 0xf9, 0x7e, 0xa0, 0xfe, 0xbf, 0xbf, 0xbf, 0xbf, 0xbf, 0xbf, 0x11, 0xff, 0x25, 0x81,
        ]);
        let frame = FlacFrame::parse(&header).unwrap();
        assert_eq!(frame.number, FrameNumber::Sample((1 << 36) - 1));
        assert_eq!((frame.samples, frame.rate_hz, frame.channels), (4608, Some(96_010), 2));
        assert_eq!((frame.bits_per_sample, frame.header_bytes), (None, MAX_HEADER_BYTES));
        for length in 0..header.len() {
            assert_eq!(FlacFrame::parse(&header[..length]), None);
        }
    }

    #[test]
    fn reserved_codes_and_wrong_checksums_are_no_header() {
        let valid = [0xff, 0xf8, 0xc9, 0x18, 0];
        assert!(FlacFrame::parse(&with_checksum(valid.to_vec())).is_some());
        for (at, value) in [(1, 0xfa), (2, 0x09), (2, 0xcf), (3, 0xb8), (3, 0x16), (3, 0x19), (4, 0x80)] {
            let mut header = valid.to_vec();
            header[at] = value;
            assert_eq!(FlacFrame::parse(&with_checksum(header)), None, "{value:x} at {at}");
        }
        let mut wrong = with_checksum(valid.to_vec());
        wrong[5] ^= 1;
        assert_eq!(FlacFrame::parse(&wrong), None);
    }
}
