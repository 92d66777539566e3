//! seccomp: system calls that neither a decoder nor ffmpeg needs are refused with EPERM.
//!
//! It lists what is refused, not what is allowed, because the libraries of the system's ffmpeg are not known. It covers
//! what Landlock does not: all sockets, metadata of files, other processes, rarely used parts of the kernel; and writing
//! files, for kernels without Landlock. Calls of another processor mode (32-bit) kill the process.

mod arguments;
mod refused;

use std::process;

use libc::c_long;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

use arguments::Rules;

/// The x32 calls of x86-64 are the same calls under other numbers.
const X32_BIT: c_long = 0x4000_0000;
/// openat2 (Linux 5.6), which some versions of libc do not name; the number is the same on every processor.
const OPENAT2: c_long = 437;

/// What a process of a worker has to do besides decoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing: it starts no process and no program.
    Worker,
    /// It starts and ends ffmpeg.
    Launcher,
}

/// Installs the filter for this thread and its future children; returns how many calls it refuses.
pub(super) fn install(role: Role) -> Result<String, String> {
    let mut rules = arguments::of_all().map_err(text)?;
    rules.extend(refused::by_all().map(|call| (call, Vec::new())));
    if role == Role::Worker {
        add_leaf_rules(&mut rules)?;
        rules.insert(libc::SYS_execve, Vec::new());
    }
    let count = rules.values().filter(|conditions| conditions.is_empty()).count();
    apply(rules, libc::EPERM)?;
    // They have their flags in memory, where a filter cannot read them. They are refused as if they did not exist, so
    // that the C libraries use `clone` and `openat` instead.
    apply(Rules::from([(libc::SYS_clone3, Vec::new()), (OPENAT2, Vec::new())]), libc::ENOSYS)?;
    Ok(format!("{count} system calls are refused: no sockets, no new processes"))
}

/// Adds to the launcher's filter, in the process that is to become ffmpeg, that it starts no other and signals none.
pub(super) fn install_for_ffmpeg() -> Result<(), String> {
    let mut rules = Rules::new();
    add_leaf_rules(&mut rules)?;
    apply(rules, libc::EPERM)
}

fn add_leaf_rules(rules: &mut Rules) -> Result<(), String> {
    for (call, conditions) in arguments::of_leaves(process::id()).map_err(text)? {
        rules.entry(call).or_default().extend(conditions);
    }
    rules.extend(refused::by_leaves().map(|call| (call, Vec::new())));
    Ok(())
}

fn apply(mut rules: Rules, errno: i32) -> Result<(), String> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)
        .map_err(|_| format!("no filter for {} processors", std::env::consts::ARCH))?;
    if arch == TargetArch::x86_64 {
        let x32: Vec<_> = rules.iter().map(|(call, rules)| (call | X32_BIT, rules.clone())).collect();
        rules.extend(x32);
    }
    let action = SeccompAction::Errno(errno.unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, action, arch).map_err(text)?;
    let program: BpfProgram = filter.try_into().map_err(text)?;
    seccompiler::apply_filter(&program).map_err(text)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
