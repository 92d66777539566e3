//! Landlock: what the files, the network and the other processes are to each process of a worker.

use std::{fmt, fs::File, path::PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, LandlockStatus, PathBeneath, PathFd, RestrictionStatus, Ruleset,
    RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};

use super::Reading;

/// The newest version of the rules that is requested; an older kernel enforces the rules that it knows.
const NEWEST: ABI = ABI::V9;

/// What may be done below one path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    /// Read files.
    Read,
    /// Read files and run them.
    Run,
    /// Read files, list folders and run programs.
    ReadAndRunAll,
}

impl Right {
    fn access(self) -> BitFlags<AccessFs> {
        match self {
            Self::Read => AccessFs::ReadFile.into(),
            Self::Run => AccessFs::ReadFile | AccessFs::Execute,
            Self::ReadAndRunAll => AccessFs::from_read(NEWEST),
        }
    }
}

/// Restricts a worker: nothing can be written or run; `reading` says whether files can be opened to read.
pub(super) fn restrict_worker(reading: Reading) -> Result<String, String> {
    let files = AccessFs::ReadFile | AccessFs::ReadDir;
    let (root, what) = match reading {
        Reading::AnyFile => (PathFd::new("/").ok(), "files can be read, not written or run"),
        Reading::NoFile => (None, "no file can be opened"),
    };
    restrict(|rules| match root {
        Some(root) => rules.add_rule(PathBeneath::new(root, files)),
        None => Ok(rules),
    })
    .and_then(|status| report(&status, what))
}

/// Restricts the launcher, whose child needs the right to run ffmpeg: nothing can be written.
pub(super) fn restrict_launcher() -> Result<String, String> {
    let root = PathFd::new("/").map_err(|error| error.to_string())?;
    restrict(|rules| rules.add_rule(PathBeneath::new(root, AccessFs::from_read(NEWEST))))
        .and_then(|status| report(&status, "files can be read and run, not written"))
}

/// Rules for one ffmpeg: the open track can be read again, and what is below these paths used; nothing else.
///
/// They are made before the fork, where errors can be told, and applied by [`RulesetCreated::restrict_self`].
///
/// # Errors
/// When Landlock is there and refuses the rules.
pub(crate) fn ffmpeg_rules(track: &File, paths: &[(PathBuf, Right)]) -> Result<RulesetCreated, String> {
    let rules = created().and_then(|rules| rules.add_rule(PathBeneath::new(track, AccessFs::ReadFile)));
    let add = |rules: RulesetCreated, (path, right): &(PathBuf, Right)| match PathFd::new(path) {
        Ok(path) => rules.add_rule(PathBeneath::new(path, right.access())),
        // What is not there needs no rule.
        Err(_) => Ok(rules),
    };
    rules.and_then(|rules| paths.iter().try_fold(rules, add)).map_err(text)
}

fn restrict(
    rules: impl FnOnce(RulesetCreated) -> Result<RulesetCreated, RulesetError>,
) -> Result<RestrictionStatus, String> {
    created().and_then(rules).and_then(RulesetCreated::restrict_self).map_err(text)
}

/// A ruleset that forbids everything.
fn created() -> Result<RulesetCreated, RulesetError> {
    Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()
}

fn text(error: impl fmt::Display) -> String {
    error.to_string()
}

fn report(status: &RestrictionStatus, what: &str) -> Result<String, String> {
    match (&status.ruleset, &status.landlock) {
        (RulesetStatus::NotEnforced, LandlockStatus::NotImplemented) => {
            Err("this kernel has no Landlock (Linux 5.13 or later)".to_owned())
        }
        (RulesetStatus::NotEnforced, _) => Err("Landlock is switched off in this kernel (lsm= at boot)".to_owned()),
        (_, &LandlockStatus::Available { effective_abi, .. }) => {
            let network = if effective_abi >= ABI::V4 { ", no TCP" } else { "" };
            Ok(format!("ABI {}: {what}{network}; ffmpeg opens its track and libraries only", effective_abi as i32))
        }
        (_, _) => Ok(what.to_owned()),
    }
}
