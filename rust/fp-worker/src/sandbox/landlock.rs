//! Landlock: files can be read and executed; only `/dev/null` can be written; no TCP; no signals to other processes.

use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetError, RulesetStatus, Scope,
};

/// The newest version of the rules that is requested; an older kernel enforces the rules that it knows.
const NEWEST: ABI = ABI::V9;

/// Restricts this thread and its future children permanently; returns which version of Landlock does it.
pub(super) fn restrict() -> Result<String, Box<dyn std::error::Error>> {
    let status = apply()?;
    match (status.ruleset, status.landlock) {
        (RulesetStatus::NotEnforced, LandlockStatus::NotImplemented) => {
            Err("this kernel has no Landlock (Linux 5.13 or later)".into())
        }
        (RulesetStatus::NotEnforced, _) => Err("Landlock is switched off in this kernel (lsm= at boot)".into()),
        (_, LandlockStatus::Available { effective_abi, .. }) => {
            let network = if effective_abi >= ABI::V4 { ", no TCP" } else { "" };
            Ok(format!("ABI {}: files are read-only{network}", effective_abi as i32))
        }
        (_, _) => Ok("files are read-only".to_owned()),
    }
}

fn apply() -> Result<landlock::RestrictionStatus, RulesetError> {
    let null = PathFd::new("/dev/null").map(|null| PathBeneath::new(null, AccessFs::ReadFile | AccessFs::WriteFile));
    let root = PathFd::new("/").map(|root| PathBeneath::new(root, AccessFs::from_read(NEWEST)));
    let ruleset = Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?;
    // A path that cannot be opened needs no rule.
    [root, null].into_iter().flatten().try_fold(ruleset, RulesetCreatedAttr::add_rule)?.restrict_self()
}
