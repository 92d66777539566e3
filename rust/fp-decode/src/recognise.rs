//! What an open file is, by its content; what is no audio is refused here.

use std::{
    fs::{File, Metadata},
    io,
    path::Path,
};

use fp_protocol::Tags;

use crate::{
    error::{DecodeError, ErrorKind},
    headers::{
        container::Container,
        mp4::{film::has_moving_picture, layout::Mp4Layout},
        pcm_layout::PcmLayout,
        sniff::{Sniffed, sniff},
        trailing_tags::audio_end,
    },
    inside::{Inside, look_inside, unreadable_bit_stream},
    tags::read_tags,
};

/// What a file is.
pub(crate) enum Recognised {
    /// Samples that need no decoder.
    Pcm(Container, PcmLayout),
    /// A stream, and where it ends if before the end of the file and another program would read on.
    Stream(Sniffed, Option<u64>),
}

/// Recognises `file`, and reads its tags; `path` is a name for messages.
///
/// # Errors
/// The file cannot be read, is of no known type or of one that nothing decodes, or is a film where only audio is wanted.
pub(crate) fn recognise(file: &mut File, path: &Path, audio_only: bool) -> Result<(Recognised, Tags), DecodeError> {
    let failed = |error: io::Error| DecodeError::from_io(path, &error);
    let metadata = file.metadata().map_err(failed)?;
    check_regular(path, &metadata)?;
    if metadata.len() == 0 {
        return Err(DecodeError::new(ErrorKind::EmptyFile, "the file is empty (0 bytes): copy or download it again"));
    }
    let sniffed = sniff(file).map_err(failed)?.ok_or_else(|| {
        DecodeError::new(
            ErrorKind::UnrecognisedFormat,
            "the content is not any known audio format, whatever the name says: the file is damaged or not audio",
        )
    })?;
    if sniffed.container == Container::FreeFormat {
        return Err(DecodeError::new(
            ErrorKind::UnsupportedFormat,
            "MPEG audio in free format is not supported: encode the original at a standard bit rate (up to 320 kbit/s)",
        ));
    }
    let (inner, end) = match look_inside(file, &sniffed).map_err(failed)? {
        Inside::Pcm(layout) => return Ok((Recognised::Pcm(sniffed.container, layout), read_tags(file, &sniffed))),
        Inside::Stream(inner, end) => (inner, end),
        Inside::Unreadable(name) => return Err(unreadable_bit_stream(name)),
    };
    if audio_only && is_film(file, &inner).map_err(failed)? {
        return Err(film());
    }
    let end = end.map_or_else(|| end_before_tags(file, &inner), |end| Ok(Some(end))).map_err(failed)?;
    Ok((Recognised::Stream(inner, end), read_tags(file, &sniffed)))
}

/// Where tags behind frames begin, if ffmpeg would take them for a frame.
fn end_before_tags(file: &mut File, sniffed: &Sniffed) -> io::Result<Option<u64>> {
    if !sniffed.container.is_frames_alone() {
        return Ok(None);
    }
    let end = audio_end(file)?;
    Ok((sniffed.start < end && end < file.metadata()?.len()).then_some(end))
}

/// Opens a file that is one.
///
/// # Errors
/// When it cannot be opened, or is no regular file.
pub(crate) fn open_regular_file(path: &Path) -> Result<File, DecodeError> {
    let failed = |error| DecodeError::from_io(path, &error);
    // Checked before opening, because opening a FIFO waits for a writer.
    check_regular(path, &path.metadata().map_err(failed)?)?;
    File::open(path).map_err(failed)
}

fn check_regular(path: &Path, metadata: &Metadata) -> Result<(), DecodeError> {
    if metadata.is_file() {
        return Ok(());
    }
    let what = if metadata.is_dir() { "a directory" } else { "a device, pipe or socket" };
    Err(DecodeError::new(ErrorKind::NotAFile, format!("{} is {what}, not a file", path.display())))
}

/// Whether the index of an MP4 file has a moving picture.
fn is_film(file: &mut File, sniffed: &Sniffed) -> io::Result<bool> {
    if sniffed.container != Container::Mp4 {
        return Ok(false);
    }
    let layout = Mp4Layout::read(file, sniffed.start)?;
    has_moving_picture(file, &layout)
}

/// The failure of a film.
pub(crate) fn film() -> DecodeError {
    DecodeError::new(ErrorKind::Video, "the file is a film: name it, or scan with --video, to analyse its sound")
}
