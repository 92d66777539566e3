"""New files wait until they have stopped growing."""

import os
from pathlib import Path

import pytest

from auralis_cli.model.record import Track
from auralis_cli.scan.pending import PendingTrack
from auralis_cli.watch import settling as settling_module
from auralis_cli.watch.settling import Settling


class Clock:
    now = 10.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(settling_module, "time", clock)
    return clock


def found(path: Path) -> PendingTrack:
    return PendingTrack(Track.seen(str(path), os.stat(path)), "")


def test_a_file_goes_on_when_it_has_stayed_the_same(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "a.flac"
    file.write_bytes(b"whole")
    settling = Settling(2.0)
    pending = found(file)
    settling.add([pending])
    assert settling.next_due == 12.0
    assert settling.take_due() == ([], [])
    clock.now = 11.0
    settling.add([found(file)])  # seen again, unchanged: no reason to wait longer
    clock.now = 12.0
    assert settling.take_due() == ([pending], [])
    assert settling.next_due is None


def test_a_file_that_grows_is_looked_for_again(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "a.flac"
    file.write_bytes(b"half")
    settling = Settling(2.0)
    settling.add([found(file)])
    file.write_bytes(b"half and a half")
    clock.now = 11.0
    longer = found(file)
    settling.add([longer])  # another event: it waits from now on
    clock.now = 12.0
    assert settling.take_due() == ([], [])
    file.write_bytes(b"half and a half and more")
    clock.now = 13.0
    assert settling.take_due() == ([], [str(file)])


def test_a_file_that_is_gone_is_given_up(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "a.flac"
    file.write_bytes(b"x")
    settling = Settling(2.0)
    settling.add([found(file)])
    file.unlink()
    clock.now = 12.0
    assert settling.take_due() == ([], [str(file)])
