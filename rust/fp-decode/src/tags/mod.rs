//! What a file says about itself: title, artist, album and the like. No picture, no lyrics, no comment.
//!
//! Our own small parsers, because they must read an open file in few and bounded steps: pictures are stepped over, damaged
//! structures end the reading, and no text of a file decides how much memory is taken. Nothing here fails: a file without tags, or
//! with tags that cannot be read, has none.

mod ape;
mod around;
mod asf;
mod bytes;
mod caf;
mod genre;
mod id3v1;
mod id3v2;
mod id3v2_frame;
mod iff;
mod matroska;
mod mp4;
mod names;
mod ogg;
mod riff;
mod text;
mod values;
mod vorbis;

use std::fs::File;

use bytes::FileBytes;
use fp_protocol::Tags;
use values::Values;

use crate::{
    headers::{container::Container, sniff::Sniffed},
    in_process::track_decoder::catch_panic,
};

/// The tags of a recognised file. The position that others read from stays where it is.
pub(crate) fn read_tags(file: &File, sniffed: &Sniffed) -> Tags {
    catch_panic(|| values(file, sniffed)).unwrap_or_default().into_tags()
}

fn values(file: &File, sniffed: &Sniffed) -> Values {
    let &Sniffed { container, start, .. } = sniffed;
    // A disk that fails is noticed when the audio is read.
    let Ok(mut bytes) = FileBytes::new(file) else { return Values::default() };
    let own = match container {
        Container::Flac => vorbis::read_flac(&mut bytes, start),
        Container::Ogg | Container::Foreign { demuxer: "ogg", .. } => ogg::read_ogg(&mut bytes, start),
        Container::Mp4 => mp4::read_mp4(&mut bytes, start),
        Container::Wav | Container::Rifx | Container::Rf64 => riff::read_wave(&mut bytes, start, container),
        Container::Aiff => iff::read_aiff(&mut bytes, start),
        Container::Matroska => matroska::read_matroska(&mut bytes, start),
        Container::Caf => caf::read_caf(&mut bytes, start),
        Container::Foreign { demuxer: "asf", .. } => asf::read_asf(&mut bytes, start),
        Container::Foreign { demuxer: "dsf", .. } => iff::read_dsf(&mut bytes, start),
        Container::Foreign { demuxer: "iff", .. } => iff::read_dsdiff(&mut bytes, start),
        _ => Values::default(),
    };
    if !own.is_empty() {
        return own;
    }
    let ape_first = matches!(container, Container::Foreign { demuxer: "wv" | "ape" | "mpc" | "mpc8" | "tak", .. });
    around::read_around(&mut bytes, start, ape_first)
}

#[cfg(test)]
mod tests;
