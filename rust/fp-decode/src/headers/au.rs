//! Sun and NeXT audio files (`.au`, `.snd`), big-endian. Source: NeXTSTEP's `SNDSoundStruct`.

use std::{fs::File, io};

use crate::headers::{
    bounded_read::read_at,
    pcm_layout::{DataRange, PcmCoding, PcmLayout, default_mask, stated_size},
};

/// Smallest distance of the samples from the start.
const MIN_HEADER_BYTES: u32 = 24;

/// The samples of the file that starts at `start`; `None` for a codec other than PCM, or a damaged header.
pub(crate) fn read_au(file: &mut File, start: u64) -> io::Result<Option<PcmLayout>> {
    let file_bytes = file.metadata()?.len();
    let head = read_at(file, start, 24)?;
    let field = |index: usize| Some(u32::from_be_bytes(*head.get(4 * index..)?.first_chunk()?));
    let fields = (|| Some((field(1)?, field(2)?, field(3)?, field(4)?, field(5)?)))();
    let Some((data_offset, data_bytes, encoding, rate_hz, channels)) = fields else { return Ok(None) };
    let (coding, slot_bytes) = match encoding {
        1 => (PcmCoding::MuLaw, 1),
        2..=5 => (PcmCoding::Signed, encoding as usize - 1),
        6 => (PcmCoding::Float, 4),
        7 => (PcmCoding::Float, 8),
        27 => (PcmCoding::ALaw, 1),
        _ => return Ok(None),
    };
    let Some(channels) = usize::try_from(channels).ok().filter(|&channels| channels > 0) else { return Ok(None) };
    if data_offset < MIN_HEADER_BYTES {
        return Ok(None);
    }
    let first = start + u64::from(data_offset);
    // 0 and all ones: written to a pipe.
    let stated = stated_size(data_bytes, file_bytes.saturating_sub(first)).filter(|&bytes| bytes > 0);
    Ok(Some(PcmLayout {
        coding,
        big_endian: true,
        slot_bytes,
        bits: 8 * slot_bytes as u32,
        rate_hz,
        channels,
        channel_mask: default_mask(channels),
        data: DataRange::new(first, stated, file_bytes),
    }))
}
