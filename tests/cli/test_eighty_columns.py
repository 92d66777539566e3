"""On a terminal of 80 columns no command shows a longer line, so that the terminal breaks no word."""

import fcntl
import os
import pty
import shutil
import struct
import subprocess
import tempfile
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.made_records import ANALYZER, make_record, see
from support.program import AURALIS
from support.scripted_tracks import FakeWorker, write_track

from auralis_cli.model.record import TrackWarning
from auralis_cli.store.cache import Cache

pytestmark = pytest.mark.slow

COLUMNS = 80
LONG = "120 packets or pages could not be decoded and were left out, since each had a checksum that was wrong"
COMMANDS = [
    ["scan", "music", "--rescan"],
    ["scan", "music"],
    ["scan", "music", "--no-such-option"],
    ["scan", "/no/such/folder"],
    ["scan", "music", "--dry-run"],
    ["failures", "list"],
    ["warnings", "list"],
    ["warnings", "list", "--code", "no-such-code"],
    ["show", "music/good.flac"],
    ["show", "music/bad.flac"],
    ["compare", "music/good.flac", "music/also good.flac"],
    ["similar", "music/good.flac", "--explain"],
    ["playlist", "music/good.flac"],
    ["list"],
    ["stats"],
    ["cache", "info"],
    ["cache", "verify"],
    ["cache", "prune", "--dry-run"],
    ["sidecars", "verify", "music"],
    ["config", "show"],
    ["doctor"],
    ["schema", "--table"],
    ["check", "music"],
    ["album", "music"],
    ["rules"],
    ["rule", "C101"],
]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A scanned library; its path is short, so that a path alone fills no line."""
    root = Path(tempfile.mkdtemp(prefix="a", dir="/tmp"))
    write_track(root / "music", "good.flac")
    write_track(root / "music", "also good.flac")
    write_track(root / "music", "bad.flac", "fail skip")
    write_track(root / "music", "crash.flac", "crash")
    FakeWorker(root)
    terminal("scan", "music", home=root)
    with Cache(root / "cache.db") as cache:
        flawed = make_record(warnings=(TrackWarning("damaged", LONG, 120),))
        cache.note_result(see(root / "music" / "good.flac"), "", flawed, ANALYZER, None)
    yield root
    shutil.rmtree(root)


def terminal(*arguments: str, home: Path) -> list[str]:
    """The lines that the command writes to a terminal, stdout and stderr together, without colours."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AURALIS_")}
    kept.pop("COLUMNS", None)
    given = {"HOME": str(home), "TERM": "dumb", "NO_COLOR": "1", "AURALIS_FFMPEG": "none"}
    given |= {"AURALIS_CACHE": str(home / "cache.db"), "AURALIS_CONFIG": str(home / "config.toml")}
    given |= {"AURALIS_WORKER": str(FakeWorker(home).program)}
    command = subprocess.Popen(
        [AURALIS, *arguments], stdout=theirs, stderr=theirs, stdin=theirs, cwd=home, env=kept | given
    )
    os.close(theirs)
    written = b""
    try:
        while part := os.read(ours, 65536):
            written += part
    except OSError:  # what Linux says when the other side is closed
        pass
    os.close(ours)
    command.wait(timeout=60)
    return written.decode().replace("\r", "").splitlines()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_line_is_longer_than_the_terminal(command: list[str], home: Path) -> None:
    lines = terminal(*command, home=home)
    assert lines
    assert not [line for line in lines if "Traceback" in line]
    assert not [line for line in lines if len(line) > COLUMNS]
