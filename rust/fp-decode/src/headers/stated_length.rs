//! The length that a container's header states, for files that ffmpeg decodes: what it prints is sometimes another.

use std::{fs::File, io};

use crate::headers::{asf, container::Container, mp4, sniff::Sniffed};

/// A length in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum StatedLength {
    /// That of the first track with sound.
    OfSound(f64),
    /// That of the longest track.
    OfFile(f64),
}

impl StatedLength {
    /// Reads the length from the header of `file`; `None` where ffmpeg reads it as well.
    pub(crate) fn read(file: &mut File, sniffed: &Sniffed) -> io::Result<Option<Self>> {
        Ok(match sniffed.container {
            Container::Mp4 => mp4::track::sound_seconds(file, sniffed.start)?.map(Self::OfSound),
            Container::Foreign { demuxer: "asf", .. } => asf::stated_seconds(file, sniffed.start)?.map(Self::OfFile),
            _ => None,
        })
    }
}
