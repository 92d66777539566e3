//! How long the packets of Vorbis are (Vorbis I, sections 4.2.2, 4.2.4 and 4.3), without decoding them.

/// The identification header.
const IDENTIFICATION_BYTES: usize = 30;
/// A mode: its block flag, two types that are always 0, its mapping; counted in six bits before the first one.
const TYPES_BITS: usize = 32;
const MODE_BITS: usize = 1 + TYPES_BITS + 8;
const COUNT_BITS: usize = 6;
const MAX_MODES: usize = 64;

/// The length of the block of each mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VorbisBlocks {
    lengths: Vec<u64>,
}

impl VorbisBlocks {
    /// From the identification header, followed by the setup header. `None` if they are damaged.
    ///
    /// The modes end the setup header, before a last bit that is set; so they are read from the end, and what stands before them
    /// (codebooks of any length) is not.
    pub(crate) fn parse(headers: &[u8]) -> Option<Self> {
        let (identification, setup) = headers.split_at_checked(IDENTIFICATION_BYTES)?;
        let exponents = identification[28];
        let last_byte = setup.iter().rposition(|&byte| byte != 0)?;
        let end = last_byte * 8 + 7 - setup[last_byte].leading_zeros() as usize;
        let modes = (1..=MAX_MODES)
            .map_while(|count| {
                let start = end.checked_sub(count * MODE_BITS).filter(|&start| start >= COUNT_BITS)?;
                let no_types = bits(setup, start + 1, TYPES_BITS) == 0;
                no_types.then(|| (count, bits(setup, start - COUNT_BITS, COUNT_BITS) + 1 == count as u64))
            })
            .filter(|&(_, is_counted)| is_counted)
            .last()?
            .0;
        let flag = |mode| bits(setup, end - (modes - mode) * MODE_BITS, 1);
        let length = |mode| 1 << if flag(mode) == 1 { exponents >> 4 } else { exponents & 0xf };
        Some(Self { lengths: (0..modes).map(length).collect() })
    }

    /// The block length of an audio packet; `None` if it does not decode.
    pub(crate) fn length(&self, packet: &[u8]) -> Option<u64> {
        let first = u64::from(*packet.first()?);
        let mode_bits = usize::BITS - (self.lengths.len() - 1).leading_zeros();
        let mode = (first >> 1) & ((1 << mode_bits) - 1);
        self.lengths.get(mode as usize).copied().filter(|_| first & 1 == 0)
    }
}

/// `count` bits from the bit `start` on, the lowest of each byte first.
fn bits(bytes: &[u8], start: usize, count: usize) -> u64 {
    let bit = |at: usize| u64::from(bytes[at / 8] >> (at % 8) & 1);
    (0..count).rev().fold(0, |value, index| value << 1 | bit(start + index))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Headers of a stream with blocks of 256 and 2048 and these flags of modes, all of mapping 0.
    fn headers(flags: &[bool]) -> Vec<u8> {
        let mut setup: Vec<bool> = [true, false, true].repeat(31);
        setup.extend((0..COUNT_BITS).map(|bit| (flags.len() - 1) >> bit & 1 == 1));
        for &flag in flags {
            setup.push(flag);
            setup.extend([false; MODE_BITS - 1]);
        }
        setup.push(true);
        let setup = setup.chunks(8).map(|bits| bits.iter().rev().fold(0, |byte, &bit| byte << 1 | u8::from(bit)));
        let mut headers = vec![0; IDENTIFICATION_BYTES];
        headers[28] = 0xb8;
        headers.extend(setup);
        headers
    }

    #[test]
    fn a_packets_mode_gives_its_length() {
        let two = VorbisBlocks::parse(&headers(&[false, true])).unwrap();
        assert_eq!([0b00, 0b10].map(|first| two.length(&[first])), [Some(256), Some(2048)]);
        assert_eq!((two.length(&[1]), two.length(&[])), (None, None));
        let one = VorbisBlocks::parse(&headers(&[true])).unwrap();
        assert_eq!(one.length(&[0b10]), Some(2048), "one mode takes no bits");
        let three = VorbisBlocks::parse(&headers(&[true, false, true])).unwrap();
        assert_eq!([0, 2, 4, 6].map(|first| three.length(&[first])), [Some(2048), Some(256), Some(2048), None]);
    }

    #[test]
    fn damaged_headers_give_none() {
        let whole = headers(&[false, true]);
        for length in [0, 29, 30, 33] {
            assert_eq!(VorbisBlocks::parse(&whole[..length]), None);
        }
        assert_eq!(VorbisBlocks::parse(&[0; 100]), None);
    }
}
