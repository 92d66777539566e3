//! The system calls that are refused whatever their arguments are.

use libc::c_long;

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
    libc::SYS_get_robust_list,
    libc::SYS_migrate_pages,
    libc::SYS_move_pages,
    // Priorities and processors, of other processes too.
    libc::SYS_setpriority,
    libc::SYS_ioprio_set,
    libc::SYS_sched_setaffinity,
    libc::SYS_sched_setattr,
    libc::SYS_sched_setparam,
    libc::SYS_sched_setscheduler,
    // Memory that no process owns: it outlives its makers or is counted for none of them.
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_semget,
    libc::SYS_semop,
    libc::SYS_semtimedop,
    libc::SYS_semctl,
    libc::SYS_msgget,
    libc::SYS_msgsnd,
    libc::SYS_msgrcv,
    libc::SYS_msgctl,
    libc::SYS_mq_open,
    libc::SYS_mq_unlink,
    libc::SYS_memfd_create,
    libc::SYS_vmsplice,
    libc::SYS_io_setup,
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
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    // Locks on files that other programs use, and a watch over what they do.
    libc::SYS_flock,
    libc::SYS_fanotify_init,
    libc::SYS_inotify_init1,
    libc::SYS_inotify_add_watch,
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
    libc::SYS_personality,
    libc::SYS_sync,
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
    libc::SYS_creat,
    libc::SYS_inotify_init,
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

/// Newer calls, which some versions of libc do not name; their numbers are the same on every processor.
const NEWER: &[c_long] = &[
    440, // process_madvise (Linux 5.10)
    443, // quotactl_fd (5.14)
    447, // memfd_secret (5.14)
    448, // process_mrelease (5.15)
    452, // fchmodat2 (6.6)
    460, // lsm_set_self_attr (6.8)
    463, // setxattrat (6.13)
    466, // removexattrat (6.13)
    467, // open_tree_attr (6.15)
    469, // file_setattr (6.17)
];

/// Refused in a process that starts no other: the worker and ffmpeg.
const STARTS_AND_SIGNALS: &[c_long] = &[
    // Rust's library makes a pair to start a program.
    libc::SYS_socketpair,
    libc::SYS_setsid,
    libc::SYS_setpgid,
    libc::SYS_execveat,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    434, // pidfd_open (5.3)
];
#[cfg(target_arch = "x86_64")]
const STARTS_HERE: &[c_long] = &[libc::SYS_fork, libc::SYS_vfork, libc::SYS_setrlimit];
#[cfg(not(target_arch = "x86_64"))]
const STARTS_HERE: &[c_long] = &[];

/// Calls that no process of a worker may make.
pub(super) fn by_all() -> impl Iterator<Item = c_long> {
    [REFUSED, REFUSED_HERE, NEWER].concat().into_iter()
}

/// Calls that a process may not make which starts no other.
pub(super) fn by_leaves() -> impl Iterator<Item = c_long> {
    [STARTS_AND_SIGNALS, STARTS_HERE].concat().into_iter()
}
