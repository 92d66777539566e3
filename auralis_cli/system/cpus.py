"""How many processors this process may use: its affinity mask and its control group's quota."""

import math
import os
from pathlib import Path

CGROUP_ROOT = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


def usable_cpus() -> int:
    """Processors by affinity, capped by the cgroup's quota, at least 1."""
    quota = cgroup_quota()
    cpus = affinity_cpus()
    return max(1, cpus if quota is None else min(cpus, math.ceil(quota)))


def affinity_cpus() -> int:
    """Processors in the affinity mask; all of them where the system has no such mask."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cgroup_quota(root: Path = CGROUP_ROOT, membership: Path = MEMBERSHIP) -> float | None:
    """Processors that the tightest quota of this group and its parents allows; None without a limit."""
    limits = [_unified_limit(folder) for folder in _own_and_parent_groups(root, membership)]
    limits.append(_legacy_limit(root / "cpu"))
    return min((limit for limit in limits if limit is not None), default=None)


def _own_and_parent_groups(root: Path, membership: Path) -> list[Path]:
    """Folders of the version 2 group from the process's own up to the root."""
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        return [root]
    own = next((line.removeprefix("0::").lstrip("/") for line in lines if line.startswith("0::")), "")
    parts = [part for part in own.split("/") if part not in ("", "..")]
    return [root.joinpath(*parts[:depth]) for depth in range(len(parts), -1, -1)]


def _unified_limit(folder: Path) -> float | None:
    """Quota over period of a version 2 group, from `cpu.max`: `200000 100000`, or `max 100000`."""
    try:
        quota, period = (folder / "cpu.max").read_text().split()
        return int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return None


def _legacy_limit(folder: Path) -> float | None:
    """Quota over period of a version 1 group; a quota of -1 means none."""
    try:
        quota = int((folder / "cpu.cfs_quota_us").read_text())
        period = int((folder / "cpu.cfs_period_us").read_text())
        return quota / period if quota > 0 else None
    except (OSError, ValueError, ZeroDivisionError):
        return None
