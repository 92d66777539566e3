//! The AAC decoder configuration: its sample rate, and whether the stream is HE-AAC (spectral band replication). Of
//! HE-AAC the built-in decoder decodes only the lower half of the spectrum, at half the sample rate.

/// AAC at this rate or below may be the core of HE-AAC: the full rate is twice as high.
const MAX_SUSPECT_CORE_HZ: u32 = 24_000;
/// Audio object types, ISO 14496-3, table 1.17.
const LOW_COMPLEXITY: u32 = 2;
const SBR: u32 = 5;
const PARAMETRIC_STEREO: u32 = 29;
/// Sample rates by index, ISO 14496-3, table 1.18. Index 15 stands before an explicit rate.
const RATES_HZ: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
/// Marks backward-compatible signalling of SBR behind the configuration, ISO 14496-3, 1.6.2.1.
const SYNC_EXTENSION: u32 = 0x2b7;

/// What an `AudioSpecificConfig` says about spectral band replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SbrSignal {
    /// HE-AAC.
    Present,
    /// Certainly not HE-AAC.
    Absent,
    /// The configuration does not say; the stream may still be HE-AAC (implicit signalling).
    Unstated,
}

/// Reads the signalling from an `AudioSpecificConfig`; `Unstated` if there is none or it is cut short.
pub(crate) fn sbr_signal(config: Option<&[u8]>) -> SbrSignal {
    config.and_then(parse).unwrap_or(SbrSignal::Unstated)
}

/// Whether AAC that decodes at `decoded_hz` is, or may be, the core of HE-AAC. `container_hz` is the rate in the
/// container's own header.
pub(crate) fn may_be_half_rate(signal: SbrSignal, decoded_hz: u32, container_hz: Option<u32>) -> bool {
    match signal {
        SbrSignal::Present => true,
        SbrSignal::Absent => false,
        SbrSignal::Unstated => decoded_hz <= MAX_SUSPECT_CORE_HZ || container_hz == decoded_hz.checked_mul(2),
    }
}

/// Sample rate of the core that an `AudioSpecificConfig` states; `None` if it is cut short or reserved.
pub(crate) fn core_rate_hz(config: &[u8]) -> Option<u32> {
    let mut bits = Bits { bytes: config, position: 0 };
    bits.object_type()?;
    bits.rate_hz().filter(|&rate_hz| rate_hz > 0)
}

fn parse(config: &[u8]) -> Option<SbrSignal> {
    let mut bits = Bits { bytes: config, position: 0 };
    let object_type = bits.object_type()?;
    if [SBR, PARAMETRIC_STEREO].contains(&object_type) {
        return Some(SbrSignal::Present);
    }
    bits.rate_hz()?;
    let channels = bits.take(4)?;
    // Other object types and program config elements are not parsed.
    if object_type != LOW_COMPLEXITY || channels == 0 {
        return Some(SbrSignal::Unstated);
    }
    bits.take(1)?;
    if bits.take(1)? == 1 {
        bits.take(14)?;
    }
    bits.take(1)?;
    if bits.take(11)? != SYNC_EXTENSION || bits.object_type()? != SBR {
        return Some(SbrSignal::Unstated);
    }
    Some(if bits.take(1)? == 1 { SbrSignal::Present } else { SbrSignal::Absent })
}

struct Bits<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        (0..count).try_fold(0, |value, _| {
            let byte = *self.bytes.get(self.position / 8)?;
            let bit = byte >> (7 - self.position % 8) & 1;
            self.position += 1;
            Some(value << 1 | u32::from(bit))
        })
    }

    /// A sample rate; 0 for a reserved index.
    fn rate_hz(&mut self) -> Option<u32> {
        match self.take(4)? {
            15 => self.take(24),
            index => Some(RATES_HZ.get(index as usize).copied().unwrap_or(0)),
        }
    }

    fn object_type(&mut self) -> Option<u32> {
        match self.take(5)? {
            31 => Some(32 + self.take(6)?),
            object_type => Some(object_type),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signalling_is_read_from_the_configuration() {
        // AAC-LC 44.1 kHz stereo, then the sync extension with the SBR flag off, as ffmpeg's encoder writes it.
        assert_eq!(sbr_signal(Some(&[0x12, 0x10, 0x56, 0xe5, 0x00])), SbrSignal::Absent);
        // The same with the flag on: a 22.05 kHz core at 44.1 kHz (backward-compatible HE-AAC).
        assert_eq!(sbr_signal(Some(&[0x13, 0x90, 0x56, 0xe5, 0xa0])), SbrSignal::Present);
        // Hierarchical HE-AAC: object type 5 first.
        assert_eq!(sbr_signal(Some(&[0x2b, 0x92, 0x08, 0x00])), SbrSignal::Present);
        assert_eq!(sbr_signal(Some(&[0x12, 0x10])), SbrSignal::Unstated);
        assert_eq!(sbr_signal(None), SbrSignal::Unstated);
    }

    #[test]
    fn the_rate_is_read_from_its_index_or_in_full() {
        assert_eq!(core_rate_hz(&[0x10, 0x10]), Some(96_000));
        assert_eq!(core_rate_hz(&[0x12, 0x10, 0x56, 0xe5, 0x00]), Some(44_100));
        // Index 15, then 24 bits: 50,000 Hz.
        assert_eq!(core_rate_hz(&[0x17, 0x80, 0x61, 0xa8, 0x10]), Some(50_000));
        assert_eq!(core_rate_hz(&[0x17, 0x80]), None);
        assert_eq!(core_rate_hz(&[0x16, 0x90]), None);
    }

    #[test]
    fn unstated_low_rates_and_doubled_container_rates_are_suspect() {
        assert!(may_be_half_rate(SbrSignal::Unstated, 22_050, Some(22_050)));
        assert!(may_be_half_rate(SbrSignal::Unstated, 32_000, Some(64_000)));
        assert!(!may_be_half_rate(SbrSignal::Unstated, 44_100, Some(44_100)));
        assert!(!may_be_half_rate(SbrSignal::Absent, 22_050, Some(22_050)));
    }
}
