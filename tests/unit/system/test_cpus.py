"""The default of `jobs`: processors that the system lets this process use."""

from pathlib import Path

import pytest

from auralis_cli.system.cpus import cgroup_quota, usable_cpus


def group(root: Path, name: str, limit: str) -> None:
    """Write the `cpu.max` of one group."""
    (root / name).mkdir(parents=True, exist_ok=True)
    (root / name / "cpu.max").write_text(limit)


@pytest.fixture
def membership(tmp_path: Path) -> Path:
    """A process in the group /user/session."""
    path = tmp_path / "membership"
    path.write_text("0::/user/session\n")
    return path


def test_the_tightest_parent_counts(tmp_path: Path, membership: Path) -> None:
    root = tmp_path / "cgroup"
    group(root, "user", "150000 100000")
    group(root, "user/session", "400000 100000")
    assert cgroup_quota(root, membership) == 1.5


def test_max_is_no_limit(tmp_path: Path, membership: Path) -> None:
    root = tmp_path / "cgroup"
    group(root, "user/session", "max 100000")
    assert cgroup_quota(root, membership) is None


def test_no_groups_at_all_is_no_limit(tmp_path: Path) -> None:
    assert cgroup_quota(tmp_path / "nothing", tmp_path / "nothing") is None


@pytest.mark.parametrize(("quota", "expected"), [("250000", 2.5), ("-1", None)])
def test_version_1_quotas_count_too(tmp_path: Path, quota: str, expected: float | None) -> None:
    folder = tmp_path / "cpu"
    folder.mkdir()
    (folder / "cpu.cfs_quota_us").write_text(quota)
    (folder / "cpu.cfs_period_us").write_text("100000")
    assert cgroup_quota(tmp_path, tmp_path / "nothing") == expected


def test_there_is_always_one() -> None:
    assert usable_cpus() >= 1
