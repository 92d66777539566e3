//! seccomp: system calls that neither a decoder nor ffmpeg needs are refused with EPERM.
//!
//! It lists what is refused, not what is allowed, because the libraries of the system's ffmpeg are not known. It covers
//! what Landlock does not: all sockets, metadata of files, other processes, rarely used parts of the kernel. Calls of
//! another processor mode (32-bit) kill the process.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};

/// Refused with any arguments.
const REFUSED: &[c_long] = &[
    // The network and other programs' sockets.
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    // Other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_kcmp,
    libc::SYS_perf_event_open,
    // Names and metadata of files. Landlock does not protect the metadata.
    libc::SYS_unlinkat,
    libc::SYS_renameat2,
    libc::SYS_mkdirat,
    libc::SYS_mknodat,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_truncate,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    libc::SYS_open_by_handle_at,
    libc::SYS_fanotify_init,
    libc::SYS_quotactl,
    // Namespaces and mounts.
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    // The kernel itself.
    libc::SYS_bpf,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_userfaultfd,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_syslog,
    libc::SYS_vhangup,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
];

/// Refused calls that only this processor has.
#[cfg(target_arch = "x86_64")]
const REFUSED_HERE: &[c_long] = &[
    libc::SYS_unlink,
    libc::SYS_rename,
    libc::SYS_renameat,
    libc::SYS_mkdir,
    libc::SYS_rmdir,
    libc::SYS_mknod,
    libc::SYS_link,
    libc::SYS_symlink,
    libc::SYS_chmod,
    libc::SYS_chown,
    libc::SYS_lchown,
    libc::SYS_utime,
    libc::SYS_utimes,
    libc::SYS_futimesat,
    libc::SYS_setrlimit,
    libc::SYS_kexec_file_load,
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_modify_ldt,
];
/// renameat and kexec_file_load, which some versions of libc do not name for this processor.
#[cfg(target_arch = "aarch64")]
const REFUSED_HERE: &[c_long] = &[38, 294];
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const REFUSED_HERE: &[c_long] = &[];

/// fchmodat2 (Linux 6.6), which some versions of libc do not name; the number is the same on every processor.
const FCHMODAT2: c_long = 452;
/// setxattrat, removexattrat (Linux 6.13), open_tree_attr (6.15), likewise.
const NEWER: [c_long; 4] = [FCHMODAT2, 463, 466, 467];

/// The x32 calls of x86-64 are the same calls under other numbers.
const X32_BIT: c_long = 0x4000_0000;

/// Flags of clone(2) that make a new namespace: cgroup, uts, ipc, user, pid, net, mount.
const NAMESPACE_FLAGS: [u64; 7] =
    [0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000, 0x0002_0000];
/// Terminal requests that insert input as if the user had typed it: TIOCSTI, TIOCLINUX.
const TYPING_REQUESTS: [u64; 2] = [0x5412, 0x541c];

/// Installs the filter for this thread and its future children; returns how many calls it refuses.
pub(super) fn install() -> Result<String, String> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)
        .map_err(|_| format!("no filter for {} processors", std::env::consts::ARCH))?;
    let programs = [refusals(arch), hidden_arguments(arch)];
    for program in programs {
        let program = program.map_err(|error| error.to_string())?;
        seccompiler::apply_filter(&program).map_err(|error| error.to_string())?;
    }
    let count = REFUSED.len() + REFUSED_HERE.len() + NEWER.len();
    Ok(format!("{count} system calls are refused, all sockets among them"))
}

/// Refuses the lists, and the harmful arguments of `clone`, `ioctl` and `prlimit64`.
fn refusals(arch: TargetArch) -> Result<BpfProgram, seccompiler::BackendError> {
    let unconditional = REFUSED.iter().chain(REFUSED_HERE).chain(&NEWER).map(|&call| (call, Vec::new()));
    let mut rules: BTreeMap<c_long, Vec<SeccompRule>> = unconditional.collect();
    rules.insert(libc::SYS_clone, any_of(0, &NAMESPACE_FLAGS, SeccompCmpOp::MaskedEq)?);
    rules.insert(libc::SYS_ioctl, any_of(1, &TYPING_REQUESTS, |_| SeccompCmpOp::Eq)?);
    // Limits may be read (no new limits passed) but not set, because root could raise them again.
    let new_limits = SeccompCondition::new(2, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0)?;
    rules.insert(libc::SYS_prlimit64, vec![SeccompRule::new(vec![new_limits])?]);
    compile(rules, libc::EPERM, arch)
}

/// `clone3` has its flags in memory, where a filter cannot read them. It is refused as if it did not exist, so that the
/// C libraries use `clone` instead.
fn hidden_arguments(arch: TargetArch) -> Result<BpfProgram, seccompiler::BackendError> {
    compile(BTreeMap::from([(libc::SYS_clone3, Vec::new())]), libc::ENOSYS, arch)
}

/// One rule for each of `values` in argument `index`; the kernel uses only the lower 32 bits of it.
fn any_of(
    index: u8,
    values: &[u64],
    comparison: impl Fn(u64) -> SeccompCmpOp,
) -> Result<Vec<SeccompRule>, seccompiler::BackendError> {
    let rule = |&value: &u64| {
        let condition = SeccompCondition::new(index, SeccompCmpArgLen::Dword, comparison(value), value)?;
        SeccompRule::new(vec![condition])
    };
    values.iter().map(rule).collect()
}

fn compile(
    mut rules: BTreeMap<c_long, Vec<SeccompRule>>,
    errno: i32,
    arch: TargetArch,
) -> Result<BpfProgram, seccompiler::BackendError> {
    if arch == TargetArch::x86_64 {
        let x32: Vec<_> = rules.iter().map(|(call, rules)| (call | X32_BIT, rules.clone())).collect();
        rules.extend(x32);
    }
    SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(errno.unsigned_abs()), arch)?.try_into()
}
