//! What a container holds: samples that need no decoder, the stream that its header names, or another one.

use std::{fs::File, io};

use crate::{
    error::{DecodeError, ErrorKind},
    headers::{
        aiff::read_aiff,
        au::read_au,
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
        Container::Wav | Container::Rifx | Container::Rf64 | Container::Wave64 => {
            match read_wave(file, start, container)? {
                WaveContent::Pcm(layout) => Some(layout),
                WaveContent::Inner { sniffed, end } => return Ok(Inside::Stream(sniffed, Some(end))),
                WaveContent::Unreadable(name) => return Ok(Inside::Unreadable(name)),
                WaveContent::Other => None,
            }
        }
        Container::Aiff => read_aiff(file, start)?,
        Container::Foreign { demuxer: "au", .. } => read_au(file, start)?,
        _ => None,
    };
    // Without a single sample the file goes to the decoders, which know what to say.
    let pcm = pcm.filter(|layout| layout.data.available >= layout.frame_bytes() as u64);
    Ok(pcm.map_or(Inside::Stream(sniffed.clone(), None), Inside::Pcm))
}

/// The failure of a bit stream that nothing here can read.
pub(crate) fn unreadable_bit_stream(name: &str) -> DecodeError {
    DecodeError::new(
        ErrorKind::UnsupportedFormat,
        format!(
            "the samples are a bit stream for a receiver ({name} after IEC 61937), in a form that is not supported"
        ),
    )
}
