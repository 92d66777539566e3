"""A damaged cache: set aside, never deleted, what is readable taken over."""

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.filled_cache import PAGE, aside, damage, fill, overwrite, record, survivors, track, truncate
from support.made_records import ANALYZER, record_at

from auralis_cli.model.errors import CacheDamagedError, CacheError
from auralis_cli.store.cache import Cache
from auralis_cli.store.content_locks import LOCKS_SUFFIX


@pytest.mark.parametrize(
    ("change", "least"),
    [
        (overwrite(100, b"\xff" * (PAGE - 100)), 0),  # the schema
        (overwrite(0, bytes(PAGE)), 0),  # the header too
        (truncate(PAGE // 2), 0),
        (truncate(40), 0),
        (overwrite(60 * PAGE, random.Random(1).randbytes(5 * PAGE)), 1500),
        (truncate(300 * PAGE), 500),
    ],
)
def test_a_damaged_cache_is_set_aside_and_what_can_be_read_is_taken_over(
    tmp_path: Path, change: Callable[[bytearray], None], least: int
) -> None:
    path = tmp_path / "cache.db"
    fill(path)
    path.with_name(path.name + LOCKS_SUFFIX).touch()  # as a scan leaves it
    content = damage(path, change)
    with Cache(path) as cache:
        survivors(cache)  # all pages are read, so that the damage shows
        cache.note_result(track(9999), "e" * 32, record(9999), ANALYZER, None)
    assert aside(path).read_bytes() == content
    (warning,) = cache.warnings
    assert f"renamed to {aside(path).name}" in warning
    with Cache(path) as cache:
        assert cache.warnings == []
        assert record_at(cache, track(9999).path) == record(9999)
        assert 2000 >= survivors(cache) >= least
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_rows_of_an_older_version_are_taken_over_too(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    fill(path, 20)
    with sqlite3.connect(path) as connection:
        for index in ("path", "inode", "audio_key"):
            connection.execute(f"DROP INDEX tracks_by_{index}")
        for column in ("ctime_ns", "inode", "audio_key"):
            connection.execute(f"ALTER TABLE tracks DROP COLUMN {column}")
        connection.execute("PRAGMA user_version = 4")
        connection.execute("DROP TABLE roots")  # damage
    with Cache(path) as cache:
        assert "21 rows were taken over" in cache.warnings[0]
        assert survivors(cache, 20) == 20


def test_damage_met_while_writing_loses_nothing_that_was_noted(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    fill(path)
    with Cache(path) as cache:
        assert cache.headers(["/nothing"]) == {}
        damage(path, overwrite(PAGE, bytes(200 * PAGE)))
        for number in range(3000, 3100):
            cache.note_result(track(number), f"{number:032x}", record(number), ANALYZER, None)
        cache.commit()
        survivors(cache)
    with Cache(path) as cache:
        assert len(cache.records(track(number).path for number in range(3000, 3100))) == 100
    assert aside(path).exists()


def test_the_log_goes_along_with_the_database(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    script = (
        "import os, sys; sys.path[:0] = sys.argv[2:]\n"
        "from pathlib import Path; from auralis_cli.store.cache import Cache\n"
        "from support.made_records import *; from auralis_cli.model.record import Track\n"
        "c = Cache(Path(sys.argv[1]))\n"
        "c.note_result(Track('/a', 1, 1), 'a' * 32, make_record(), ANALYZER, None)\n"
        "c.commit(); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, str(path), *sys.path], check=True)
    log = path.with_name(path.name + "-wal")
    assert log.stat().st_size > 0
    path.with_name(path.name + LOCKS_SUFFIX).touch()
    damage(path, truncate(40))
    kept = log.read_bytes()
    with Cache(path) as cache:
        assert len(cache.warnings) == 1
    assert aside(path).with_name(aside(path).name + "-wal").read_bytes() == kept


def test_two_damaged_ones_in_a_second_both_stay(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    for _ in range(3):
        fill(path, 1)
        damage(path, overwrite(0, bytes(100)))
        Cache(path).close()
    assert len(list(tmp_path.glob("cache.db.corrupt-*"))) == 3


def test_a_scan_whose_cache_another_one_renewed_goes_on_with_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    fill(path, 50)
    with Cache(path) as bystander:
        assert survivors(bystander, 50) == 50
        damage(path, overwrite(0, bytes(PAGE)))
        with Cache(path) as renewing:
            assert len(renewing.warnings) == 1
            renewing.note_result(track(100), "a" * 32, record(100), ANALYZER, None)
        bystander.note_result(track(200), "b" * 32, record(200), ANALYZER, None)
        bystander.commit()
    with Cache(path) as cache:
        assert record_at(cache, track(100).path) == record(100)
        assert record_at(cache, track(200).path) == record(200)
    assert len(list(tmp_path.glob("cache.db.corrupt-*[0-9Z]"))) == 1


def test_a_cache_deleted_during_a_scan_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with Cache(path) as cache:
        cache.note_result(track(1), "a" * 32, record(1), ANALYZER, None)
        cache.commit()
        path.unlink()
        cache.note_result(track(2), "b" * 32, record(2), ANALYZER, None)
    with Cache(path) as cache:
        assert record_at(cache, track(2).path) == record(2)
        assert record_at(cache, track(1).path) == record(1)


def test_a_dry_run_does_not_rename_a_damaged_cache(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    fill(path, 3)
    content = damage(path, overwrite(0, bytes(100)))
    with pytest.raises(CacheDamagedError, match="damaged: move it away"):
        Cache(path, renew=False)
    assert path.read_bytes() == content


def test_a_damaged_cache_in_a_read_only_folder_is_an_error_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cache.db"
    fill(path, 3)
    damage(path, overwrite(0, bytes(100)))

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "rename", refuse)
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(CacheError, match="could not be renamed: Permission denied"):
        Cache(path)
