//! Recognises the type of a file by its content, never by its name.

use std::{fs::File, io};

use crate::headers::{
    ac3_frame::starts_with_ac3,
    bounded_read::read_at,
    container::Container,
    frame_survey::{FrameSurvey, survey},
    free_format::{FREE_FORMAT_BYTES, is_free_format},
    mpeg_frame::FrameKind,
    mpeg_systems::{SYSTEM_HEAD_BYTES, mpeg_system},
    tags::tag_bytes,
};

/// Maximum number of tags that are skipped.
const MAX_TAGS: usize = 16;
/// Three of the longest frames of E-AC-3, of 4,096 bytes.
const AC3_LOOK_BYTES: u64 = 3 * 4096;

/// The type of a file, and where its container starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sniffed {
    /// The container.
    pub(crate) container: Container,
    /// First byte of the container; before it are tags or junk.
    pub(crate) start: u64,
    /// The frames of a raw stream.
    pub(crate) frames: Option<FrameSurvey>,
}

/// The type of `file`; `None` if it is unknown. Skips leading tags. A raw stream of MPEG audio or ADTS must be most of
/// the file.
pub(crate) fn sniff(file: &mut File) -> io::Result<Option<Sniffed>> {
    let mut start = 0;
    for _ in 0..MAX_TAGS {
        let head = read_at(file, start, SYSTEM_HEAD_BYTES)?;
        if let Some(container) = Container::from_magic(&head).or_else(|| mpeg_system(&head)) {
            // Their sync word has two bytes only.
            let is_ac3 = matches!(container, Container::Foreign { demuxer: "ac3" | "eac3", .. });
            if is_ac3 && !starts_with_ac3(&read_at(file, start, AC3_LOOK_BYTES)?) {
                return Ok(None);
            }
            return Ok(Some(Sniffed { container, start, frames: None }));
        }
        match tag_bytes(&head) {
            Some(bytes) => start += bytes,
            None => break,
        }
    }
    let mut frames = survey(file, start)?;
    if frames.is_none() && start > 0 {
        // The tag may state a wrong length: search from the start of the file too.
        frames = survey(file, 0)?;
    }
    if let Some(frames) = frames.filter(FrameSurvey::is_mostly_audio) {
        let container = match frames.first.kind {
            FrameKind::MpegAudio { .. } => Container::MpegAudio,
            FrameKind::Adts => Container::Adts,
        };
        return Ok(Some(Sniffed { container, start: frames.start(), frames: Some(frames) }));
    }
    let is_free = is_free_format(&read_at(file, start, FREE_FORMAT_BYTES as u64)?);
    Ok(is_free.then_some(Sniffed { container: Container::FreeFormat, start, frames: None }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Vec<u8> {
        let mut frame = vec![0u8; 417];
        frame[..4].copy_from_slice(&[0xff, 0xfb, 0x90, 0x00]);
        frame
    }

    fn sniff_bytes(name: &str, bytes: &[u8]) -> Option<Sniffed> {
        let path = std::env::temp_dir().join(format!("fp-decode-sniff-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        let sniffed = sniff(&mut File::open(&path).unwrap()).unwrap();
        std::fs::remove_file(&path).unwrap();
        sniffed
    }

    fn container_and_start(name: &str, bytes: &[u8]) -> Option<(Container, u64)> {
        sniff_bytes(name, bytes).map(|sniffed| (sniffed.container, sniffed.start))
    }

    #[test]
    fn frames_are_found_behind_tags_with_a_wrong_length_and_much_padding() {
        let frames = frame().repeat(8);
        // A size of 0x0004_93e0 in plain binary, which ID3v2 forbids.
        let plain_size = [b"ID3\x03\0\0\0\x04\x93\xe0".as_slice(), &[0x41; 300_000]].concat();
        let ape = [b"APETAGEX\xd0\x07\0\0\x20\xa1\x07\0\x01\0\0\0\0\0\0\xa0".as_slice(), &[0x41; 500_008]].concat();
        for (name, head) in [("plain", plain_size), ("ape", ape), ("padding", vec![0; 400_000])] {
            let start = head.len() as u64;
            let file = [head.as_slice(), &frames].concat();
            assert_eq!(container_and_start(name, &file), Some((Container::MpegAudio, start)), "{name}");
        }
    }

    #[test]
    fn a_few_frames_in_other_bytes_are_no_audio_and_many_are() {
        let other = vec![0x41; 3000];
        let few = [&other, &frame().repeat(3), &other].map(Vec::as_slice).concat();
        assert_eq!(container_and_start("few", &few), None);
        let many = [&other, &frame().repeat(30), &other].map(Vec::as_slice).concat();
        assert_eq!(container_and_start("many", &many), Some((Container::MpegAudio, 3000)));
        let lone = [frame().as_slice(), b"some text that is not a frame"].concat();
        assert_eq!(container_and_start("lone", &lone), None);
        assert_eq!(container_and_start("whole", &frame()), Some((Container::MpegAudio, 0)));
    }

    #[test]
    fn tags_between_joined_streams_are_left_out() {
        let picture = [b"ID3\x04\0\0\0\0\x10\0".as_slice(), &[0xff; 2048]].concat();
        let v1 = [b"TAG".as_slice(), &[0x20; 125]].concat();
        let frames = frame().repeat(5);
        let joined = [&frames, &v1, &picture, &frames, &v1].map(Vec::as_slice).concat();
        let survey = sniff_bytes("joined", &joined).unwrap().frames.unwrap();
        assert_eq!(survey.runs, [0..2085, 2085 + 128 + 2058..2 * 2085 + 128 + 2058]);
        assert_eq!((survey.frames, survey.gaps, survey.other_bytes), (10, 0, 0));
    }

    #[test]
    fn a_frame_that_is_cut_by_the_next_one_is_left_out() {
        let frames = frame().repeat(5);
        let cut = [&frames[..frames.len() - 100], &frames].concat();
        let survey = sniff_bytes("cut", &cut).unwrap().frames.unwrap();
        assert_eq!(survey.runs, [0..4 * 417, 5 * 417 - 100..10 * 417 - 100]);
        assert_eq!(survey.frames, 9);
    }
}
