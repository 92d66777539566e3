//! The byte order of QuickTime's PCM.

use crate::headers::mp4::boxes::read_u32;

/// Sample formats whose byte order the `enda` atom states.
const EITHER_ORDER: [&[u8; 4]; 4] = [b"in24", b"in32", b"fl32", b"fl64"];
/// Bytes of a sample entry before its child atoms: size, name and the fields of version 0; version 1 has 16 more.
const VERSION_0_BYTES: usize = 36;
const VERSION_1_BYTES: usize = 52;
/// Maximum number of atoms on one level.
const MAX_ATOMS: usize = 64;

/// Whether the first sample entry in the body of `stsd` is PCM in big-endian order that only `enda` could have made
/// little-endian. QuickTime File Format, "Sound sample description extensions": without `enda`, or with a value of 0,
/// the samples are big-endian. Symphonia takes them for little-endian.
pub(crate) fn is_big_endian_by_default(stsd: &[u8]) -> bool {
    // Version, flags and the count of entries precede the first one.
    let Some(rest) = stsd.get(8..) else { return false };
    let size = read_u32(rest, 0).map_or(0, |size| size as usize).min(rest.len());
    let entry = &rest[..size];
    let Some(format) = entry.get(4..8) else { return false };
    if !EITHER_ORDER.iter().any(|known| format == *known) {
        return false;
    }
    let atoms = match entry.get(16..18) {
        Some([0, 0]) => entry.get(VERSION_0_BYTES..),
        Some([0, 1]) => entry.get(VERSION_1_BYTES..),
        _ => return false,
    };
    let atoms = atoms.unwrap_or_default();
    let wave = find_atom(atoms, b"wave").unwrap_or_default();
    let enda = find_atom(wave, b"enda").or_else(|| find_atom(atoms, b"enda"));
    !enda.is_some_and(|value| value.starts_with(&[0, 1]))
}

/// The content of the first atom called `name`.
fn find_atom<'a>(mut atoms: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    for _ in 0..MAX_ATOMS {
        let size = usize::try_from(read_u32(atoms, 0)?).ok().filter(|&size| size >= 8)?;
        let atom = atoms.get(..size)?;
        if atom.get(4..8)? == name {
            return atom.get(8..);
        }
        atoms = &atoms[size..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stsd(format: &[u8; 4], version: u8, children: &[u8]) -> Vec<u8> {
        let fields = if version == 0 { VERSION_0_BYTES } else { VERSION_1_BYTES };
        let mut entry = vec![0; fields];
        entry[..4].copy_from_slice(&((fields + children.len()) as u32).to_be_bytes());
        entry[4..8].copy_from_slice(format);
        entry[17] = version;
        [[0, 0, 0, 0, 0, 0, 0, 1].as_slice(), &entry, children].concat()
    }

    #[test]
    fn only_an_enda_of_one_makes_pcm_little_endian() {
        let wave = |value: u8| [b"\0\0\0\x1ewave\0\0\0\x0cfrmain24\0\0\0\x0aenda\0".as_slice(), &[value]].concat();
        assert!(is_big_endian_by_default(&stsd(b"in24", 1, &wave(0))));
        assert!(!is_big_endian_by_default(&stsd(b"in24", 1, &wave(1))));
        for format in EITHER_ORDER {
            assert!(is_big_endian_by_default(&stsd(format, 0, &[])));
            assert!(is_big_endian_by_default(&stsd(format, 1, &[])));
        }
        assert!(!is_big_endian_by_default(&stsd(b"sowt", 1, &[])));
        let whole = stsd(b"fl32", 1, &wave(1));
        for length in 0..whole.len() {
            is_big_endian_by_default(&whole[..length]);
        }
    }
}
