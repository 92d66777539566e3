//! Attempts on files and folders.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Read, Write},
    os::{
        fd::AsRawFd,
        unix::fs::{FileExt, OpenOptionsExt, PermissionsExt, symlink},
    },
    path::Path,
    time::UNIX_EPOCH,
};

use super::{Attempt, BOTH, By, LANDLOCK, Right, SECCOMP, attempt, bare};

type OnFolder = fn(&Path) -> io::Result<()>;

fn on(folder: &Path, run: OnFolder) -> impl Fn() -> io::Result<()> + 'static {
    let folder = folder.to_owned();
    move || run(&folder)
}

pub(super) fn reading(folder: &Path, track: &File) -> Vec<Attempt> {
    let open = track.try_clone().unwrap();
    let number = track.as_raw_fd();
    let mut all = vec![
        attempt("read the open track", Right::Everybody, move || open.read_exact_at(&mut [0; 4], 0)),
        attempt("open the track again", Right::FfmpegOnly(By::Landlock), move || {
            File::open(format!("/dev/fd/{number}"))?.read_exact(&mut [0; 4])
        }),
        attempt("write to standard output", Right::Everybody, || io::stdout().write_all(b"")),
    ];
    let reads: [(&'static str, OnFolder); 6] = [
        ("read a file beside the track", |f| fs::read(f.join("music")).map(drop)),
        ("list the folder of the track", |f| fs::read_dir(f).map(drop)),
        ("read /etc/passwd", |_| fs::read("/etc/passwd").map(drop)),
        ("list the home folders", |_| fs::read_dir("/").map(drop)),
        ("read /proc/self/status", |_| fs::read("/proc/self/status").map(drop)),
        ("read /proc/<worker>/cmdline", |_| fs::read(format!("/proc/{}/cmdline", super::processes::other())).map(drop)),
    ];
    all.extend(reads.map(|(name, run)| attempt(name, LANDLOCK, on(folder, run))));
    all.push(attempt("open the terminal", LANDLOCK, || match File::open("/dev/tty") {
        // Past the guards: there is no terminal.
        Err(error) if error.raw_os_error() == Some(libc::ENXIO) => Ok(()),
        other => other.map(drop),
    }));
    all
}

pub(super) fn writing(folder: &Path) -> Vec<Attempt> {
    let both: [(&'static str, OnFolder); 9] = [
        ("open a file for writing", |f| open(f, OpenOptions::new().write(true))),
        ("open a file for appending", |f| open(f, OpenOptions::new().append(true))),
        ("empty a file", |f| open(f, OpenOptions::new().write(true).truncate(true))),
        ("empty a file, opened to read", |f| open(f, OpenOptions::new().read(true).custom_flags(libc::O_TRUNC))),
        ("create a file", |f| File::create_new(f.join("new")).map(drop)),
        ("create a file in /tmp", |_| File::create("/tmp/fp-worker-made-this").map(drop)),
        ("create a file in /dev/shm", |_| File::create("/dev/shm/fp-worker-made-this").map(drop)),
        ("create a file without a name", |f| {
            OpenOptions::new().write(true).custom_flags(libc::O_TMPFILE).open(f).map(drop)
        }),
        ("write to /dev/null", |_| OpenOptions::new().write(true).open("/dev/null").map(drop)),
    ];
    let names: [(&'static str, OnFolder); 5] = [
        ("delete a file", |f| fs::remove_file(f.join("spare"))),
        ("rename a file", |f| fs::rename(f.join("spare"), f.join("moved"))),
        ("link a file", |f| fs::hard_link(f.join("music"), f.join("linked"))),
        ("make a symbolic link", |f| symlink("music", f.join("symbolic"))),
        ("make a folder", |f| fs::create_dir(f.join("folder"))),
    ];
    let metadata: [(&'static str, OnFolder); 3] = [
        ("open a file for requests only", |f| {
            // Access mode 3 is neither reading nor writing: Landlock has no rule for it.
            let path = std::ffi::CString::new(f.join("music").to_str().unwrap()).unwrap();
            super::call(libc::SYS_openat, [libc::AT_FDCWD.into(), path.as_ptr() as i64, 3, 0, 0]).map(drop)
        }),
        ("change permissions", |f| fs::set_permissions(f.join("music"), Permissions::from_mode(0o644))),
        ("cut off a file by its name", |f| {
            let path = std::ffi::CString::new(f.join("spare").to_str().unwrap()).unwrap();
            super::call(libc::SYS_truncate, [path.as_ptr() as i64, 0, 0, 0, 0]).map(drop)
        }),
    ];
    let with = |right: Right, list: Vec<(&'static str, OnFolder)>| {
        list.into_iter().map(move |(name, run)| attempt(name, right, on(folder, run)))
    };
    with(BOTH, both.into()).chain(with(BOTH, names.into())).chain(with(SECCOMP, metadata.into())).collect()
}

fn open(folder: &Path, options: &OpenOptions) -> io::Result<()> {
    options.open(folder.join("spare")).map(drop)
}

/// What can be asked of the open track, which its user owns.
pub(super) fn descriptors(track: &File) -> Vec<Attempt> {
    const PLACE: &[u8; 64] = &[0; 64];
    let track_fd = i64::from(track.as_raw_fd());
    let place = PLACE.as_ptr() as i64;
    let process = super::processes::other();
    let request = |name, number: i64| attempt(name, SECCOMP, bare(libc::SYS_ioctl, [track_fd, number, place]));
    let command =
        |name, number: i64, value: i64| attempt(name, SECCOMP, bare(libc::SYS_fcntl, [track_fd, number, value]));
    let times = track.try_clone().unwrap();
    vec![
        attempt("change times", SECCOMP, move || times.set_modified(UNIX_EPOCH)),
        request("FS_IOC_SETFLAGS", 0x4008_6602),
        request("FS_IOC32_SETFLAGS", 0x4004_6602),
        request("FS_IOC_FSSETXATTR", 0x401c_5820),
        request("FS_IOC_SETVERSION", 0x4008_7602),
        request("FS_IOC32_SETVERSION", 0x4004_7602),
        request("FS_IOC_ENABLE_VERITY", 0x4080_6685),
        request("FIDEDUPERANGE", 0xc018_9436),
        // On a pipe, which no file system is behind.
        attempt("FIFREEZE", SECCOMP, bare(libc::SYS_ioctl, [1, 0xc004_5877, 0])),
        attempt("FITHAW", SECCOMP, bare(libc::SYS_ioctl, [1, 0xc004_5878, 0])),
        attempt("type into the terminal (TIOCSTI)", SECCOMP, bare(libc::SYS_ioctl, [0, 0x5412, place])),
        attempt("file_setattr", SECCOMP, bare(469, [track_fd, 0, 0, 0, 0])),
        attempt("setxattr", SECCOMP, bare(libc::SYS_fsetxattr, [track_fd, 0, 0, 0, 0])),
        attempt("flock", SECCOMP, bare(libc::SYS_flock, [track_fd, i64::from(libc::LOCK_SH | libc::LOCK_NB)])),
        command("lock of the process", 6, place),
        command("lock of the open file", 37, place),
        command("lease", 1024, 0),
        command("watch over a folder (F_NOTIFY)", 1026, 1),
        command("signals of a descriptor to another", 8, process),
        attempt("watch over files (inotify)", SECCOMP, bare(libc::SYS_inotify_init1, [0])),
        attempt("watch over files (fanotify)", SECCOMP, bare(libc::SYS_fanotify_init, [0x200, 0])),
        attempt("file handles", SECCOMP, bare(libc::SYS_name_to_handle_at, [track_fd, 0, 0, 0, 0x1000])),
    ]
}
