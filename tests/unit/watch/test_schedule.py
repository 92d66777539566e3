"""What a watch looks at next."""

import pytest

from auralis_cli.files.changed_folders import ChangedFolders
from auralis_cli.watch import schedule as schedule_module
from auralis_cli.watch.schedule import Changes, Everything, Schedule


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(schedule_module, "time", clock)
    return clock


def folders(due: object, *paths: str) -> list[bool]:
    assert isinstance(due, ChangedFolders)
    return [due.wants_files_of(path) for path in paths]


def test_everything_comes_first_and_then_at_its_interval(clock: Clock) -> None:
    schedule = Schedule(30.0)
    assert isinstance(schedule.take(), Everything)
    assert schedule.take() is None
    assert schedule.next_due == 130.0
    clock.now = 129.9
    assert schedule.take() is None
    clock.now = 130.0
    assert isinstance(schedule.take(), Everything)


def test_a_changed_folder_is_looked_at_at_once_and_once_more(clock: Clock) -> None:
    schedule = Schedule(1000.0)
    schedule.take()
    schedule.add(Changes(alone={"/m/a"}, whole={"/m/b"}))
    assert schedule.next_due == 100.0
    assert folders(schedule.take(), "/m/a", "/m/a/x", "/m/b", "/m/b/x", "/m") == [
        True,
        False,
        True,
        True,
        False,
    ]
    assert schedule.take() is None
    assert schedule.next_due == 102.0
    clock.now = 102.0
    assert folders(schedule.take(), "/m/a", "/m/b/x") == [True, True]
    assert schedule.take() is None
    assert schedule.next_due == 1100.0


def test_a_look_at_everything_replaces_one_at_folders(clock: Clock) -> None:
    schedule = Schedule(1000.0)
    schedule.add(Changes(alone={"/m/a"}))
    assert isinstance(schedule.take(), Everything)
    assert schedule.take() is None
    assert schedule.next_due == clock.now + 2.0


def test_the_walk_passes_through_the_folders_above() -> None:
    changed = ChangedFolders(alone=["/m/a/b"], whole=["/m/c"])
    through = ["/", "/m", "/m/a", "/m/a/b", "/m/c", "/m/c/d/e"]
    assert [
        path for path in [*through, "/m/x", "/m/a/b/c", "/m/cc"] if changed.leads_through(path)
    ] == through
    assert not ChangedFolders()
