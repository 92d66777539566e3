//! The Opus identification header: RFC 7845, 5.1, and its form in MP4.

/// The fields of an `OpusHead` packet that decoding needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpusHead {
    /// Output channels, at least 1.
    pub(crate) channels: usize,
    /// Samples at 48 kHz that precede the audio.
    pub(crate) pre_skip: u16,
    /// Gain to apply, in 1/256 dB.
    pub(crate) output_gain_q8: i16,
    /// 0 = mono or stereo, 1 = Vorbis order up to 7.1, others are not meant for playback.
    pub(crate) mapping_family: u8,
    /// Streams in each packet.
    pub(crate) streams: usize,
    /// How many of them are stereo pairs.
    pub(crate) coupled_streams: usize,
    /// Decoded channel that feeds each output channel; empty for family 0.
    pub(crate) mapping: Vec<u8>,
}

impl OpusHead {
    /// Parses the packet; `None` if it is no `OpusHead`, is cut short, or contradicts itself.
    pub(crate) fn parse(packet: &[u8]) -> Option<Self> {
        let fixed: &[u8; 19] = packet.first_chunk()?;
        let channels = usize::from(fixed[9]);
        // Minor versions are compatible; the major version is in the upper four bits.
        if &fixed[..8] != b"OpusHead" || fixed[8] >> 4 != 0 || channels == 0 {
            return None;
        }
        let mapping_family = fixed[18];
        let (streams, coupled_streams, mapping) = if mapping_family == 0 {
            (1, channels - 1, Vec::new())
        } else {
            let table = packet.get(21..21 + channels)?;
            (usize::from(packet[19]), usize::from(packet[20]), table.to_vec())
        };
        let valid = streams > 0 && coupled_streams <= streams && (mapping_family != 0 || channels <= 2);
        // In MP4 the header has version 0 and is big-endian (Encapsulation of Opus in ISOBMFF, 4.3.2); in Ogg and
        // Matroska it has version 1 and is little-endian.
        let read_u16 = |at: usize| {
            let bytes = [fixed[at], fixed[at + 1]];
            if fixed[8] == 0 { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
        };
        valid.then(|| Self {
            channels,
            pre_skip: read_u16(10),
            output_gain_q8: read_u16(16).cast_signed(),
            mapping_family,
            streams,
            coupled_streams,
            mapping,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEREO: &[u8] = b"OpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\xff\x00";

    #[test]
    fn stereo_header_is_read_field_by_field() {
        let head = OpusHead::parse(STEREO).unwrap();
        assert_eq!((head.channels, head.pre_skip, head.output_gain_q8), (2, 312, -256));
        assert_eq!((head.streams, head.coupled_streams), (1, 1));
    }

    #[test]
    fn short_or_contradictory_headers_are_refused() {
        for length in 0..STEREO.len() {
            assert_eq!(OpusHead::parse(&STEREO[..length]), None);
        }
        let mut three_channels_in_family_0 = STEREO.to_vec();
        three_channels_in_family_0[9] = 3;
        assert_eq!(OpusHead::parse(&three_channels_in_family_0), None);
    }
}
