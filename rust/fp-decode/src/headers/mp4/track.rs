//! One track of the index.

use std::{fs::File, io, ops::Range};

use crate::headers::{
    bounded_read::read_at,
    mp4::{
        boxes::{BoxReader, read_u32, read_u64},
        edit_list::single_edit,
        layout::Mp4Layout,
        sample_entry::is_big_endian_by_default,
        smpb::read_smpb,
        trim::TrackTimes,
    },
};

/// Maximum number of tracks that are read.
const MAX_TRACKS: usize = 64;
/// How many chunk positions are checked, spread over the track.
const CHECKED_CHUNKS: u64 = 64;
/// How many sizes of samples are added up (of longer tracks only these count), and runs of their durations.
const MAX_SIZES: u64 = 1 << 18;

/// What the index says about one audio track.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mp4Track {
    /// Delay and length.
    pub(crate) times: TrackTimes,
    /// Length by the times of the samples, or else by the header of the media, in its ticks; 0 if unknown.
    stated_ticks: u64,
    /// Whether fragments follow the index, so that it does not state the length.
    pub(crate) fragmented: bool,
    /// Whether the samples are PCM that is big-endian because nothing says otherwise.
    pub(crate) big_endian: bool,
    /// Whether the boxes that can hold samples do not hold most of the track's: the audio has been removed, and the
    /// index points at tags and other boxes.
    pub(crate) audio_is_gone: bool,
    /// The body of the edit list.
    pub(crate) edit_list: Vec<u8>,
}

impl Mp4Track {
    /// Reads the track `id` (`None`: the first one with sound) from the index of `layout`; `None` if there is no such
    /// track, or its header is damaged.
    pub(crate) fn read(file: &mut File, layout: &Mp4Layout, id: Option<u32>) -> io::Result<Option<Self>> {
        let Some(moov) = layout.moov.clone() else { return Ok(None) };
        let mut reader = BoxReader { file };
        let Some((movie_timescale, _)) = media_header(&mut reader, moov.clone(), b"mvhd")? else { return Ok(None) };
        for trak in reader.children(moov.clone(), b"trak")?.into_iter().take(MAX_TRACKS) {
            let Some(mdia) = reader.child(trak.clone(), b"mdia")? else { continue };
            let wanted = match id {
                Some(id) => track_id(&mut reader, trak.clone())? == Some(id),
                // ISO 14496-12, 8.4.3: the handler type follows version, flags and a reserved field.
                None => reader.leaf(mdia.clone(), b"hdlr")?.is_some_and(|handler| handler.get(8..12) == Some(b"soun")),
            };
            if !wanted {
                continue;
            }
            let Some((media_timescale, header_ticks)) = media_header(&mut reader, mdia.clone(), b"mdhd")? else {
                return Ok(None);
            };
            let edits = match reader.child(trak, b"edts")? {
                Some(edts) => reader.leaf(edts, b"elst")?,
                None => None,
            };
            let smpb = read_smpb(&mut reader, moov.clone())?;
            let edit = edits.as_deref().and_then(single_edit);
            let mut track = Self {
                times: TrackTimes { movie_timescale, media_timescale, smpb, edit },
                stated_ticks: header_ticks,
                fragmented: reader.child(moov, b"mvex")?.is_some(),
                edit_list: edits.unwrap_or_default(),
                ..Self::default()
            };
            if let Some(stbl) = reader.descend(mdia, &[b"minf", b"stbl"])? {
                track.stated_ticks = sample_ticks(&mut reader, stbl.clone())?.unwrap_or(header_ticks);
                let stsd = reader.leaf(stbl.clone(), b"stsd")?;
                track.big_endian = stsd.as_deref().is_some_and(is_big_endian_by_default);
                track.audio_is_gone = most_chunks_hold_no_media(&mut reader, stbl.clone(), layout)?
                    || audio_bytes(&mut reader, stbl)? / 2 > layout.media_bytes;
            }
            return Ok(Some(track));
        }
        Ok(None)
    }
}

/// Length of the first track with sound of a file, in seconds, by its own header; `None` if that states none.
/// A film's own length is that of its longest track.
pub(crate) fn sound_seconds(file: &mut File, start: u64) -> io::Result<Option<f64>> {
    let layout = Mp4Layout::read(file, start)?;
    let track = Mp4Track::read(file, &layout, None)?;
    let track = track.filter(|track| track.stated_ticks > 0 && !track.fragmented);
    Ok(track.map(|track| track.stated_ticks as f64 / f64::from(track.times.media_timescale)))
}

fn track_id(reader: &mut BoxReader<'_>, trak: Range<u64>) -> io::Result<Option<u32>> {
    let header = reader.leaf(trak, b"tkhd")?.unwrap_or_default();
    Ok(read_u32(&header, if header.first() == Some(&1) { 20 } else { 12 }))
}

/// Ticks per second (never 0) and duration of `mvhd` or `mdhd`.
fn media_header(reader: &mut BoxReader<'_>, parent: Range<u64>, name: &[u8; 4]) -> io::Result<Option<(u32, u64)>> {
    let header = reader.leaf(parent, name)?.unwrap_or_default();
    let (timescale, duration) = if header.first() == Some(&1) {
        (read_u32(&header, 20), read_u64(&header, 24).filter(|&ticks| ticks != u64::MAX))
    } else {
        (read_u32(&header, 12), read_u32(&header, 16).filter(|&ticks| ticks != u32::MAX).map(u64::from))
    };
    // All ones: the duration is unknown.
    Ok(timescale.filter(|&ticks| ticks > 0).map(|timescale| (timescale, duration.unwrap_or(0))))
}

/// The duration of all samples together (`stts`); `None` if there are none, or more than [`MAX_SIZES`] runs of them.
fn sample_ticks(reader: &mut BoxReader<'_>, stbl: Range<u64>) -> io::Result<Option<u64>> {
    let Some(table) = reader.child(stbl, b"stts")? else { return Ok(None) };
    let runs = (table.end - table.start).saturating_sub(8) / 8;
    if runs > MAX_SIZES {
        return Ok(None);
    }
    // Each run: how many samples, and the duration of one.
    let runs = read_at(reader.file, table.start + 8, runs * 8)?;
    let ticks =
        runs.chunks_exact(8).filter_map(|run| Some(u64::from(read_u32(run, 0)?) * u64::from(read_u32(run, 4)?)));
    Ok(Some(ticks.fold(0, u64::saturating_add)).filter(|&ticks| ticks > 0))
}

/// Bytes of all samples (`stsz`), or of the first [`MAX_SIZES`].
fn audio_bytes(reader: &mut BoxReader<'_>, stbl: Range<u64>) -> io::Result<u64> {
    let Some(table) = reader.child(stbl, b"stsz")? else { return Ok(0) };
    // Version and flags, one size for all samples or 0, their number, their sizes.
    let header = read_at(reader.file, table.start, 12)?;
    let (Some(common), Some(count)) = (read_u32(&header, 4), read_u32(&header, 8)) else { return Ok(0) };
    if common > 0 {
        return Ok(u64::from(common) * u64::from(count));
    }
    let listed = (table.end - table.start).saturating_sub(12) / 4;
    let sizes = read_at(reader.file, table.start + 12, u64::from(count).min(listed).min(MAX_SIZES) * 4)?;
    Ok(sizes.chunks_exact(4).filter_map(|size| read_u32(size, 0)).map(u64::from).sum())
}

/// Whether more than half of the chunk positions (`stco`, `co64`) lie in boxes that hold no samples.
fn most_chunks_hold_no_media(reader: &mut BoxReader<'_>, stbl: Range<u64>, layout: &Mp4Layout) -> io::Result<bool> {
    let (table, entry_bytes) = match reader.child(stbl.clone(), b"stco")? {
        Some(table) => (table, 4),
        None => match reader.child(stbl, b"co64")? {
            Some(table) => (table, 8),
            None => return Ok(false),
        },
    };
    let entries = table.end.saturating_sub(table.start).saturating_sub(8) / entry_bytes;
    let checked = entries.min(CHECKED_CHUNKS);
    let mut outside = 0;
    for index in 0..checked {
        let position = table.start + 8 + index * entries / checked * entry_bytes;
        let bytes = read_at(reader.file, position, entry_bytes)?;
        let chunk = if entry_bytes == 4 { read_u32(&bytes, 0).map(u64::from) } else { read_u64(&bytes, 0) };
        outside += u64::from(chunk.is_some_and(|chunk| layout.holds_no_media(chunk)));
    }
    Ok(outside * 2 > checked)
}
