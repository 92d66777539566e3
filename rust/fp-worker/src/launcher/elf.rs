//! What a program file says about what it needs to start: its interpreter, its libraries, and where those are looked
//! for.
//!
//! Reads little-endian 64-bit ELF, the format of the processors for which system calls are filtered. Offsets and tags
//! are those of the System V ABI, chapters "Object Files" and "Dynamic Linking".

use std::{
    ffi::OsString,
    fs::File,
    io::{self, Read},
    os::unix::{ffi::OsStringExt, fs::FileExt},
    path::PathBuf,
};

const PT_LOAD: u32 = 1;
const PT_DYNAMIC: u32 = 2;
const PT_INTERP: u32 = 3;
const DT_NEEDED: u64 = 1;
const DT_STRTAB: u64 = 5;
const DT_STRSZ: u64 = 10;
const DT_RPATH: u64 = 15;
const DT_RUNPATH: u64 = 29;
/// Largest table that is read; those of ffmpeg and its libraries have some kilobytes.
const MAX_TABLE_BYTES: u64 = 4 << 20;

/// What an ELF file needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// The program that loads it; none if it is static.
    pub(super) interpreter: Option<PathBuf>,
    /// Names of libraries.
    pub(super) libraries: Vec<OsString>,
    /// Where they are looked for besides the system's folders, as written: `$ORIGIN` is the file's own folder.
    pub(super) search: Vec<OsString>,
}

/// A program header.
struct Segment {
    kind: u32,
    offset: u64,
    address: u64,
    size: u64,
}

/// What this file needs; `None` if it is no such ELF file.
///
/// # Errors
/// When it cannot be read, or contradicts itself.
pub(super) fn read_needs(file: &File) -> io::Result<Option<Needs>> {
    let mut header = [0; 64];
    // A script may be shorter.
    let length = { file }.read(&mut header)?;
    // Magic, 64 bits, little endian.
    if length < header.len() || !header.starts_with(b"\x7fELF\x02\x01") {
        return Ok(None);
    }
    let (entry_bytes, count) = (u64::from(u16_at(&header, 54)?), u64::from(u16_at(&header, 56)?));
    let table = table(file, u64_at(&header, 32)?, entry_bytes * count)?;
    let entries = table.chunks_exact(usize::try_from(entry_bytes.max(1)).map_err(io::Error::other)?);
    let segments = entries.map(segment).collect::<io::Result<Vec<_>>>()?;
    let find = |kind| segments.iter().find(|segment| segment.kind == kind);

    let mut needs = Needs::default();
    if let Some(segment) = find(PT_INTERP) {
        let path = self::table(file, segment.offset, segment.size)?;
        needs.interpreter = Some(PathBuf::from(text_at(&path, 0)?));
    }
    if let Some(dynamic) = find(PT_DYNAMIC) {
        let dynamic = self::table(file, dynamic.offset, dynamic.size)?;
        let entries = dynamic.chunks_exact(16).map(|entry| Ok((u64_at(entry, 0)?, u64_at(entry, 8)?)));
        let entries = entries.collect::<io::Result<Vec<(u64, u64)>>>()?;
        read_dynamic(file, &segments, &entries, &mut needs)?;
    }
    Ok(Some(needs))
}

fn read_dynamic(file: &File, segments: &[Segment], entries: &[(u64, u64)], needs: &mut Needs) -> io::Result<()> {
    let value_of = |wanted| entries.iter().find(|&&(tag, _)| tag == wanted).map(|&(_, value)| value);
    let Some((address, size)) = value_of(DT_STRTAB).zip(value_of(DT_STRSZ)) else { return Ok(()) };
    let holds = |s: &&Segment| s.kind == PT_LOAD && (s.address..s.address.saturating_add(s.size)).contains(&address);
    let segment = segments.iter().find(holds).ok_or_else(contradiction)?;
    let strings = table(file, segment.offset.saturating_add(address - segment.address), size)?;
    for &(tag, value) in entries {
        match tag {
            DT_NEEDED => needs.libraries.push(text_at(&strings, value)?),
            DT_RPATH | DT_RUNPATH => {
                let list = text_at(&strings, value)?.into_vec();
                let folders = list.split(|&byte| byte == b':').filter(|folder| !folder.is_empty());
                needs.search.extend(folders.map(|folder| OsString::from_vec(folder.to_vec())));
            }
            _ => {}
        }
    }
    Ok(())
}

fn segment(entry: &[u8]) -> io::Result<Segment> {
    let kind = u32::from_le_bytes(array_at(entry, 0)?);
    Ok(Segment { kind, offset: u64_at(entry, 8)?, address: u64_at(entry, 16)?, size: u64_at(entry, 32)? })
}

fn table(file: &File, offset: u64, size: u64) -> io::Result<Vec<u8>> {
    if size > MAX_TABLE_BYTES {
        return Err(contradiction());
    }
    let mut bytes = vec![0; usize::try_from(size).map_err(io::Error::other)?];
    file.read_exact_at(&mut bytes, offset)?;
    Ok(bytes)
}

fn array_at<const N: usize>(bytes: &[u8], offset: usize) -> io::Result<[u8; N]> {
    bytes.get(offset..).and_then(|rest| rest.first_chunk()).copied().ok_or_else(contradiction)
}

fn u16_at(bytes: &[u8], offset: usize) -> io::Result<u16> {
    Ok(u16::from_le_bytes(array_at(bytes, offset)?))
}

fn u64_at(bytes: &[u8], offset: usize) -> io::Result<u64> {
    Ok(u64::from_le_bytes(array_at(bytes, offset)?))
}

/// The text that ends with NUL.
fn text_at(bytes: &[u8], offset: u64) -> io::Result<OsString> {
    let rest = usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..)).ok_or_else(contradiction)?;
    let end = rest.iter().position(|&byte| byte == 0).ok_or_else(contradiction)?;
    Ok(OsString::from_vec(rest[..end].to_vec()))
}

fn contradiction() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "its ELF header contradicts itself")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// `readelf` of the GNU binutils as the oracle, on this test program.
    #[test]
    fn needs_are_those_that_readelf_names() {
        let program = std::env::current_exe().unwrap();
        let Ok(output) = Command::new("readelf").args(["-W", "-l", "-d"]).arg(&program).output() else {
            return;
        };
        let text = String::from_utf8(output.stdout).unwrap();
        let in_brackets = |line: &str| Some(line.split_once('[')?.1.split_once(']')?.0.to_owned());
        let libraries: Vec<_> = text.lines().filter(|line| line.contains("(NEEDED)")).filter_map(in_brackets).collect();
        let interpreter = text.lines().find_map(|line| line.trim().strip_prefix("[Requesting program interpreter: "));
        assert!(!libraries.is_empty());

        let needs = read_needs(&File::open(program).unwrap()).unwrap().unwrap();
        assert_eq!(needs.libraries, libraries.into_iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(needs.interpreter.unwrap().to_str(), interpreter.map(|rest| rest.trim_end_matches(']')));
    }

    #[test]
    fn scripts_need_nothing_and_cut_files_are_errors() {
        let path = std::env::temp_dir().join(format!("fp-worker-elf-{}", std::process::id()));
        let needs = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            read_needs(&File::open(&path).unwrap())
        };
        assert_eq!(needs(b"#!/bin/sh\n").unwrap(), None);
        assert_eq!(needs(b"").unwrap(), None);
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(needs(&own[..63]).unwrap(), None);
        needs(&own[..100]).unwrap_err();
        let mut lying = own[..4096].to_vec();
        lying[32..40].copy_from_slice(&u64::MAX.to_le_bytes());
        needs(&lying).unwrap_err();
        std::fs::remove_file(&path).unwrap();
    }
}
