//! Finds the ffmpeg program.

use std::{env, path::PathBuf};

/// Environment variable that names the ffmpeg program; empty or `none` means that there is none.
pub const FFMPEG_VARIABLE: &str = "AURALIS_FFMPEG";

/// The ffmpeg program to use: `$AURALIS_FFMPEG` if that is set (empty or `none`: no ffmpeg), otherwise the first
/// executable `ffmpeg` on `PATH`.
#[must_use]
pub fn find_ffmpeg() -> Option<PathBuf> {
    match env::var_os(FFMPEG_VARIABLE) {
        Some(value) if value.is_empty() || value.eq_ignore_ascii_case("none") => None,
        Some(value) => Some(PathBuf::from(value)),
        None => find_program("ffmpeg"),
    }
}

/// The first executable regular file `name` in the directories of `PATH`.
#[must_use]
pub fn find_program(name: &str) -> Option<PathBuf> {
    let file_name = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?)
        .filter(|directory| !directory.as_os_str().is_empty())
        .map(|directory| directory.join(&file_name))
        .find(|candidate| is_executable(candidate))
}

#[cfg(unix)]
fn is_executable(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &std::path::Path) -> bool {
    path.is_file()
}
