//! Where the attempts are made: a folder of the user who makes them, and the two ways to run this program.

use std::{
    env, fs,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
};

use fp_protocol::Sandbox;
use fp_worker::sandbox::SANDBOX_VARIABLE;

use crate::{attempts::MEMORY_LIMIT, parse};

/// `nobody` of most systems; any user will do that is not root.
pub(crate) const OTHER_USER: u32 = 65534;
/// A worker to be looked at in place of the one built with this test.
const OTHER_WORKER: &str = "FP_WORKER_UNDER_TEST";

/// A folder with the track, two files beside it, this program, and a worker.
pub(crate) struct Place {
    folder: PathBuf,
    user: Option<u32>,
    /// A process of the same user, in whose group the attempts are made.
    other: Child,
}

impl Place {
    pub(crate) fn new(user: Option<u32>) -> Self {
        let folder = env::temp_dir().join(format!("fp-worker-sandbox-{}-{}", process::id(), user.unwrap_or(0)));
        fs::create_dir_all(&folder).unwrap();
        let worker = env::var_os(OTHER_WORKER).map_or(PathBuf::from(env!("CARGO_BIN_EXE_fp-worker")), PathBuf::from);
        fs::copy(worker, folder.join("fp-worker")).unwrap();
        fs::copy(env::current_exe().unwrap(), folder.join("ffmpeg")).unwrap();
        for (name, content) in [("music", "untouched"), ("spare", "untouched"), ("program", "no program")] {
            fs::write(folder.join(name), content).unwrap();
        }
        fs::write(folder.join("track.wv"), [b"wvpk".as_slice(), &[0; 100]].concat()).unwrap();
        fs::set_permissions(folder.join("program"), fs::Permissions::from_mode(0o755)).unwrap();
        if let Some(user) = user {
            let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
            files.chain([folder.clone()]).for_each(|path| chown(path, Some(user), Some(user)).unwrap());
        }
        let mut sleeper = Command::new("sleep");
        sleeper.arg("600").process_group(0);
        let other = as_user(&mut sleeper, user).spawn().unwrap();
        Self { folder, user, other }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn track(&self) -> PathBuf {
        self.folder.join("track.wv")
    }

    pub(crate) fn user(&self) -> String {
        self.user.map_or_else(|| "of this test".to_owned(), |user| user.to_string())
    }

    /// Whether another worker is looked at, of which nothing is known.
    pub(crate) fn is_only_shown(&self) -> bool {
        env::var_os(OTHER_WORKER).is_some()
    }

    /// The sandbox of a confined process, and what it was allowed.
    pub(crate) fn try_as_worker(&self, switch: &str) -> (Sandbox, Vec<String>) {
        let mut command = Command::new(self.folder.join("ffmpeg"));
        let group = i32::try_from(self.other.id()).unwrap();
        command.arg("inside").arg(&self.folder).env(SANDBOX_VARIABLE, switch).process_group(group);
        let output = as_user(&mut command, self.user).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let (sandbox, rest) = text.split_once('\n').unwrap();
        (serde_json::from_str(sandbox).unwrap(), parse(rest))
    }

    /// What the ffmpeg of a worker was allowed, which is the leader of the group.
    pub(crate) fn try_as_ffmpeg(&self, switch: &str) -> Vec<String> {
        let mut command = Command::new(self.folder.join("fp-worker"));
        command.args(["analyze", "--memory-limit", &MEMORY_LIMIT.to_string(), "--ffmpeg"]);
        command.arg(self.folder.join("ffmpeg")).arg(self.track());
        command.env(SANDBOX_VARIABLE, switch).process_group(0).stdin(Stdio::null());
        let output = as_user(&mut command, self.user).output().unwrap();
        parse(&String::from_utf8_lossy(&output.stdout))
    }

    /// Nothing was made, renamed, deleted or changed.
    pub(crate) fn assert_untouched(&self, sandbox: &Sandbox) {
        if self.is_only_shown() || !(sandbox.landlock.active || sandbox.seccomp.active) {
            return;
        }
        let mut names: Vec<_> = fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["ffmpeg", "fp-worker", "music", "program", "spare", "track.wv"]);
        for name in ["music", "spare"] {
            assert_eq!(fs::read_to_string(self.folder.join(name)).unwrap(), "untouched");
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = self.other.kill();
        let _ = self.other.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn as_user(command: &mut Command, user: Option<u32>) -> &mut Command {
    // With another user, std gives up root's groups too.
    if let Some(user) = user { command.uid(user).gid(user) } else { command }
}
