//! The side information of an MPEG layer III frame, as far as it must be known before decoding.

/// The bits of one channel's side information in one granule before `window_switching_flag`. ISO 11172-3, 2.4.1.7; the
/// scale factor field of MPEG-2 is five bits longer (ISO 13818-3, 2.4.1.7).
const BITS_BEFORE_WINDOW: [usize; 2] = [12 + 9 + 8 + 4, 12 + 9 + 8 + 9];
/// The bits of one channel's side information in one granule.
const GRANULE_BITS: [usize; 2] = [59, 63];
/// `window_switching_flag` 1, `block_type` 2 (short), `mixed_block_flag` 1.
const MIXED: u16 = 0b1101;

/// Whether a layer III `frame` (its first 38 bytes are enough) has a mixed block: short windows above the two lowest
/// sub-bands, which have a long one.
pub(crate) fn has_mixed_block(frame: &[u8]) -> bool {
    let Some((header, side_info)) = frame.split_first_chunk::<4>() else { return false };
    let lsf = usize::from(header[1] & 0x08 == 0);
    let channels = if header[3] >> 6 == 3 { 1 } else { 2 };
    let has_crc = header[1] & 1 == 0;
    let Some(side_info) = side_info.get(if has_crc { 2 } else { 0 }..) else { return false };
    // `main_data_begin`, private bits and, in MPEG-1, `scfsi`.
    let (leading, granules) = match (lsf, channels) {
        (0, 1) => (9 + 5 + 4, 2),
        (0, _) => (9 + 3 + 8, 2),
        (_, 1) => (8 + 1, 1),
        _ => (8 + 2, 1),
    };
    (0..granules * channels).any(|granule| {
        let at = leading + granule * GRANULE_BITS[lsf] + BITS_BEFORE_WINDOW[lsf];
        four_bits(side_info, at) == Some(MIXED)
    })
}

/// The four bits from bit `at`.
fn four_bits(bytes: &[u8], at: usize) -> Option<u16> {
    let pair: &[u8; 2] = bytes.get(at / 8..)?.first_chunk()?;
    Some(u16::from_be_bytes(*pair) >> (12 - at % 8) & 0xf)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sets the bits from `at` on in the side information, which starts at byte 4.
    fn set(frame: &mut [u8], at: usize, bits: &[u8]) {
        for (offset, bit) in bits.iter().enumerate() {
            let at = at + offset;
            frame[4 + at / 8] |= bit << (7 - at % 8);
        }
    }

    #[test]
    fn mixed_blocks_are_found_in_every_granule_and_channel() {
        // MPEG-1 stereo: 20 bits, then four times 59; MPEG-2 mono: 9 bits, then 63.
        for (header, at) in [([0xff, 0xfb, 0x90, 0], 20 + 33), ([0xff, 0xfb, 0x90, 0], 20 + 3 * 59 + 33)] {
            let mut frame = [header.as_slice(), &[0; 32]].concat();
            assert!(!has_mixed_block(&frame));
            set(&mut frame, at, &[1, 1, 0, 1]);
            assert!(has_mixed_block(&frame), "{at}");
        }
        let mut frame = [[0xff, 0xf3, 0x90, 0xc0].as_slice(), &[0; 9]].concat();
        set(&mut frame, 9 + 38, &[1, 1, 0, 1]);
        assert!(has_mixed_block(&frame));
    }

    #[test]
    fn short_and_mixed_long_blocks_are_none_and_short_frames_do_not_panic() {
        let mut short = [[0xff, 0xfb, 0x90, 0].as_slice(), &[0; 32]].concat();
        set(&mut short, 20 + 33, &[1, 1, 0, 0]);
        assert!(!has_mixed_block(&short));
        for length in 0..short.len() {
            has_mixed_block(&short[..length]);
        }
    }
}
