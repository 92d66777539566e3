//! Encoder delay and length of an MP4 track, from the edit list or from iTunes' `iTunSMPB` tag.
//!
//! ISO 14496-12, 8.6.6 (edit list). Symphonia reads neither. Only atom headers and a few small atoms are read.

use std::{fs::File, io, ops::Range};

use crate::headers::bounded_read::read_at;

/// Maximum number of atoms read on one level; a real movie has a few dozen.
const MAX_ATOMS: usize = 4096;
/// Maximum number of tracks, and of edits, that are read.
const MAX_ENTRIES: usize = 64;
/// Maximum number of bytes read of a leaf atom.
const MAX_LEAF_BYTES: u64 = 4096;

/// What an MP4 file says about where a track's audio begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mp4Gapless {
    /// `iTunSMPB`: exact counts of samples.
    Smpb {
        /// Encoder delay.
        delay: u64,
        /// Length of the audio.
        samples: u64,
    },
    /// The only edit that plays media.
    Edit {
        /// Start, in the media's timescale.
        media_time: u64,
        /// Length in the movie's timescale; 0 = to the end.
        segment_duration: u64,
        /// Ticks per second of the movie.
        movie_timescale: u32,
        /// Ticks per second of the media.
        media_timescale: u32,
    },
}

impl Mp4Gapless {
    /// Samples to skip and to keep at `rate_hz`, of a track that lasts `media_duration` media ticks (`None`:
    /// unknown). The length of the edit is rounded to the movie's ticks, often milliseconds. If it agrees with the
    /// length of the media within one tick, the length of the media is used, because it is exact.
    pub(crate) fn trim(&self, rate_hz: u32, media_duration: Option<u64>) -> (u64, Option<u64>) {
        match *self {
            Self::Smpb { delay, samples } => (delay, Some(samples)),
            Self::Edit { media_time, segment_duration, movie_timescale, media_timescale } => {
                let rescale = |ticks: u64, from: u32, to: u32| {
                    let scaled = (u128::from(ticks) * u128::from(to) + u128::from(from) / 2) / u128::from(from);
                    u64::try_from(scaled).unwrap_or(u64::MAX)
                };
                let edited = rescale(segment_duration, movie_timescale, media_timescale);
                let left = media_duration.filter(|&total| total > media_time).map(|total| total - media_time);
                let tick = u64::from(media_timescale / movie_timescale) + 1;
                let keep = match left {
                    Some(left) if edited == 0 || edited.saturating_add(tick) >= left => Some(left),
                    _ => Some(edited).filter(|&edited| edited > 0),
                };
                let samples = |ticks| rescale(ticks, media_timescale, rate_hz);
                (samples(media_time), keep.map(samples))
            }
        }
    }
}

/// Reads delay and length of the track `track_id` from the movie that starts at `start`; `None` if it states none, has
/// several edits, or no edit that plays media.
pub(crate) fn read_mp4_gapless(file: &mut File, start: u64, track_id: u32) -> io::Result<Option<Mp4Gapless>> {
    let length = file.metadata()?.len();
    let mut reader = AtomReader { file };
    let Some(moov) = reader.child(start..length, b"moov")? else { return Ok(None) };
    if let Some(smpb) = reader.read_smpb(moov.clone())? {
        return Ok(Some(smpb));
    }
    let Some(movie_timescale) = reader.timescale(moov.clone(), b"mvhd")? else { return Ok(None) };
    for trak in reader.children(moov, b"trak")?.into_iter().take(MAX_ENTRIES) {
        let Some(header) = reader.leaf(trak.clone(), b"tkhd")? else { continue };
        let id_offset = if header.first() == Some(&1) { 20 } else { 12 };
        if read_u32(&header, id_offset) != Some(track_id) {
            continue;
        }
        let Some(mdia) = reader.child(trak.clone(), b"mdia")? else { return Ok(None) };
        let Some(media_timescale) = reader.timescale(mdia, b"mdhd")? else { return Ok(None) };
        let Some(edts) = reader.child(trak, b"edts")? else { return Ok(None) };
        let Some(list) = reader.leaf(edts, b"elst")? else { return Ok(None) };
        return Ok(single_edit(&list).map(|(segment_duration, media_time)| Mp4Gapless::Edit {
            media_time,
            segment_duration,
            movie_timescale,
            media_timescale,
        }));
    }
    Ok(None)
}

/// Duration and start of the only edit with media.
fn single_edit(list: &[u8]) -> Option<(u64, u64)> {
    let wide = *list.first()? == 1;
    let count = usize::try_from(read_u32(list, 4)?).ok()?.min(MAX_ENTRIES);
    let entry_bytes = if wide { 20 } else { 12 };
    let mut edits = (0..count).map_while(|index| {
        let at = 8 + index * entry_bytes;
        if wide {
            Some((read_u64(list, at)?, read_u64(list, at + 8)?.cast_signed()))
        } else {
            Some((u64::from(read_u32(list, at)?), i64::from(read_u32(list, at + 4)?.cast_signed())))
        }
    });
    // A media time of −1 is an empty edit, a pause before the media; it is ignored.
    let (duration, media_time) = edits.find(|&(_, media_time)| media_time >= 0)?;
    let others = edits.any(|(_, media_time)| media_time >= 0);
    (!others).then_some((duration, media_time.unsigned_abs()))
}

/// Parses ` 00000000 00000840 000001CA 00000000003F31F6 …`: reserved, delay, padding, samples.
fn parse_smpb(text: &str) -> Option<Mp4Gapless> {
    let mut words = text.split_ascii_whitespace().skip(1).map(|word| u64::from_str_radix(word, 16));
    let delay = words.next()?.ok()?;
    words.next()?.ok()?;
    let samples = words.next()?.ok()?;
    (samples > 0).then_some(Mp4Gapless::Smpb { delay, samples })
}

fn read_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn read_u64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

struct AtomReader<'a> {
    file: &'a mut File,
}

impl AtomReader<'_> {
    /// Bodies of the atoms called `name` directly inside `parent`.
    fn children(&mut self, parent: Range<u64>, name: &[u8; 4]) -> io::Result<Vec<Range<u64>>> {
        let mut found = Vec::new();
        let mut position = parent.start;
        for _ in 0..MAX_ATOMS {
            let header = read_at(self.file, position, 16)?;
            let (Some(size), Some(kind)) = (read_u32(&header, 0), header.get(4..8)) else { break };
            let (header_bytes, size) = match size {
                0 => (8, parent.end - position),
                1 => (16, read_u64(&header, 8).unwrap_or(0)),
                size => (8, u64::from(size)),
            };
            let Some(end) = position.checked_add(size).filter(|&end| size >= header_bytes && end <= parent.end) else {
                break;
            };
            if kind == name {
                found.push(position + header_bytes..end);
            }
            position = end;
            if position >= parent.end {
                break;
            }
        }
        Ok(found)
    }

    fn child(&mut self, parent: Range<u64>, name: &[u8; 4]) -> io::Result<Option<Range<u64>>> {
        Ok(self.children(parent, name)?.into_iter().next())
    }

    /// The bytes of a small atom.
    fn leaf(&mut self, parent: Range<u64>, name: &[u8; 4]) -> io::Result<Option<Vec<u8>>> {
        let Some(body) = self.child(parent, name)? else { return Ok(None) };
        read_at(self.file, body.start, (body.end - body.start).min(MAX_LEAF_BYTES)).map(Some)
    }

    /// Ticks per second of `mvhd` or `mdhd`; never 0.
    fn timescale(&mut self, parent: Range<u64>, name: &[u8; 4]) -> io::Result<Option<u32>> {
        let header = self.leaf(parent, name)?.unwrap_or_default();
        let offset = if header.first() == Some(&1) { 20 } else { 12 };
        Ok(read_u32(&header, offset).filter(|&ticks| ticks > 0))
    }

    /// The `iTunSMPB` tag in `moov/udta/meta/ilst/----`.
    fn read_smpb(&mut self, moov: Range<u64>) -> io::Result<Option<Mp4Gapless>> {
        let Some(udta) = self.child(moov, b"udta")? else { return Ok(None) };
        let Some(meta) = self.child(udta, b"meta")? else { return Ok(None) };
        // `meta` has a version and flags before its children.
        let Some(ilst) = self.child(meta.start.saturating_add(4).min(meta.end)..meta.end, b"ilst")? else {
            return Ok(None);
        };
        for tag in self.children(ilst, b"----")?.into_iter().take(MAX_ATOMS) {
            let name = self.leaf(tag.clone(), b"name")?.unwrap_or_default();
            if name.get(4..) == Some(b"iTunSMPB") {
                let data = self.leaf(tag, b"data")?.unwrap_or_default();
                let text = data.get(8..).map(String::from_utf8_lossy).unwrap_or_default();
                return Ok(parse_smpb(&text));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smpb_gives_delay_and_length() {
        let text = " 00000000 00000840 000001CA 00000000003F31F6 00000000 00000000";
        let expected = Mp4Gapless::Smpb { delay: 2112, samples: 4_141_558 };
        assert_eq!(parse_smpb(text), Some(expected));
        assert_eq!(expected.trim(44_100, Some(9)), (2112, Some(4_141_558)));
        assert_eq!(parse_smpb(" 00000000 00000840"), None);
    }

    #[test]
    fn an_edit_within_a_movie_tick_of_the_media_takes_the_exact_length() {
        // 141,870 samples behind 1,024 of priming; the movie counts milliseconds.
        let edit = |segment_duration| Mp4Gapless::Edit {
            media_time: 1024,
            segment_duration,
            movie_timescale: 1000,
            media_timescale: 44_100,
        };
        assert_eq!(edit(3217).trim(44_100, Some(142_894)), (1024, Some(141_870)));
        assert_eq!(edit(0).trim(44_100, Some(142_894)), (1024, Some(141_870)));
        // A real cut: one second.
        assert_eq!(edit(1000).trim(44_100, Some(142_894)), (1024, Some(44_100)));
        assert_eq!(edit(0).trim(44_100, None), (1024, None));
    }

    #[test]
    fn empty_edits_are_ignored_and_two_edits_give_none() {
        let entry = |duration: u32, media_time: i32| {
            let mut bytes = duration.to_be_bytes().to_vec();
            bytes.extend(media_time.to_be_bytes());
            bytes.extend([0, 1, 0, 0]);
            bytes
        };
        let list = |entries: &[Vec<u8>]| {
            let mut bytes = vec![0, 0, 0, 0, 0, 0, 0, entries.len() as u8];
            bytes.extend(entries.concat());
            bytes
        };
        assert_eq!(single_edit(&list(&[entry(7, -1), entry(3217, 1024)])), Some((3217, 1024)));
        assert_eq!(single_edit(&list(&[entry(5, 0), entry(3217, 1024)])), None);
        assert_eq!(single_edit(&list(&[entry(7, -1)])), None);
        assert_eq!(single_edit(&[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]), None);
    }
}
