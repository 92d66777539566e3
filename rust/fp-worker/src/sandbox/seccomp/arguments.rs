//! The system calls that are refused for some arguments only.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{BackendError, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule};

/// Refused calls and for which arguments; none means for all.
pub(super) type Rules = BTreeMap<c_long, Vec<SeccompRule>>;

/// Flags of clone(2) that make a new namespace: cgroup, uts, ipc, user, pid, net, mount.
const NAMESPACE_FLAGS: [u64; 7] =
    [0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000, 0x0002_0000];
/// Flags of open(2) that change a file or make one: to write, to read and write (both bits together give a descriptor
/// for requests that Landlock does not look at), to create, to empty. Landlock cannot forbid the last before ABI 3.
const CHANGING_FLAGS: [u64; 4] = [0x1, 0x2, 0o100, 0o1000];
/// What a program may ask of a descriptor with ioctl(2): is it a terminal and how wide, how much is there to read, shall
/// it wait, shall a new program keep it. Whatever else a driver or file system offers is refused: typing into a terminal
/// (TIOCSTI), the attributes of files (FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR, FS_IOC_SETVERSION), FIFREEZE.
const HARMLESS_REQUESTS: [u64; 7] = [0x5401, 0x802c_542a, 0x5413, 0x541b, 0x5421, 0x5450, 0x5451];
/// Commands of fcntl(2): locks (of the process and of the open file), leases and notices of what others do with a file,
/// the process that gets signals for a descriptor, the size of pipes (which counts against the user).
const SHARED_COMMANDS: [u64; 10] = [6, 7, 8, 10, 15, 37, 38, 1024, 1026, 1031];
/// Requests of prctl(2): no end with the parent, readable by others, another memory layout, adopting processes, a core's
/// cookie, a tracer.
const LOOSENING_REQUESTS: [u64; 6] = [1, 4, 35, 36, 62, 0x5961_6d61];
/// Flag of clone(2) for a thread of the same process.
const CLONE_THREAD: u64 = 0x0001_0000;

/// For every process of a worker.
pub(super) fn of_all() -> Result<Rules, BackendError> {
    let mut rules = Rules::new();
    rules.insert(libc::SYS_clone, any_of(0, &NAMESPACE_FLAGS, SeccompCmpOp::MaskedEq)?);
    rules.insert(libc::SYS_openat, any_of(2, &CHANGING_FLAGS, SeccompCmpOp::MaskedEq)?);
    #[cfg(target_arch = "x86_64")]
    rules.insert(libc::SYS_open, any_of(1, &CHANGING_FLAGS, SeccompCmpOp::MaskedEq)?);
    rules.insert(libc::SYS_fcntl, any_of(1, &SHARED_COMMANDS, |_| SeccompCmpOp::Eq)?);
    rules.insert(libc::SYS_ioctl, none_of(1, &HARMLESS_REQUESTS)?);
    Ok(rules)
}

/// For a process that starts no other, `process`: it may have threads and signal itself.
pub(super) fn of_leaves(process: u32) -> Result<Rules, BackendError> {
    let no_thread = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(CLONE_THREAD), 0)?;
    // Limits may be read (no new limits passed) but not set, because root could raise them again.
    let new_limits = SeccompCondition::new(2, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0)?;
    Ok(Rules::from([
        (libc::SYS_prlimit64, vec![SeccompRule::new(vec![new_limits])?]),
        (libc::SYS_clone, vec![SeccompRule::new(vec![no_thread])?]),
        (libc::SYS_tgkill, none_of(0, &[process.into()])?),
        (libc::SYS_prctl, any_of(0, &LOOSENING_REQUESTS, |_| SeccompCmpOp::Eq)?),
    ]))
}

/// Matches when argument `index` compares with one of `values`; the kernel uses only the lower 32 bits of it.
fn any_of(
    index: u8,
    values: &[u64],
    comparison: impl Fn(u64) -> SeccompCmpOp,
) -> Result<Vec<SeccompRule>, BackendError> {
    let rule = |&value: &u64| {
        SeccompRule::new(vec![SeccompCondition::new(index, SeccompCmpArgLen::Dword, comparison(value), value)?])
    };
    values.iter().map(rule).collect()
}

/// Matches when argument `index` is none of `values`.
fn none_of(index: u8, values: &[u64]) -> Result<Vec<SeccompRule>, BackendError> {
    let other = |&value: &u64| SeccompCondition::new(index, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, value);
    let conditions = values.iter().map(other).collect::<Result<_, _>>()?;
    Ok(vec![SeccompRule::new(conditions)?])
}
