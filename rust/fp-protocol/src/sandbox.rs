//! What protects the system if a hostile file takes over a decoder.

use serde::{Deserialize, Serialize};

/// The protections of a worker, each in force or not; its ffmpeg child has the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sandbox {
    /// Linux: programs that it starts cannot gain rights.
    pub no_new_privs: Protection,
    /// Linux 5.13: files cannot be written.
    pub landlock: Protection,
    /// Linux: system calls that no decoder needs are refused, those of the network among them.
    pub seccomp: Protection,
    /// Memory, open files, core dumps.
    pub limits: Protection,
}

/// One protection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Protection {
    /// Whether it is in force.
    pub active: bool,
    /// What it does, or why it is not in force.
    pub detail: String,
}
