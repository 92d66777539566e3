//! Which files a program needs in order to start, and may therefore use: itself, its interpreter, libraries.
//!
//! Nothing of it is secret: all users have these files. The folders of the system's libraries are opened as a whole,
//! because a library may load others by name.

use std::{
    collections::BTreeSet,
    ffi::{OsStr, OsString},
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
};

use super::elf::{Needs, read_needs};
use crate::sandbox::Right;

/// Folders of the system's libraries, and the lists of the dynamic linker.
const LIBRARIES: [&str; 9] = [
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/local/lib64",
    LINKER_CACHE,
    "/etc/ld.so.preload",
    "/dev/null",
];
const LINKER_CACHE: &str = "/etc/ld.so.cache";
/// Folders of the system's programs, for a script: which of them it starts is not known.
const PROGRAMS: [&str; 2] = ["/bin", "/usr"];
/// Stores of package managers, where programs start programs and libraries by their full paths.
const STORES: [&str; 2] = ["/nix/store", "/gnu/store"];
/// Below the prefix of Homebrew, where packages are.
const HOMEBREW_PACKAGES: &str = "Cellar";
/// Longest `#!` line that Linux reads.
const MAX_SCRIPT_LINE: u64 = 256;
/// Libraries outside the system's folders that are followed; ffmpeg has some hundred in all.
const MAX_LIBRARIES: usize = 1000;

/// Files and folders that `program` needs.
///
/// # Errors
/// When the program cannot be read.
pub(super) fn files_of(program: &Path) -> io::Result<Vec<(PathBuf, Right)>> {
    let real = program.canonicalize()?;
    let file = File::open(&real)?;
    let mut files: Vec<(PathBuf, Right)> = LIBRARIES.iter().map(|path| (PathBuf::from(path), Right::Read)).collect();
    files.extend(linker_folders().into_iter().map(|folder| (folder, Right::Read)));
    files.extend(store_of(&real).map(|store| (store, Right::ReadAndRunAll)));
    match read_needs(&file)? {
        Some(needs) => {
            files.extend(needs.interpreter.clone().map(|interpreter| (interpreter, Right::Run)));
            files.extend(own_folders(&real, needs).into_iter().map(|folder| (folder, Right::Read)));
        }
        None => {
            files.extend(interpreter_of_script(file)?.map(|interpreter| (interpreter, Right::Run)));
            files.extend(PROGRAMS.iter().map(|path| (PathBuf::from(path), Right::ReadAndRunAll)));
            // A wrapper may stand beside what it wraps.
            let own = real.parent().filter(|folder| is_below_root(folder));
            files.extend(own.map(|folder| (folder.to_owned(), Right::ReadAndRunAll)));
        }
    }
    files.push((real, Right::Run));
    Ok(files)
}

/// The folders that the cache of the dynamic linker names: those that the system's administrator has added.
fn linker_folders() -> BTreeSet<PathBuf> {
    // Without a cache, as with musl, there are none.
    let libraries = libraries_in_cache(&fs::read(LINKER_CACHE).unwrap_or_default());
    // Hundreds of libraries lie in a few folders; each is looked at once.
    let folders: BTreeSet<_> = libraries.iter().filter_map(|library| library.parent()).collect();
    folders.into_iter().filter(|folder| is_below_root(folder)).map(Path::to_owned).collect()
}

/// The paths in a cache of glibc: after its magic a count, at byte 48 entries of 24 bytes, whose third number says where
/// a path begins.
fn libraries_in_cache(cache: &[u8]) -> Vec<PathBuf> {
    const MAGIC: &[u8] = b"glibc-ld.so.cache1.1";
    // An older format may stand before it.
    let Some(start) = cache.windows(MAGIC.len()).position(|window| window == MAGIC) else { return Vec::new() };
    let cache = &cache[start..];
    let number = |at: usize| Some(u32::from_ne_bytes(*cache.get(at..)?.first_chunk()?) as usize);
    let path = |entry: usize| {
        let text = cache.get(number(48 + 24 * entry + 8)?..)?;
        Some(PathBuf::from(OsStr::from_bytes(text.split(|&byte| byte == 0).next()?)))
    };
    (0..number(MAGIC.len()).unwrap_or(0)).map_while(path).filter(|path| path.is_absolute()).collect()
}

/// A rule for the root would open everything.
fn is_below_root(folder: &Path) -> bool {
    folder.canonicalize().is_ok_and(|real| real.parent().is_some())
}

/// The store that holds the program, if it is in one.
fn store_of(program: &Path) -> Option<PathBuf> {
    let packages = program.ancestors().find(|path| path.file_name() == Some(OsStr::new(HOMEBREW_PACKAGES)));
    let store = || STORES.iter().map(Path::new).find(|store| program.starts_with(store));
    packages.and_then(Path::parent).or_else(store).map(Path::to_owned)
}

/// The folders outside the system's where a program's libraries, and theirs, are looked for.
fn own_folders(program: &Path, needs: Needs) -> BTreeSet<PathBuf> {
    let variable = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let absolute = |path: &PathBuf| path.is_absolute();
    let mut folders: BTreeSet<PathBuf> = std::env::split_paths(&variable).filter(absolute).collect();
    let mut seen = BTreeSet::new();
    let mut waiting = vec![(program.to_owned(), needs)];
    while let Some((file, needs)) = waiting.pop() {
        folders.extend(needs.search.iter().filter_map(|folder| expanded(folder, &file)));
        for name in needs.libraries {
            let Some(library) = folders.iter().find_map(|folder| folder.join(&name).canonicalize().ok()) else {
                continue;
            };
            if seen.len() < MAX_LIBRARIES && seen.insert(library.clone()) {
                // Its folder may be a collection of links.
                folders.extend(library.parent().map(Path::to_owned));
                let needs = File::open(&library).and_then(|file| read_needs(&file));
                waiting.extend(needs.ok().flatten().map(|needs| (library, needs)));
            }
        }
    }
    folders.retain(|folder| is_below_root(folder));
    folders
}

/// A search folder with `$ORIGIN` put in; `None` if it is not absolute then, since it would depend on the current folder.
fn expanded(folder: &OsString, file: &Path) -> Option<PathBuf> {
    let text = folder.to_str()?;
    let origin = file.parent()?.to_str()?;
    let path = PathBuf::from(text.replace("${ORIGIN}", origin).replace("$ORIGIN", origin));
    path.is_absolute().then_some(path)
}

/// The program that the first line of a script names.
fn interpreter_of_script(file: File) -> io::Result<Option<PathBuf>> {
    use std::io::Seek;

    let mut file = file;
    file.rewind()?;
    let mut line = Vec::new();
    BufReader::new(file).take(MAX_SCRIPT_LINE).read_until(b'\n', &mut line)?;
    let words = line.strip_prefix(b"#!").map(|rest| rest.trim_ascii());
    let word = words.and_then(|rest| rest.split(u8::is_ascii_whitespace).next());
    Ok(word.map(|path| PathBuf::from(OsString::from_vec(path.to_vec()))))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// `ldconfig -p` as the oracle, on this system's cache.
    #[test]
    fn the_linkers_cache_is_read_as_ldconfig_does() {
        let Ok(output) = Command::new("/sbin/ldconfig").arg("-p").output() else { return };
        let text = String::from_utf8(output.stdout).unwrap();
        let listed: Vec<_> = text.lines().filter_map(|line| Some(PathBuf::from(line.split_once(" => ")?.1))).collect();
        assert!(!listed.is_empty());
        assert_eq!(libraries_in_cache(&fs::read(LINKER_CACHE).unwrap()), listed);
        assert!(libraries_in_cache(b"").is_empty() && libraries_in_cache(b"glibc-ld.so.cache1.1").is_empty());
    }

    fn made(name: &str, content: &[u8]) -> (PathBuf, PathBuf) {
        let folder = std::env::temp_dir().join(format!("fp-worker-files-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("ffmpeg"), content).unwrap();
        (folder.clone(), folder.join("ffmpeg"))
    }

    #[test]
    fn a_program_may_run_itself_and_its_interpreter_alone() {
        let own = std::env::current_exe().unwrap();
        let (folder, program) = made("elf", &fs::read(own).unwrap());
        let files = files_of(&program).unwrap();
        let runs: Vec<_> = files.iter().filter(|(_, right)| *right != Right::Read).map(|(path, _)| path).collect();
        assert_eq!(runs.len(), 2, "{runs:?}");
        assert_eq!(runs[1], &program.canonicalize().unwrap());
        assert!(runs[0].to_str().unwrap().contains("ld-"), "{runs:?}");
        let refused = ["/", "/etc", "/home", "/proc", "/usr", "/tmp"].map(PathBuf::from);
        assert!(files.iter().all(|(path, _)| !refused.contains(path) && path != &folder), "{files:?}");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_script_may_run_the_systems_programs() {
        let (folder, program) = made("script", b"#! /bin/sh -e\nexec ffmpeg\n");
        let files = files_of(&program).unwrap();
        for path in ["/bin/sh", "/usr", "/bin"] {
            assert!(files.iter().any(|(found, right)| found == Path::new(path) && *right != Right::Read), "{path}");
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn stores_are_recognised() {
        for (program, store) in [
            ("/nix/store/abc-ffmpeg/bin/ffmpeg", Some("/nix/store")),
            ("/home/linuxbrew/.linuxbrew/Cellar/ffmpeg/7.1/bin/ffmpeg", Some("/home/linuxbrew/.linuxbrew")),
            ("/usr/bin/ffmpeg", None),
        ] {
            assert_eq!(store_of(Path::new(program)), store.map(PathBuf::from));
        }
    }

    #[test]
    fn origin_is_the_folder_of_the_file() {
        let file = Path::new("/opt/ffmpeg/bin/ffmpeg");
        let lib = |text: &str| expanded(&text.into(), file);
        assert_eq!(lib("$ORIGIN/../lib"), Some("/opt/ffmpeg/bin/../lib".into()));
        assert_eq!(lib("${ORIGIN}"), Some("/opt/ffmpeg/bin".into()));
        assert_eq!(lib("lib"), None);
    }
}
