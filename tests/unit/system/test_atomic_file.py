import errno
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auralis_cli.system.atomic_file import replace_file


@pytest.fixture(params=["unnamed", "no unnamed", "no link"])
def _support(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the file system offers for holding content without a name."""
    if request.param == "no unnamed":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    if request.param == "no link":

        def refuse(*_: object, **__: object) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)


UNDER_ALL = pytest.mark.usefixtures("_support")


@UNDER_ALL
def test_the_content_replaces_what_was_there(tmp_path: Path) -> None:
    for content in (b"first", b"", b"second " * 100_000):
        replace_file(str(tmp_path / "a"), content)
        assert (tmp_path / "a").read_bytes() == content
        assert os.listdir(tmp_path) == ["a"]


@UNDER_ALL
def test_it_has_the_mode_of_a_new_file(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        replace_file(str(tmp_path / "a"), b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


@UNDER_ALL
def test_a_link_is_replaced_and_not_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "a").symlink_to("precious")
    replace_file(str(tmp_path / "a"), b"x")
    assert (tmp_path / "precious").read_text() == "precious"
    assert not (tmp_path / "a").is_symlink()


@UNDER_ALL
@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_failing_step_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space left"):
        replace_file(str(tmp_path / "a"), b"new")
    monkeypatch.undo()
    assert (tmp_path / "a").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


@UNDER_ALL
def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="No such file"):
        replace_file(str(tmp_path / "none/a"), b"x")


ENDLESS_WRITER = """
import os, sys
from auralis_cli.system.atomic_file import replace_file
if sys.argv[2] == "named":
    del os.O_TMPFILE
n = 0
while True:
    replace_file(sys.argv[1], b"%08d" % n * 1000)
    if n == 0:
        print("started", flush=True)
    n += 1
"""


@pytest.mark.parametrize("kind", ["unnamed", "named"] if hasattr(os, "O_TMPFILE") else ["unnamed"])
def test_a_kill_leaves_a_whole_file(tmp_path: Path, kind: str) -> None:
    for moment in range(5):
        command = [sys.executable, "-c", ENDLESS_WRITER, str(tmp_path / "a"), kind]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"started\n"
            time.sleep(0.003 * moment)
            writer.kill()
        content = (tmp_path / "a").read_bytes()
        assert len(content) == 8000
        assert content == content[:8] * 1000
