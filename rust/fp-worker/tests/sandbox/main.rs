//! What the sandbox forbids: a process confines itself as a worker does, then tries everything in `attempts`.
//!
//! `cargo test -p fp-worker --test sandbox` prints the table. If this kernel lacks a protection, that is printed, and
//! what depends on it is not asserted.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panics and shows what it found")]

mod attempts;

use std::{
    env, fs,
    net::TcpListener,
    os::unix::net::UnixListener,
    path::{Path, PathBuf},
    process::{self, Command},
};

use fp_protocol::Sandbox;
use fp_worker::sandbox::confine;

use crate::attempts::{By, MEMORY_LIMIT, attempts};

fn main() {
    let arguments: Vec<String> = env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("inside") => try_everything(Path::new(&arguments[2])),
        Some("--list") => println!("sandbox: test"),
        _ => compare_with_what_is_expected(),
    }
}

/// Runs in the confined process: prints one line per attempt.
fn try_everything(folder: &Path) {
    let sandbox = confine(MEMORY_LIMIT);
    println!("{}", serde_json::to_string(&sandbox).unwrap());
    for (name, _, attempt) in attempts(folder) {
        match attempt() {
            Ok(()) => println!("{name}\tallowed"),
            Err(error) => println!("{name}\trefused: {error}"),
        }
    }
}

/// Starts the confined process and asserts what it printed.
fn compare_with_what_is_expected() {
    let folder = env::temp_dir().join(format!("fp-worker-sandbox-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("music"), "untouched").unwrap();
    let _tcp = TcpListener::bind("127.0.0.1:0").inspect(|listener| {
        fs::write(folder.join("port"), listener.local_addr().unwrap().to_string()).unwrap();
    });
    let _unix = UnixListener::bind(folder.join("socket")).unwrap();
    let before = names(&folder);

    let output = Command::new(env::current_exe().unwrap()).arg("inside").arg(&folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    let sandbox: Sandbox = serde_json::from_str(first).unwrap();
    println!("{sandbox:#?}");
    let found: Vec<(&str, &str)> = rest.lines().filter_map(|line| line.split_once('\t')).collect();
    let expected = attempts(&folder);
    assert_eq!(found.len(), expected.len());
    for ((name, by, _), (found_name, outcome)) in expected.iter().zip(found) {
        assert_eq!(*name, found_name);
        println!("{name:44} {outcome}");
        let in_force = match by {
            By::Nothing => {
                assert_eq!(outcome, "allowed", "{name}");
                continue;
            }
            By::Landlock => sandbox.landlock.active,
            By::Seccomp => sandbox.seccomp.active,
            By::Limits => sandbox.limits.active,
        };
        assert!(!in_force || outcome.starts_with("refused"), "{name}: {outcome}");
    }
    if sandbox.landlock.active {
        assert_eq!(names(&folder), before, "nothing was made, renamed or deleted");
        assert_eq!(fs::read_to_string(folder.join("music")).unwrap(), "untouched");
    }
    fs::remove_dir_all(&folder).unwrap();
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names
}
