//! Capabilities of the superuser: all are given up but the one to read what others own, which a scan as root is for.

use rustix::thread::{CapabilitySet, CapabilitySets, capabilities, set_capabilities};

/// Reading and searching regardless of permissions, if this process has it.
const KEPT: CapabilitySet = CapabilitySet::DAC_READ_SEARCH;

/// Gives up the others permanently: with `no_new_privs`, programs that are started get none back.
pub(super) fn drop_all() -> Result<(), String> {
    let failed = |error: rustix::io::Errno| format!("capabilities: {error}");
    let now = capabilities(None).map_err(failed)?;
    let kept = CapabilitySets {
        effective: now.effective & KEPT,
        permitted: now.permitted & KEPT,
        inheritable: CapabilitySet::empty(),
    };
    set_capabilities(None, kept).map_err(failed)
}
