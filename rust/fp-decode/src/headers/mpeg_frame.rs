//! Headers of MPEG audio (layers I–III) and ADTS frames, as far as needed to tell frames from noise.

/// Sample rates of MPEG-1 by index; MPEG-2 halves them, MPEG-2.5 quarters them. ISO 11172-3, 2.4.2.3.
const MPEG1_RATES_HZ: [u32; 3] = [44_100, 48_000, 32_000];
/// ADTS sample rates by index. ISO 14496-3, table 1.18.
const ADTS_RATES_HZ: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
/// Bit rates in kbit/s by index, ISO 11172-3 (MPEG-1 layers I, II, III) and ISO 13818-3 (layer I; layers II, III).
const KBIT_PER_S: [[u32; 14]; 5] = [
    [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/// The shortest channel that an AAC frame can hold: an element of one channel with no band above zero takes 29 bits, the end
/// three. ISO 14496-3, 4.4.2.1 and 4.4.2.7. Shorter frames are none of an encoder: megabytes of them last for days.
const MIN_AAC_BYTES: usize = 4;
/// The longest frame: ADTS states its length in 13 bits.
pub(crate) const MAX_FRAME_BYTES: usize = 8191;

/// Which kind of frame a header starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameKind {
    /// MPEG audio of this version (1 = MPEG-1, 2 = MPEG-2, 4 = MPEG-2.5) and layer (1–3).
    MpegAudio {
        /// The divisor of the sample rates: 1, 2 or 4.
        version: u32,
        /// 1, 2 or 3.
        layer: u32,
    },
    /// AAC with an ADTS header.
    Adts,
}

/// What a frame header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    /// Kind of frame; does not change within one stream.
    pub(crate) kind: FrameKind,
    /// Sample rate; does not change within one stream.
    pub(crate) rate_hz: u32,
    /// One channel instead of two; may change within one stream. Always false for AAC.
    pub(crate) is_mono: bool,
    /// Length of the frame including this header.
    pub(crate) bytes: usize,
}

impl FrameHeader {
    /// The header at the start of `data`; `None` if there is none, or it has free-format or reserved values.
    pub(crate) fn parse(data: &[u8]) -> Option<Self> {
        let header: &[u8; 4] = data.first_chunk()?;
        if header[0] != 0xff || header[1] & 0xe0 != 0xe0 {
            return None;
        }
        if header[1] & 0xf6 == 0xf0 { Self::parse_adts(data) } else { Self::parse_mpeg(header) }
    }

    /// Whether the decoder of this frame can decode `next` too.
    pub(crate) fn has_format_of(&self, next: &Self) -> bool {
        self.continues_as(next) && self.is_mono == next.is_mono
    }

    /// Whether `next` can follow in the same stream.
    pub(crate) fn continues_as(&self, next: &Self) -> bool {
        self.kind == next.kind && self.rate_hz == next.rate_hz
    }

    fn parse_adts(data: &[u8]) -> Option<Self> {
        let header: &[u8; 7] = data.first_chunk()?;
        let rate_hz = *ADTS_RATES_HZ.get(usize::from(header[2] >> 2 & 15))?;
        let bytes = usize::from(header[3] & 3) << 11 | usize::from(header[4]) << 3 | usize::from(header[5] >> 5);
        let checksum = if header[1] & 1 == 0 { 2 } else { 0 };
        (bytes >= header.len() + checksum + MIN_AAC_BYTES).then_some(Self {
            kind: FrameKind::Adts,
            rate_hz,
            is_mono: false,
            bytes,
        })
    }

    fn parse_mpeg(header: &[u8; 4]) -> Option<Self> {
        let version = match header[1] >> 3 & 3 {
            3 => 1,
            2 => 2,
            0 => 4,
            _ => return None,
        };
        let layer = match header[1] >> 1 & 3 {
            3 => 1,
            2 => 2,
            1 => 3,
            _ => return None,
        };
        let rate_hz = MPEG1_RATES_HZ.get(usize::from(header[2] >> 2 & 3))? / version;
        let table = match (version, layer) {
            (1, 1) => 0,
            (1, 2) => 1,
            (1, _) => 2,
            (_, 1) => 3,
            _ => 4,
        };
        let index = usize::from(header[2] >> 4).checked_sub(1)?;
        let bits_per_s = KBIT_PER_S[table].get(index)? * 1000;
        let padding = u32::from(header[2] >> 1 & 1);
        let bytes = match (layer, version) {
            (1, _) => (12 * bits_per_s / rate_hz + padding) * 4,
            (3, 2 | 4) => 72 * bits_per_s / rate_hz + padding,
            _ => 144 * bits_per_s / rate_hz + padding,
        };
        let is_mono = header[3] >> 6 == 3;
        Some(Self { kind: FrameKind::MpegAudio { version, layer }, rate_hz, is_mono, bytes: bytes as usize })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_lengths_follow_the_standard() {
        // 128 kbit/s, 44.1 kHz, layer III: 417 bytes, 418 padded (ISO 11172-3, 2.4.3.1).
        let plain = FrameHeader::parse(&[0xff, 0xfb, 0x90, 0x00]).unwrap();
        assert_eq!((plain.bytes, plain.rate_hz), (417, 44_100));
        assert_eq!(FrameHeader::parse(&[0xff, 0xfb, 0x92, 0x00]).unwrap().bytes, 418);
        // 64 kbit/s, 22.05 kHz, MPEG-2 layer III: 72 · 64000 / 22050 = 208.
        let half = FrameHeader::parse(&[0xff, 0xf3, 0x80, 0x00]).unwrap();
        assert_eq!((half.bytes, half.rate_hz), (208, 22_050));
    }

    #[test]
    fn adts_is_not_mpeg_audio() {
        // MPEG-4 LC, 44.1 kHz, stereo, 371 bytes.
        let frame = FrameHeader::parse(&[0xff, 0xf1, 0x50, 0x80, 0x2e, 0x7f, 0xfc]).unwrap();
        assert_eq!((frame.kind, frame.rate_hz, frame.bytes), (FrameKind::Adts, 44_100, 371));
    }

    #[test]
    fn adts_frames_without_room_for_a_channel_are_no_frames() {
        let frame = |bytes: u8| FrameHeader::parse(&[0xff, 0xf1, 0x50, 0x80, bytes >> 3, bytes << 5 | 0x1f, 0xfc]);
        assert_eq!(frame(8), None);
        assert_eq!(frame(10), None);
        // Silence in one channel, as encoders write it.
        assert_eq!(frame(11).map(|frame| frame.bytes), Some(11));
    }

    #[test]
    fn reserved_values_are_no_header() {
        for header in [[0xff, 0xff, 0xff, 0xff], [0xff, 0xfb, 0xf0, 0], [0xff, 0xfb, 0x9c, 0], [0xff, 0xeb, 0x90, 0]] {
            assert_eq!(FrameHeader::parse(&header), None, "{header:x?}");
        }
    }
}
