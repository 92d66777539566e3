//! Finds DTS and AC-3 streams that were stored as if they were samples: music for a receiver that decodes them, as on
//! DTS CDs. Played as samples they are noise.
//!
//! Sources: ETSI TS 102 114 (DTS), IEC 61937-1 and -2 (bursts in place of samples).

use crate::headers::{ac3_frame::ac3_frame, container::Container, sniff::Sniffed};

/// How many bytes of samples are looked at: a second of CD audio, so that a bit stream after some silence is found.
pub(crate) const MAX_LOOK_BYTES: u64 = 176_400;
/// Fewest and most bytes from one DTS frame to the next: 96 to 16,384, of which 14-bit words make 16/14.
const DTS_FRAME_BYTES: std::ops::RangeInclusive<usize> = 96..=18_728;
/// DTS sync words: 16-bit words in both byte orders, 14-bit words in both.
const DTS_SYNCS: [[u8; 4]; 4] =
    [[0xfe, 0x7f, 0x01, 0x80], [0x7f, 0xfe, 0x80, 0x01], [0xff, 0x1f, 0x00, 0xe8], [0x1f, 0xff, 0xe8, 0x00]];
/// The preamble Pa, Pb of a burst, in both byte orders.
const BURST_LE: [u8; 4] = [0x72, 0xf8, 0x1f, 0x4e];
const BURST_BE: [u8; 4] = [0xf8, 0x72, 0x4e, 0x1f];
/// Maximum number of sync words that are compared: some may be data that look like one.
const MAX_SYNCS: usize = 64;

/// A bit stream among the samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BitStream {
    /// Name shown to people.
    pub(crate) name: &'static str,
    /// ffmpeg's `-f`; `None` if ffmpeg cannot read it in this form.
    pub(crate) demuxer: Option<&'static str>,
    /// Where its first frame begins.
    pub(crate) offset: usize,
}

impl BitStream {
    /// What to open, if the samples start at `start`; `None` if nothing here can read it.
    pub(crate) fn sniffed(&self, start: u64) -> Option<Sniffed> {
        let container = Container::Foreign { name: self.name, demuxer: self.demuxer? };
        Some(Sniffed { container, start: start + self.offset as u64, frames: None })
    }
}

/// The bit stream that starts in `data`, the first bytes of what is called samples.
pub(crate) fn find_bit_stream(data: &[u8]) -> Option<BitStream> {
    find_bursts(data).or_else(|| DTS_SYNCS.iter().find_map(|sync| find_dts(data, *sync))).or_else(|| find_ac3(data))
}

/// Where `sync` stands in `data`, at whole samples.
fn positions(data: &[u8], sync: [u8; 4]) -> Vec<usize> {
    let words = data.len().saturating_sub(3);
    (0..words).step_by(2).filter(|&offset| data[offset..].starts_with(&sync)).take(MAX_SYNCS).collect()
}

/// DTS: three sync words at equal distances, or two and then the end.
fn find_dts(data: &[u8], sync: [u8; 4]) -> Option<BitStream> {
    let syncs = positions(data, sync);
    let repeats = |first: usize, second: usize| {
        let distance = second - first;
        let third = second + distance;
        DTS_FRAME_BYTES.contains(&distance) && (third + 4 > data.len() || syncs.contains(&third))
    };
    let first = syncs.iter().find(|&&first| syncs.iter().any(|&next| next > first && repeats(first, next)));
    first.map(|&offset| BitStream { name: "dts", demuxer: Some("dts"), offset })
}

/// IEC 61937: two bursts whose data type is an audio codec, or one that fills the file.
fn find_bursts(data: &[u8]) -> Option<BitStream> {
    [(BURST_LE, false), (BURST_BE, true)].into_iter().find_map(|(sync, big_endian)| {
        let bursts = positions(data, sync);
        let mut audio = bursts.iter().filter_map(|&offset| {
            let info = *data.get(offset + 4..)?.first_chunk()?;
            let info = if big_endian { u16::from_be_bytes(info) } else { u16::from_le_bytes(info) };
            // Pc, bits 0 to 6 (IEC 61937-2, table 2).
            let name = match info & 0x7f {
                1 => "ac3",
                21 => "eac3",
                11..=13 => "dts",
                4..=6 | 8 | 9 => "mpeg_audio",
                7 | 19 => "aac",
                _ => return None,
            };
            // ffmpeg reads bursts in little-endian samples, and not those of E-AC-3. Of DTS it finds the frames itself.
            let demuxer = match (name, big_endian) {
                ("eac3", _) => None,
                ("dts", true) => Some("dts"),
                (_, true) => None,
                (_, false) => Some("spdif"),
            };
            Some(BitStream { name, demuxer, offset })
        });
        let first = audio.next()?;
        let fills = data.len() - first.offset < 2 * 6144;
        (audio.next().is_some() || fills).then_some(first)
    })
}

/// AC-3 and E-AC-3: three frames, each where the one before says, or fewer up to the end.
fn find_ac3(data: &[u8]) -> Option<BitStream> {
    (0..data.len().saturating_sub(6)).step_by(2).find_map(|offset| {
        let (name, bytes) = ac3_frame(&data[offset..])?;
        let second = offset + bytes;
        let (_, more) = ac3_frame(data.get(second..)?)?;
        let third = second + more;
        let repeats = third + 6 > data.len() || ac3_frame(&data[third..]).is_some();
        repeats.then_some(BitStream { name, demuxer: Some(name), offset })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(head: &[u8], bytes: usize, count: usize) -> Vec<u8> {
        let mut frame = vec![0x55; bytes];
        frame[..head.len()].copy_from_slice(head);
        let mut data = vec![0; 588];
        (0..count).for_each(|_| data.extend(&frame));
        data
    }

    fn found(data: &[u8]) -> Option<(&'static str, &'static str, usize)> {
        find_bit_stream(data).map(|found| (found.name, found.demuxer.unwrap_or("none"), found.offset))
    }

    #[test]
    fn dts_is_found_in_all_four_forms_behind_silence() {
        for sync in DTS_SYNCS {
            assert_eq!(found(&frames(&sync, 2048, 3)), Some(("dts", "dts", 588)), "{sync:x?}");
            assert_eq!(found(&frames(&sync, 2048, 2)), Some(("dts", "dts", 588)), "{sync:x?}");
            assert_eq!(found(&frames(&sync, 2048, 1)), None, "{sync:x?}");
        }
    }

    #[test]
    fn bursts_name_their_codec() {
        for (kind, name, demuxer, swapped) in
            [(1, "ac3", "spdif", "none"), (21, "eac3", "none", "none"), (11, "dts", "spdif", "dts")]
        {
            let little = [0x72, 0xf8, 0x1f, 0x4e, kind, 0, 0, 8];
            assert_eq!(found(&frames(&little, 6144, 2)), Some((name, demuxer, 588)));
            let big = [0xf8, 0x72, 0x4e, 0x1f, 0, kind, 8, 0];
            assert_eq!(found(&frames(&big, 6144, 2)), Some((name, swapped, 588)));
        }
        // Null data and pauses are no audio.
        assert_eq!(found(&frames(&[0x72, 0xf8, 0x1f, 0x4e, 3, 0, 0, 8], 6144, 2)), None);
    }

    #[test]
    fn bare_ac3_is_found_by_the_lengths_of_its_frames() {
        // 48 kHz, 192 kbit/s: 768 bytes.
        let head = [0x0b, 0x77, 0, 0, 20, 0x40];
        assert_eq!(found(&frames(&head, 768, 3)), Some(("ac3", "ac3", 588)));
        assert_eq!(found(&frames(&[0x77, 0x0b, 0, 0, 0x40, 20], 768, 3)), Some(("ac3", "ac3", 588)));
        assert_eq!(found(&frames(&head, 770, 3)), None);
    }

    #[test]
    fn noise_and_silence_are_samples() {
        let noise: Vec<u8> = (0u32..176_400).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert_eq!(found(&noise), None);
        assert_eq!(found(&[0; 176_400]), None);
        assert_eq!(found(&[]), None);
    }
}
