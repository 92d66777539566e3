//! What a container holds: samples that need no decoder, the stream that its header names, or another one.

use std::{fs::File, io};

use crate::{
    error::{DecodeError, ErrorKind},
    headers::{
        aiff::read_aiff,
        au::read_au,
        bit_stream::{MAX_LOOK_BYTES, find_bit_stream},
        bounded_read::read_at,
        container::Container,
        pcm_layout::PcmLayout,
        sniff::Sniffed,
        wave::{WaveContent, read_wave},
    },
};

/// What a container holds, as far as its header alone tells.
pub(crate) enum Inside {
    /// Samples.
    Pcm(PcmLayout),
    /// A stream, and where it ends if before the end of the file.
    Stream(Sniffed, Option<u64>),
    /// A bit stream of this name that nothing here can read.
    Unreadable(&'static str),
}

/// Looks into the containers that may hold PCM, or say that they do.
pub(crate) fn look_inside(file: &mut File, sniffed: &Sniffed) -> io::Result<Inside> {
    let &Sniffed { container, start, .. } = sniffed;
    let pcm = match container {
        _ if container.is_wave() => match read_wave(file, start, container)? {
            WaveContent::Pcm(layout) => Some(layout),
            WaveContent::Inner { sniffed, end } => return Ok(Inside::Stream(sniffed, Some(end))),
            WaveContent::Unreadable(name) => return Ok(Inside::Unreadable(name)),
            WaveContent::Other => None,
        },
        Container::Aiff => read_aiff(file, start)?,
        Container::Foreign { demuxer: "au", .. } => read_au(file, start)?,
        _ => None,
    };
    if let Some(layout) = pcm.filter(|layout| !container.is_wave() && layout.may_be_bit_stream()) {
        let data = layout.data;
        let found = find_bit_stream(&read_at(file, data.start, data.available.min(MAX_LOOK_BYTES))?);
        if let Some(found) = found {
            let end = Some(data.start + data.available);
            return Ok(found
                .sniffed(data.start)
                .map_or(Inside::Unreadable(found.name), |inner| Inside::Stream(inner, end)));
        }
    }
    // Without a single sample the file goes to the decoders, which know what to say.
    let pcm = pcm.filter(|layout| layout.data.available >= layout.frame_bytes() as u64);
    Ok(pcm.map_or(Inside::Stream(sniffed.clone(), None), Inside::Pcm))
}

/// The failure of a bit stream that nothing here can read.
pub(crate) fn unreadable_bit_stream(name: &str) -> DecodeError {
    DecodeError::new(
        ErrorKind::UnsupportedFormat,
        format!(
            "the samples are a bit stream for a receiver ({name}) in a form that is not supported: convert it to audio, \
             for example with ffmpeg"
        ),
    )
}
