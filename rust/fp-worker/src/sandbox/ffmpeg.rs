//! The domain of one ffmpeg, inside that of its launcher.

use std::{fs::File, io, path::PathBuf};

use landlock::RulesetCreated;

use super::{LauncherDomain, Right, landlock::ffmpeg_rules, resource_limits, seccomp};

/// What an ffmpeg will be confined to; a protection that the system lacks is left out.
#[derive(Debug)]
pub(crate) struct FfmpegDomain {
    files: Option<RulesetCreated>,
    seccomp: bool,
}

impl FfmpegDomain {
    /// It can read the open `track` and use what is below `paths`; nothing else.
    ///
    /// # Errors
    /// When the kernel has Landlock and refuses the rules.
    pub(crate) fn new(in_force: LauncherDomain, track: &File, paths: &[(PathBuf, Right)]) -> Result<Self, String> {
        let files = in_force.landlock.then(|| ffmpeg_rules(track, paths)).transpose()?;
        Ok(Self { files, seccomp: in_force.seccomp })
    }

    /// Confines the calling process, which is to become ffmpeg by its next `execve`.
    ///
    /// # Errors
    /// When the kernel has a protection and refuses to put it in force.
    pub(crate) fn enter(self) -> io::Result<()> {
        resource_limits::lower_for_ffmpeg().map_err(io::Error::other)?;
        if let Some(files) = self.files {
            files.restrict_self().map_err(io::Error::other)?;
        }
        if self.seccomp { seccomp::install_for_ffmpeg().map_err(io::Error::other) } else { Ok(()) }
    }
}
