//! The ALAC decoder configuration ("magic cookie"), as far as the bit depth needs it.

/// Where `ALACSpecificConfig` begins in a cookie: at its start, or in CAF behind two atoms (`frma` of 12 bytes, and the
/// 12 bytes of header, version and flags of `alac`).
const CONFIG_STARTS: [usize; 2] = [0, 24];
/// Offset of `bitDepth` in `ALACSpecificConfig`: it follows `frameLength` (4 bytes) and `compatibleVersion` (1 byte).
const BIT_DEPTH_OFFSET: usize = 5;
/// The depths that ALAC knows.
const BIT_DEPTHS: [u8; 4] = [16, 20, 24, 32];

/// Bits per sample that the cookie states.
pub(crate) fn bit_depth(cookie: &[u8]) -> Option<u32> {
    let stated = CONFIG_STARTS.iter().filter_map(|start| cookie.get(start + BIT_DEPTH_OFFSET));
    stated.copied().find(|bits| BIT_DEPTHS.contains(bits)).map(u32::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 4096 samples a frame, version 0, 24 bits.
    const CONFIG: [u8; 6] = [0, 0, 0x10, 0, 0, 24];

    #[test]
    fn the_depth_is_read_at_the_start_and_behind_the_atoms_of_caf() {
        assert_eq!(bit_depth(&CONFIG), Some(24));
        let atoms = b"\0\0\0\x0cfrmaalac\0\0\0\x24alac\0\0\0\0";
        assert_eq!(bit_depth(&[atoms.as_slice(), &CONFIG].concat()), Some(24));
    }

    #[test]
    fn a_short_cookie_or_an_unknown_depth_states_nothing() {
        assert_eq!(bit_depth(&CONFIG[..5]), None);
        assert_eq!(bit_depth(&[0, 0, 0x10, 0, 0, 7]), None);
    }
}
