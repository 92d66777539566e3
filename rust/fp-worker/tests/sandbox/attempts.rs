//! The attempts: what a decoder needs and may do, and what must be refused.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    net::{TcpListener, TcpStream, UdpSocket},
    os::unix::{
        fs::{PermissionsExt, symlink},
        net::UnixStream,
    },
    path::Path,
    process::{self, Command, Stdio},
    thread,
};

/// Address space of the confined process.
pub(crate) const MEMORY_LIMIT: u64 = 1 << 30;

/// Which protection forbids an attempt.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum By {
    Nothing,
    Landlock,
    Seccomp,
    Limits,
}

/// Name, what forbids it, and the attempt.
pub(crate) type Attempt = (&'static str, By, Box<dyn Fn() -> io::Result<()>>);

/// All attempts, on files in `folder`.
pub(crate) fn attempts(folder: &Path) -> Vec<Attempt> {
    let mut all = needs_of_a_decoder(folder);
    all.extend(files(folder));
    all.extend(network(folder));
    all.extend(others());
    all.extend(limits(folder));
    all
}

/// A closure that owns its own copy of the folder's path.
fn at(folder: &Path, attempt: impl Fn(&Path) -> io::Result<()> + 'static) -> Box<dyn Fn() -> io::Result<()>> {
    let folder = folder.to_owned();
    Box::new(move || attempt(&folder))
}

fn needs_of_a_decoder(folder: &Path) -> Vec<Attempt> {
    let mut needs: Vec<Attempt> = vec![
        ("read a file", By::Nothing, at(folder, |f| fs::read(f.join("music")).map(drop))),
        ("list a folder", By::Nothing, at(folder, |f| fs::read_dir(f).map(drop))),
        (
            "write to /dev/null",
            By::Nothing,
            Box::new(|| OpenOptions::new().write(true).open("/dev/null")?.write_all(b"x")),
        ),
        (
            "start a thread",
            By::Nothing,
            Box::new(|| thread::Builder::new().spawn(|| ())?.join().map_err(|_| io::Error::other("panicked"))),
        ),
        ("run a program", By::Nothing, Box::new(|| run(Command::new("true")))),
    ];
    if fp_decode::find_ffmpeg().is_some() {
        needs.push(("run ffmpeg", By::Nothing, Box::new(|| run(ffmpeg(&["-f", "null", "-"])))));
        needs.push(("ffmpeg writes a file", By::Landlock, at(folder, |f| run(ffmpeg(&[&path(f, "made.wav")])))));
        needs.push((
            "ffmpeg sends to the network",
            By::Seccomp,
            at(folder, |f| {
                let port = fs::read_to_string(f.join("port"))?;
                run(ffmpeg(&["-f", "wav", &format!("tcp://{port}")]))
            }),
        ));
    } else {
        println!("SKIPPED: what needs ffmpeg");
    }
    needs
}

fn files(folder: &Path) -> Vec<Attempt> {
    let writing = |options: &mut OpenOptions, name: &'static str| {
        let options = options.clone();
        at(folder, move |f| options.open(f.join(name)).map(drop))
    };
    vec![
        ("open a file for writing", By::Landlock, writing(OpenOptions::new().write(true), "music")),
        ("open a file for appending", By::Landlock, writing(OpenOptions::new().append(true), "music")),
        ("empty a file", By::Landlock, writing(OpenOptions::new().write(true).truncate(true), "music")),
        ("create a file", By::Landlock, writing(OpenOptions::new().write(true).create_new(true), "new")),
        ("create a file in /tmp", By::Landlock, Box::new(|| File::create("/tmp/fp-worker-made-this").map(drop))),
        ("delete a file", By::Landlock, at(folder, |f| fs::remove_file(f.join("music")))),
        ("rename a file", By::Landlock, at(folder, |f| fs::rename(f.join("music"), f.join("moved")))),
        ("link a file", By::Landlock, at(folder, |f| fs::hard_link(f.join("music"), f.join("linked")))),
        ("make a symbolic link", By::Landlock, at(folder, |f| symlink("music", f.join("symbolic")))),
        ("make a folder", By::Landlock, at(folder, |f| fs::create_dir(f.join("folder")))),
        (
            "change permissions",
            By::Seccomp,
            at(folder, |f| fs::set_permissions(f.join("music"), fs::Permissions::from_mode(0o600))),
        ),
        ("change times", By::Seccomp, at(folder, |f| File::open(f.join("music"))?.set_modified(std::time::UNIX_EPOCH))),
    ]
}

fn network(folder: &Path) -> Vec<Attempt> {
    vec![
        (
            "connect by TCP",
            By::Seccomp,
            at(folder, |f| TcpStream::connect(fs::read_to_string(f.join("port"))?).map(drop)),
        ),
        ("listen on TCP", By::Seccomp, Box::new(|| TcpListener::bind("127.0.0.1:0").map(drop))),
        ("open a UDP socket", By::Seccomp, Box::new(|| UdpSocket::bind("127.0.0.1:0").map(drop))),
        ("connect to a Unix socket", By::Seccomp, at(folder, |f| UnixStream::connect(f.join("socket")).map(drop))),
    ]
}

/// Other processes and the kernel, by bare system calls with harmless arguments.
fn others() -> Vec<Attempt> {
    const CLONE_NEWUSER: i64 = 0x1000_0000;
    const PTRACE_ATTACH: i64 = 16;
    let call = |number: i64, arguments: [i64; 3]| -> Box<dyn Fn() -> io::Result<()>> {
        Box::new(move || system_call(number, arguments))
    };
    let parent = i64::from(std::os::unix::process::parent_id());
    vec![
        ("trace the parent (ptrace)", By::Seccomp, call(libc::SYS_ptrace, [PTRACE_ATTACH, parent, 0])),
        ("a new user namespace (unshare)", By::Seccomp, call(libc::SYS_unshare, [CLONE_NEWUSER, 0, 0])),
        ("a new user namespace (clone)", By::Seccomp, call(libc::SYS_clone, [CLONE_NEWUSER, 0, 0])),
        ("mount", By::Seccomp, call(libc::SYS_mount, [0, 0, 0])),
        ("io_uring", By::Seccomp, call(libc::SYS_io_uring_setup, [1, 0, 0])),
        ("bpf", By::Seccomp, call(libc::SYS_bpf, [0, 0, 0])),
        ("add a key to the keyring", By::Seccomp, call(libc::SYS_add_key, [0, 0, 0])),
        ("type into the terminal (TIOCSTI)", By::Seccomp, call(libc::SYS_ioctl, [0, 0x5412, 0])),
    ]
}

fn limits(folder: &Path) -> Vec<Attempt> {
    vec![
        (
            "allocate more than the limit",
            By::Limits,
            Box::new(|| Vec::<u8>::new().try_reserve_exact(MEMORY_LIMIT as usize).map_err(io::Error::other)),
        ),
        (
            "open 100 files",
            By::Limits,
            at(folder, |f| (0..100).map(|_| File::open(f)).collect::<io::Result<Vec<_>>>().map(drop)),
        ),
        (
            "raise a limit again",
            By::Seccomp,
            Box::new(|| {
                let limit = rustix::process::getrlimit(rustix::process::Resource::As);
                Ok(rustix::process::setrlimit(rustix::process::Resource::As, limit)?)
            }),
        ),
    ]
}

/// A call that the filter refuses fails with EPERM; with any other error the filter let it pass.
#[allow(unsafe_code, reason = "calls that no safe wrapper offers")]
fn system_call(number: i64, arguments: [i64; 3]) -> io::Result<()> {
    // SAFETY: null pointers and harmless numbers; a clone that passes returns in the child, which ends at once.
    let result = unsafe { libc::syscall(number, arguments[0], arguments[1], arguments[2]) };
    if number == libc::SYS_clone && result == 0 {
        process::exit(0);
    }
    match io::Error::last_os_error() {
        error if result == -1 && error.raw_os_error() == Some(libc::EPERM) => Err(error),
        _ => Ok(()),
    }
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_string_lossy().into_owned()
}

/// ffmpeg, encoding a tenth of a second of a sine that it makes itself.
fn ffmpeg(output: &[&str]) -> Command {
    let mut command = Command::new(fp_decode::find_ffmpeg().unwrap());
    command.args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=d=0.1"]).args(output);
    command
}

fn run(mut command: Command) -> io::Result<()> {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("it ended with {status}"))) }
}
