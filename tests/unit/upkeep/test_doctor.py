"""What `doctor` finds of the cache, the disk and the settings, and that it changes nothing."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

import pytest
from support.made_records import ANALYZER, FAILURE, make_record, write_file

from auralis_cli.model.record import Record, TrackError
from auralis_cli.settings.table import SETTINGS
from auralis_cli.settings.values import Settings, SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.schema import DATABASE_VERSION
from auralis_cli.upkeep import doctor as doctor_checks
from auralis_cli.upkeep.cache_info import CacheInfo
from auralis_cli.upkeep.doctor import (
    State,
    check_cache,
    check_sidecars,
    check_space,
    run_checks,
)


def settings(tmp_path: Path, **changes: object) -> Settings:
    return Settings(**{"cache": tmp_path / "cache.db", "jobs": 1, "ffmpeg": "none", **changes})  # type: ignore[arg-type]


def filled_cache(path: Path) -> Path:
    outcomes: list[Record | TrackError] = [make_record(), make_record(), FAILURE]
    with Cache(path) as cache:
        for number, outcome in enumerate(outcomes):
            cache.note_result(write_file(path.parent / f"{number}.flac"), "0" * 32, outcome, ANALYZER, None)
    return path


def test_a_cache_that_is_not_there_yet_is_fine_and_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "cache.db"
    check = check_cache(path)
    assert check.state is State.OK
    assert "will be made by the first scan" in check.finding
    assert not (tmp_path / "new").exists()


def test_a_cache_is_counted_and_left_as_it_is(tmp_path: Path) -> None:
    path = filled_cache(tmp_path / "cache.db")
    before = path.read_bytes()
    check = check_cache(path)
    assert check.state is State.OK
    assert f"{path}: 2 tracks and 1 remembered failures" in check.finding
    assert path.read_bytes() == before


def test_an_empty_file_is_a_cache_that_is_not_filled_yet(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    path.touch()
    assert check_cache(path).state is State.OK


def test_other_files_are_no_cache(tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("not a database " * 100)
    check = check_cache(text)
    assert (check.state, check.advice is not None) == (State.FAIL, True)
    database = tmp_path / "other.db"
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE songs (name TEXT)")
    connection.close()
    check = check_cache(database)
    assert check.state is State.FAIL
    assert "is not an auralis cache" in check.finding
    assert check_cache(tmp_path).state is State.FAIL


def test_a_cache_of_a_newer_auralis_is_refused(tmp_path: Path) -> None:
    path = filled_cache(tmp_path / "cache.db")
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {DATABASE_VERSION + 1}")
    connection.close()
    check = check_cache(path)
    assert check.state is State.FAIL
    assert "a newer auralis has written" in check.finding
    assert check.advice is not None
    assert "update auralis" in check.advice


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE tracks SET analyzer = CAST(zeroblob(2000000) AS TEXT) WHERE rowid = 1", "too big"),
        ("CREATE TRIGGER t AFTER INSERT ON tracks BEGIN DELETE FROM tracks; END", "it has the trigger 't'"),
        (
            "ALTER TABLE tracks RENAME TO real; CREATE VIEW tracks AS SELECT * FROM real",
            "its table 'tracks' is not the one of version",
        ),
    ],
)
def test_a_crafted_cache_is_damaged_also_for_doctor(tmp_path: Path, statement: str, finding: str) -> None:
    path = filled_cache(tmp_path / "cache.db")
    connection = sqlite3.connect(path)
    connection.executescript(statement)
    connection.close()
    before = path.read_bytes()
    check = check_cache(path)
    assert check.state is State.FAIL
    assert finding in check.finding
    assert check.advice is not None
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("state", "problem", "writable", "journal", "local"),
    [
        (State.OK, None, True, "wal", True),
        (State.OK, None, True, "truncate", False),
        (State.WARN, None, True, "wal", False),
        (State.FAIL, None, False, "wal", True),
        (State.FAIL, "row 3 missing from index", True, "wal", True),
    ],
)
def test_damage_permissions_and_journal_are_judged(  # noqa: PLR0917 - one column of the table each
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    state: State,
    problem: str | None,
    writable: bool,
    journal: str,
    local: bool,
) -> None:
    path = tmp_path / "cache.db"
    path.touch()
    info = CacheInfo(str(path), True, 1000, 4, journal, on_local_disk=local, writable=writable)
    monkeypatch.setattr(doctor_checks, "read_cache_info", lambda _: info)
    monkeypatch.setattr(doctor_checks, "find_damage", lambda _: problem)
    check = check_cache(path)
    assert check.state is state
    assert (check.advice is None) == (state is State.OK)


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.parametrize(
    ("free", "state"), [(1 << 40, State.OK), (100 << 20, State.WARN), (1 << 20, State.FAIL)]
)
def test_little_space_warns_and_none_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: State
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(1 << 41, 0, free))
    assert check_space(tmp_path / "not" / "yet" / "cache.db").state is state


def test_the_root_of_a_mirror_must_be_writable(tmp_path: Path) -> None:
    fine = settings(tmp_path, sidecars=SidecarMode.MIRROR, sidecar_dir=tmp_path / "new" / "root")
    assert check_sidecars(fine).state is State.OK
    assert not (tmp_path / "new").exists()


def test_a_wrong_configuration_is_a_finding_and_the_rest_is_still_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for setting in SETTINGS:
        monkeypatch.delenv(setting.environment, raising=False)
    config = tmp_path / "config.toml"
    config.write_text("jobs = 0")
    monkeypatch.setenv("AURALIS_CONFIG", str(config))
    found = {check.name: check for check in run_checks({"cache": None})}
    assert found["settings"].state is State.FAIL
    assert "jobs in" in found["settings"].finding
    assert found["settings"].advice == "allowed: a whole number from 1 to 256"
    assert {"auralis", "worker", "ffmpeg", "cache", "disk", "sidecars"} <= found.keys()
