//! Attempts on memory that outlives its maker, on the network, and on rarely used parts of the kernel: bare calls with
//! harmless arguments.

use super::{Attempt, SECCOMP, attempt, bare};

const IPC_PRIVATE: i64 = 0;
const AF_UNIX: i64 = 1;
const AF_INET: i64 = 2;
const SOCK_STREAM: i64 = 1;
const SOCK_DGRAM: i64 = 2;

pub(super) fn memory() -> Vec<Attempt> {
    let name = c"/fp-worker-made-this".as_ptr() as i64;
    vec![
        attempt("memory without an owner (memfd_create)", SECCOMP, bare(libc::SYS_memfd_create, [name, 0])),
        attempt("secret memory (memfd_secret)", SECCOMP, bare(447, [0])),
        // A size of zero is no segment: nothing is left behind where it is not refused.
        attempt("shared memory (shmget)", SECCOMP, bare(libc::SYS_shmget, [IPC_PRIVATE, 0, 0o600])),
        attempt("shared memory (shmat)", SECCOMP, bare(libc::SYS_shmat, [-1, 0, 0])),
        attempt("semaphores (semget)", SECCOMP, bare(libc::SYS_semget, [IPC_PRIVATE, 0, 0o600])),
        attempt("message queues (msgget)", SECCOMP, bare(libc::SYS_msgrcv, [-1, 0, 0, 0, 0])),
        attempt("message queues (mq_open)", SECCOMP, bare(libc::SYS_mq_open, [name, 0, 0, 0])),
        attempt("userfaultfd", SECCOMP, bare(libc::SYS_userfaultfd, [-1])),
        attempt("larger pipes", SECCOMP, bare(libc::SYS_fcntl, [1, 1031, 1 << 20])),
        attempt("asynchronous I/O (io_setup)", SECCOMP, bare(libc::SYS_io_setup, [0, 0])),
        attempt("io_uring", SECCOMP, bare(libc::SYS_io_uring_setup, [1, 0])),
    ]
}

pub(super) fn network() -> Vec<Attempt> {
    let socket = |name, family, kind| attempt(name, SECCOMP, bare(libc::SYS_socket, [family, kind, 0]));
    vec![
        socket("a TCP socket", AF_INET, SOCK_STREAM),
        socket("a UDP socket", AF_INET, SOCK_DGRAM),
        socket("a Unix socket", AF_UNIX, SOCK_STREAM),
        attempt("a pair of sockets", SECCOMP, bare(libc::SYS_socketpair, [AF_UNIX, SOCK_STREAM, 0, 0])),
        attempt("connect", SECCOMP, bare(libc::SYS_connect, [-1, 0, 0])),
        attempt("bind", SECCOMP, bare(libc::SYS_bind, [-1, 0, 0])),
    ]
}

pub(super) fn others() -> Vec<Attempt> {
    vec![
        attempt("mount", SECCOMP, bare(libc::SYS_mount, [0, 0, 0])),
        attempt("bpf", SECCOMP, bare(libc::SYS_bpf, [0, 0, 0])),
        attempt("perf_event_open", SECCOMP, bare(libc::SYS_perf_event_open, [0, 0, -1, -1])),
        attempt("add a key to the keyring", SECCOMP, bare(libc::SYS_add_key, [0, 0, 0])),
        attempt("another personality", SECCOMP, bare(libc::SYS_personality, [0xffff_ffff])),
        attempt("write all disks (sync)", SECCOMP, bare(libc::SYS_sync, [])),
        attempt("open by hidden flags (openat2)", SECCOMP, bare(437, [-100, 0, 0, 0])),
    ]
}
