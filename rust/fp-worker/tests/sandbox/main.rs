//! What the sandbox forbids. A process confines itself as a worker does, then tries everything in `attempts`; and the
//! worker runs this program as its ffmpeg, which tries the same. As root both are done as another user too.
//!
//! `cargo test -p fp-worker --test sandbox` prints the table. If this kernel lacks a protection, that is printed, and
//! what depends on it is not asserted. FP_WORKER_UNDER_TEST names another worker, whose table is then only printed.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panics and shows what it found")]

mod attempts;
mod place;

use std::{collections::BTreeMap, env, fs::File, path::Path};

use fp_worker::sandbox::{Reading, confine, share_limits};

use crate::{
    attempts::{Attempt, MEMORY_LIMIT, Role, attempts},
    place::{OTHER_USER, Place},
};

/// Before the list of what was allowed, in the last words of this program as ffmpeg.
const ALLOWED: &str = "these were allowed: ";
const SEPARATOR: &str = " / ";

fn main() {
    let arguments: Vec<String> = env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("inside") => as_worker(Path::new(&arguments[2])),
        // The first argument that a worker gives to its ffmpeg.
        Some("-nostdin") => as_ffmpeg(),
        Some("--list") => println!("sandbox: test"),
        _ => {
            let root = rustix::process::getuid().is_root();
            for user in [None, root.then_some(OTHER_USER)].into_iter().take(if root { 2 } else { 1 }) {
                for switch in ["", "no-landlock", "no-seccomp"] {
                    compare(&Place::new(user), switch);
                }
            }
        }
    }
}

/// Runs in the process that confines itself: prints its sandbox, and what was allowed.
fn as_worker(folder: &Path) {
    let track = File::open(folder.join("track.wv")).unwrap();
    let shared = share_limits(MEMORY_LIMIT);
    let sandbox = confine(shared, Reading::NoFile);
    println!("{}", serde_json::to_string(&sandbox).unwrap());
    println!("{ALLOWED}{}", allowed(attempts(folder, &track)).join(SEPARATOR));
}

/// Runs as the ffmpeg of a worker: the last error that it reports comes back as the failure of the track.
#[allow(clippy::print_stderr, reason = "it is what ffmpeg does")]
fn as_ffmpeg() {
    let program = env::current_exe().unwrap();
    let track = File::from(std::os::fd::AsFd::as_fd(&std::io::stdin()).try_clone_to_owned().unwrap());
    let allowed = allowed(attempts(program.parent().unwrap(), &track));
    eprintln!("[error] {ALLOWED}{}{SEPARATOR}end", allowed.join(SEPARATOR));
}

fn allowed(attempts: Vec<Attempt>) -> Vec<&'static str> {
    attempts.into_iter().filter(|attempt| (attempt.run)().is_ok()).map(|attempt| attempt.name).collect()
}

/// Asserts that both roles were allowed what they need and nothing else.
fn compare(place: &Place, switch: &str) {
    let expected = attempts(place.folder(), &File::open(place.track()).unwrap());
    let (sandbox, inside) = place.try_as_worker(switch);
    let as_ffmpeg = place.try_as_ffmpeg(switch);
    println!("\nuser {}, {}", place.user(), if switch.is_empty() { "all protections" } else { switch });
    println!("landlock: {}; seccomp: {}", sandbox.landlock.detail, sandbox.seccomp.detail);
    println!("{:46} {:8} {:8}", "attempt", "worker", "ffmpeg");
    let mut wrong = BTreeMap::new();
    for Attempt { name, right, .. } in expected {
        let outcomes = [(Role::Worker, &inside), (Role::Ffmpeg, &as_ffmpeg)].map(|(role, found)| {
            let was_allowed = found.iter().any(|found| found == name);
            let refusal = right.refusal(role);
            let must = match &refusal {
                None => Some(true),
                Some(by) => by.iter().any(|by| by.is_in_force(&sandbox)).then_some(false),
            };
            if must.is_some_and(|must| must != was_allowed) {
                wrong.insert((name, format!("{role:?}")), was_allowed);
            }
            if was_allowed { "allowed" } else { "refused" }
        });
        println!("{name:46} {:8} {:8}", outcomes[0], outcomes[1]);
    }
    assert!(wrong.is_empty() || place.is_only_shown(), "wrongly allowed (true) or refused (false): {wrong:#?}");
    place.assert_untouched(&sandbox);
}

/// The names after [`ALLOWED`].
fn parse(text: &str) -> Vec<String> {
    let list = text.split_once(ALLOWED).map(|(_, list)| list).unwrap_or_else(|| panic!("no list in {text}"));
    list.split(SEPARATOR).map(|name| name.trim().to_owned()).collect()
}
