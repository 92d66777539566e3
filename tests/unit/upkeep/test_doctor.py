"""What `doctor` finds, and that it changes nothing."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

import pytest
from support.fake_workers import FakeWorker
from support.made_records import ANALYZER, FAILURE, make_record, write_file
from support.plain_text import plain_lines

from auralis_cli.model.record import Record, TrackError
from auralis_cli.render.doctor_report import render_checks
from auralis_cli.settings.table import SETTINGS
from auralis_cli.settings.values import Settings, SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.schema import DATABASE_VERSION
from auralis_cli.upkeep import doctor as doctor_checks
from auralis_cli.upkeep.cache_info import CacheInfo
from auralis_cli.upkeep.doctor import (
    Check,
    State,
    check_cache,
    check_ffmpeg,
    check_sandbox,
    check_sidecars,
    check_space,
    check_worker,
    run_checks,
)
from auralis_cli.workers.protocol import Protection, Ready, Sandbox


def settings(tmp_path: Path, **changes: object) -> Settings:
    return Settings(**{"cache": tmp_path / "cache.db", "jobs": 1, "ffmpeg": "none", **changes})  # type: ignore[arg-type]


def filled_cache(path: Path) -> Path:
    outcomes: list[Record | TrackError] = [make_record(), make_record(), FAILURE]
    with Cache(path) as cache:
        for number, outcome in enumerate(outcomes):
            cache.note_result(write_file(path.parent / f"{number}.flac"), "0" * 32, outcome, ANALYZER, None)
    return path


def test_a_good_worker_is_described(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path).program
    found = {check.name: check for check in check_worker(settings(tmp_path, worker=worker))}
    assert found["worker"] == Check("worker", State.OK, f"{worker} 0.1.0, analysis version 1, release build")
    assert found["decoders"] == Check("decoders", State.OK, "in the worker: flac")
    assert found["self-test"].state is State.OK


@pytest.mark.parametrize(
    ("behaviour", "finding"), [("wrong", "lufs of a sine is -7.0"), ("broken", "it was killed by SIGILL")]
)
def test_a_worker_that_fails_its_self_test_is_broken(tmp_path: Path, behaviour: str, finding: str) -> None:
    worker = FakeWorker(tmp_path, behaviour).program
    found = {check.name: check for check in check_worker(settings(tmp_path, worker=worker))}
    assert found["self-test"].state is State.FAIL
    assert finding in found["self-test"].finding


@pytest.mark.parametrize("behaviour", ["other-protocol", "other-version"])
def test_a_worker_that_cannot_be_used_fails_with_advice(tmp_path: Path, behaviour: str) -> None:
    worker = FakeWorker(tmp_path, behaviour).program
    first = check_worker(settings(tmp_path, worker=worker))[0]
    assert (first.name, first.state) == ("worker", State.FAIL)
    assert first.advice is not None
    assert "reinstall auralis" in first.advice


def test_a_program_that_is_no_worker_fails_and_is_quoted(tmp_path: Path) -> None:
    program = tmp_path / "fp-worker"
    program.write_text("#!/bin/sh\necho no such library: libfft.so >&2\nexit 127\n")
    program.chmod(0o755)
    first = check_worker(settings(tmp_path, worker=program))[0]
    assert first.state is State.FAIL
    assert "libfft.so" in first.finding


def test_a_missing_worker_fails(tmp_path: Path) -> None:
    first = check_worker(settings(tmp_path, worker=tmp_path / "gone"))[0]
    assert first.state is State.FAIL
    assert "gone does not exist" in first.finding


def test_a_missing_ffmpeg_is_a_warning_that_says_what_is_not_read(tmp_path: Path) -> None:
    check = check_ffmpeg(settings(tmp_path, ffmpeg="no-such-ffmpeg"), None)
    assert check.state is State.WARN
    assert "no-such-ffmpeg was not found: WavPack, APE" in check.finding
    assert check.advice is not None
    assert "install ffmpeg" in check.advice


def test_a_program_that_is_no_ffmpeg_is_a_warning(tmp_path: Path) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    check = check_ffmpeg(settings(tmp_path, ffmpeg=str(program)), None)
    assert check.state is State.WARN
    assert "does not answer '-version'" in check.finding


def test_ffmpeg_switched_off_is_fine(tmp_path: Path) -> None:
    assert check_ffmpeg(settings(tmp_path), None).state is State.OK


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


def test_the_report_has_one_line_per_finding_and_its_advice_below() -> None:
    checks = [
        Check("worker", State.OK, "/bin/fp-worker 0.1.0"),
        Check("ffmpeg", State.WARN, "not found [x]", "install it"),
    ]
    assert plain_lines(render_checks(checks, 100)) == [
        "ok    worker  /bin/fp-worker 0.1.0",
        "warn  ffmpeg  not found [x]",
        "              -> install it",
    ]


def test_long_findings_wrap_under_themselves() -> None:
    lines = plain_lines(render_checks([Check("worker", State.FAIL, "word " * 30, "do " * 30)], 50), 50)
    assert all(len(line) <= 50 for line in lines)
    assert all(line.startswith(" " * 14) for line in lines[1:])


def ready_with(**protections: bool) -> Ready:
    parts = {name: Protection(active, "on" if active else "missing") for name, active in protections.items()}
    return Ready(1, 1, "0.1.0", "release", ("flac",), sandbox=Sandbox(**parts))


def test_a_confined_worker_is_ok_and_a_missing_protection_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    confined = check_sandbox(ready_with(no_new_privs=True, landlock=True, seccomp=True, limits=True))
    assert confined == Check(
        "sandbox", State.OK, "no new privs: on; landlock: on; seccomp: on; limits: on", None
    )
    without = check_sandbox(ready_with(no_new_privs=True, landlock=False, seccomp=True, limits=True))
    assert without.state is State.WARN
    assert "landlock: missing" in without.finding
    assert without.advice is not None
    assert without.advice.startswith("without landlock a hostile file can do more harm")


def test_where_no_protection_exists_there_is_nothing_to_do_about_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    check = check_sandbox(ready_with(no_new_privs=False, landlock=False, seccomp=False, limits=True))
    assert (check.state, check.advice) == (State.OK, None)


def test_a_worker_that_does_not_speak_of_its_sandbox_is_warned_of() -> None:
    assert check_sandbox(Ready(1, 1, "0.1.0", "release", ("flac",))).state is State.WARN
