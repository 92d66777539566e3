//! The STREAMINFO block: RFC 9639, section 8.2.

/// Length of the block.
pub(crate) const STREAM_INFO_BYTES: usize = 34;
/// Shortest and longest block that a stream may state, in samples.
const BLOCK_SAMPLES: std::ops::RangeInclusive<u16> = 16..=u16::MAX;
/// Where the packed rate (20 bits), channels (3), bits (5) and samples (36) are.
const PACKED: std::ops::Range<usize> = 10..18;

/// What a stream says about all of its frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StreamInfo {
    bytes: [u8; STREAM_INFO_BYTES],
}

impl StreamInfo {
    /// The block in `bytes`; `None` if its values are impossible.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let info = Self { bytes: bytes.try_into().ok()? };
        let shortest = u16::from_be_bytes([bytes[0], bytes[1]]);
        let possible = BLOCK_SAMPLES.contains(&shortest)
            && shortest <= info.longest_block()
            && info.rate_hz() > 0
            && info.bits_per_sample() >= 4;
        possible.then_some(info)
    }

    /// The block as it is in the file.
    pub(crate) const fn as_bytes(&self) -> &[u8; STREAM_INFO_BYTES] {
        &self.bytes
    }

    /// Samples per channel of the longest block.
    pub(crate) const fn longest_block(&self) -> u16 {
        u16::from_be_bytes([self.bytes[2], self.bytes[3]])
    }

    /// Samples per second and channel.
    pub(crate) fn rate_hz(&self) -> u32 {
        (self.packed() >> 44) as u32
    }

    /// Number of channels, 1 to 8.
    pub(crate) fn channels(&self) -> u8 {
        (self.packed() >> 41 & 7) as u8 + 1
    }

    /// Bits per sample, 4 to 32.
    pub(crate) fn bits_per_sample(&self) -> u32 {
        (self.packed() >> 36 & 31) as u32 + 1
    }

    /// Samples per channel; `None` if the stream does not state them.
    pub(crate) fn samples(&self) -> Option<u64> {
        Some(self.packed() & ((1 << 36) - 1)).filter(|&samples| samples > 0)
    }

    /// The block of a stream whose frames have this rate and so many channels and bits, and blocks of any length.
    pub(crate) fn with_format(&self, rate_hz: u32, channels: u8, bits_per_sample: u32) -> Option<Self> {
        let mut bytes = self.bytes;
        let format = u64::from(rate_hz) << 44
            | u64::from(channels.checked_sub(1)?) << 41
            | u64::from(bits_per_sample.checked_sub(1)?) << 36;
        bytes[PACKED].copy_from_slice(&(format | self.packed() & ((1 << 36) - 1)).to_be_bytes());
        bytes[2..4].copy_from_slice(&u16::MAX.to_be_bytes());
        // The longest frame is not known either.
        bytes[7..10].fill(0);
        Self::parse(&bytes)
    }

    fn packed(&self) -> u64 {
        self.bytes[PACKED].iter().fold(0, |packed, &byte| packed << 8 | u64::from(byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 4096 samples a block, 44.1 kHz, 2 channels, 16 bits, 1,000,000 samples.
    fn block() -> Vec<u8> {
        let mut bytes = vec![0x10, 0, 0x10, 0, 0, 0, 14, 0, 0x10, 0];
        bytes.extend((44_100u64 << 44 | 1 << 41 | 15 << 36 | 1_000_000).to_be_bytes());
        bytes.extend([0; 16]);
        bytes
    }

    #[test]
    fn the_fields_are_read_and_a_new_format_keeps_the_rest() {
        let info = StreamInfo::parse(&block()).unwrap();
        assert_eq!((info.rate_hz(), info.channels(), info.bits_per_sample()), (44_100, 2, 16));
        assert_eq!((info.longest_block(), info.samples()), (4096, Some(1_000_000)));
        let other = info.with_format(96_000, 8, 24).unwrap();
        assert_eq!((other.rate_hz(), other.channels(), other.bits_per_sample()), (96_000, 8, 24));
        assert_eq!((other.longest_block(), other.samples()), (u16::MAX, Some(1_000_000)));
    }

    #[test]
    fn impossible_values_are_refused() {
        for (at, value) in [(0, [0, 15]), (2, [0, 16]), (10, [0, 0])] {
            let mut bytes = block();
            bytes[at..at + 2].copy_from_slice(&value);
            // The rate has 20 bits.
            bytes[12] &= if at == 10 { 0x0f } else { 0xff };
            assert_eq!(StreamInfo::parse(&bytes), None, "{at}");
        }
        assert_eq!(StreamInfo::parse(&block()[1..]), None);
        assert_eq!(StreamInfo::parse(&[]), None);
    }
}
