//! Tells samples in slots of four bytes from packed ones, and on which side of the slot they are, by the data.

/// How many bytes a sample takes in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slots {
    /// Bytes from one sample to the next.
    pub(crate) bytes: usize,
    /// The sample is in the low bytes, the high ones repeat its sign; else it is in the high ones, as the standard says.
    pub(crate) low: bool,
}

/// Whether `look` holds samples of `packed` bytes in slots of four: then the other bytes are all zero, or all copies of
/// the sign. `None` if not, or if all is silent.
pub(crate) fn find_slots(look: &[u8], packed: usize, big_endian: bool) -> Option<Slots> {
    let value = |slot: &[u8]| {
        let four = *slot.first_chunk()?;
        Some(if big_endian { i32::from_be_bytes(four) } else { i32::from_le_bytes(four) })
    };
    let unused_bits = 32 - 8 * packed as u32;
    let (mut high, mut low, mut silent) = (true, true, true);
    for slot in look.chunks_exact(4).filter_map(value) {
        silent &= slot == 0;
        high &= slot.trailing_zeros() >= unused_bits;
        low &= slot << unused_bits >> unused_bits == slot;
    }
    (!silent && (high || low)).then_some(Slots { bytes: 4, low: !high })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(samples: impl IntoIterator<Item = i32>) -> Vec<u8> {
        samples.into_iter().flat_map(i32::to_le_bytes).collect()
    }

    #[test]
    fn the_unused_bytes_tell_the_side_and_packed_samples_have_none() {
        let samples = [-8_388_608, 12_345, -1, 0, 8_388_607];
        assert_eq!(find_slots(&bytes(samples.map(|s| s << 8)), 3, false), Some(Slots { bytes: 4, low: false }));
        assert_eq!(find_slots(&bytes(samples), 3, false), Some(Slots { bytes: 4, low: true }));
        let packed: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()[..3].to_vec()).collect();
        assert_eq!(find_slots(&packed, 3, false), None);
        assert_eq!(find_slots(&[0; 12], 3, false), None);
    }
}
