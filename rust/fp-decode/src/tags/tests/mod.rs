//! Tags made byte by byte: old versions, damaged and hostile structures. What other programs write, `tests/test_tags.py` reads.

mod bounds;
mod id3;
mod structures;

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use fp_protocol::Tags;

use super::read_tags;
use crate::headers::{container::Container, sniff::Sniffed};

/// A file that is removed at the end.
struct Made(PathBuf);

impl Made {
    fn new(content: &[u8]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("fp-decode-tags-{}-{number}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        Self(path)
    }

    fn open(&self) -> File {
        File::options().read(true).write(true).open(&self.0).unwrap()
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The tags of a file whose container begins at `start`.
fn tags_from(container: Container, start: u64, content: &[u8]) -> Tags {
    let made = Made::new(content);
    read_tags(&made.open(), &Sniffed { container, start, frames: None })
}

fn tags(container: Container, content: &[u8]) -> Tags {
    tags_from(container, 0, content)
}

/// Those of MPEG audio behind an ID3v2 tag.
fn id3_tags(tag: &[u8]) -> Tags {
    tags_from(Container::MpegAudio, tag.len() as u64, &[tag, &[0; 400]].concat())
}

const fn foreign(demuxer: &'static str) -> Container {
    Container::Foreign { name: demuxer, demuxer }
}

fn titled(title: &str) -> Tags {
    Tags { title: Some(title.to_owned()), ..Tags::default() }
}

/// A tag of ID3v2 around frames.
fn id3v2(version: u8, flags: u8, body: &[u8]) -> Vec<u8> {
    let size = body.len();
    let size = [21, 14, 7, 0].map(|shift| (size >> shift & 0x7f) as u8);
    [b"ID3".as_slice(), &[version, 0, flags], &size, body].concat()
}

/// A frame of ID3v2.3, and of 2.4 where it is shorter than 128 bytes.
fn frame(id: &str, content: &[u8]) -> Vec<u8> {
    [id.as_bytes(), &(content.len() as u32).to_be_bytes(), &[0, 0], content].concat()
}

/// Vorbis comments.
fn comments(of: &[&[u8]]) -> Vec<u8> {
    let field = |text: &[u8]| [&(text.len() as u32).to_le_bytes(), text].concat();
    [field(b"made by hand"), (of.len() as u32).to_le_bytes().to_vec(), of.iter().flat_map(|text| field(text)).collect()]
        .concat()
}

/// A FLAC file of one block of comments.
fn flac(comments: &[u8]) -> Vec<u8> {
    let size = (comments.len() as u32).to_be_bytes();
    [b"fLaC\x84".as_slice(), &size[1..], comments].concat()
}

#[test]
fn the_position_of_the_file_stays() {
    let made = Made::new(&flac(&comments(&[b"TITLE=Stay"])));
    let mut file = made.open();
    file.seek(SeekFrom::Start(2)).unwrap();
    assert_eq!(read_tags(&file, &Sniffed { container: Container::Flac, start: 0, frames: None }), titled("Stay"));
    let mut next = [0; 2];
    file.read_exact(&mut next).unwrap();
    assert_eq!(&next, b"aC");
}
