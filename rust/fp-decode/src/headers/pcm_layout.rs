//! Where the samples of a PCM file lie, and how they are coded.

/// How one sample is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PcmCoding {
    /// Unsigned bytes, silence at 128.
    Unsigned8,
    /// Two's complement; the most significant bit of the slot is the sign.
    Signed,
    /// Two's complement in the low bits of a larger slot: full scale is that of `bits`.
    SignedLow {
        /// Bits of a sample.
        bits: u32,
    },
    /// IEEE 754.
    Float,
    /// ITU-T G.711 A-law.
    ALaw,
    /// ITU-T G.711 µ-law.
    MuLaw,
}

/// Samples in a file, interleaved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PcmLayout {
    /// How one sample is coded.
    pub(crate) coding: PcmCoding,
    /// Most significant byte first.
    pub(crate) big_endian: bool,
    /// Bytes from one sample to the next, 1 to 4, or 8.
    pub(crate) slot_bytes: usize,
    /// Bits that hold the signal, as the file states them.
    pub(crate) bits: u32,
    /// Samples per second and channel.
    pub(crate) rate_hz: u32,
    /// Number of channels, not 0.
    pub(crate) channels: usize,
    /// WAVE speaker mask, where the file states the speakers or they go without saying.
    pub(crate) channel_mask: Option<u32>,
    /// Where the samples are.
    pub(crate) data: DataRange,
}

impl PcmLayout {
    /// Bytes of one sample of all channels.
    pub(crate) const fn frame_bytes(&self) -> usize {
        self.slot_bytes * self.channels
    }

    /// Whether a DTS or AC-3 stream may hide under these samples: they fill two channels of 16 bits, and players that
    /// pass them to a receiver need exactly that.
    pub(crate) fn may_be_bit_stream(&self) -> bool {
        (self.coding, self.slot_bytes, self.channels) == (PcmCoding::Signed, 2, 2)
    }

    /// Bits per sample of integers; `None` for floating point and companded samples.
    pub(crate) fn bit_depth(&self) -> Option<u32> {
        let integer = matches!(self.coding, PcmCoding::Unsigned8 | PcmCoding::Signed | PcmCoding::SignedLow { .. });
        integer.then_some(self.bits)
    }

    /// Codec name, as ffmpeg and Symphonia have it.
    pub(crate) fn codec_name(&self) -> String {
        let order = if self.big_endian { "be" } else { "le" };
        match self.coding {
            PcmCoding::Unsigned8 => "pcm_u8".to_owned(),
            PcmCoding::Signed | PcmCoding::SignedLow { .. } if self.slot_bytes == 1 => "pcm_s8".to_owned(),
            PcmCoding::Signed => format!("pcm_s{}{order}", 8 * self.slot_bytes),
            PcmCoding::SignedLow { bits } => format!("pcm_s{bits}{order}"),
            PcmCoding::Float => format!("pcm_f{}{order}", 8 * self.slot_bytes),
            PcmCoding::ALaw => "pcm_alaw".to_owned(),
            PcmCoding::MuLaw => "pcm_mulaw".to_owned(),
        }
    }
}

/// Where the samples are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DataRange {
    /// First byte.
    pub(crate) start: u64,
    /// Bytes that are there and belong to the samples.
    pub(crate) available: u64,
    /// Bytes that the header states; `None` if it states none, as in a file that was written to a pipe.
    pub(crate) stated: Option<u64>,
}

impl DataRange {
    /// The samples of a header that states `stated` bytes from `start` on, in a file of `file_bytes`.
    pub(crate) fn new(start: u64, stated: Option<u64>, file_bytes: u64) -> Self {
        let rest = file_bytes.saturating_sub(start);
        Self { start, available: stated.map_or(rest, |stated| stated.min(rest)), stated }
    }
}

/// The size in a 32-bit field, or `None` for the values that programs write who do not know it yet: all ones, the
/// largest positive number, and those less a header or rounded down to a block. Only where the file is shorter.
pub(crate) fn stated_size(size: u32, rest: u64) -> Option<u64> {
    let placeholder = matches!(size, 0x7fff_f000..=0x8000_0000 | 0xffff_f000..);
    (!placeholder || u64::from(size) <= rest).then_some(u64::from(size))
}

/// The speakers of a file that states none: one and two channels go without saying, three and six are front three and
/// 5.1 in every program that writes them.
pub(crate) const fn default_mask(channels: usize) -> Option<u32> {
    match channels {
        1 => Some(0x4),
        2 => Some(0x3),
        3 => Some(0x7),
        6 => Some(0x3f),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_no_sizes_unless_the_file_is_that_long() {
        for size in [0xffff_ffff, 0xffff_ffff - 36, 0x7fff_ffff, 0x7fff_f000, 0x8000_0000] {
            assert_eq!(stated_size(size, 1_000), None, "{size:x}");
            assert_eq!(stated_size(size, 1 << 33), Some(u64::from(size)), "{size:x}");
        }
        assert_eq!(stated_size(1_000_000, 1_000), Some(1_000_000));
    }
}
