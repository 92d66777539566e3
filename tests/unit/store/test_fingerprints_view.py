"""The view `fingerprints`, as auralis and as other programs see it."""

import json
import sqlite3
from pathlib import Path

from support.filled_cache import fill, record, track

from auralis_cli.model.dimensions import keys
from auralis_cli.store.cache_file import open_for_reading
from auralis_cli.store.fingerprints_view import CREATE_VIEW, create_view
from auralis_cli.store.schema import MIGRATIONS, migrate


def test_it_has_paths_as_text_and_the_details_as_columns(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    fill(path, 3)
    with sqlite3.connect(path) as connection:
        details = json.loads(connection.execute("SELECT details FROM tracks WHERE size = 1001").fetchone()[0])
        details |= {"duration_s": 12.5, "codec": "flac", "key": "A minor", "loudness_range_lu": None}
        connection.execute("UPDATE tracks SET details = ? WHERE size = 1001", [json.dumps(details)])
        connection.execute("UPDATE tracks SET missing_since = '2026-01-01' WHERE size = 1002")
    with open_for_reading(path) as connection:
        create_view(connection)
        connection.row_factory = sqlite3.Row
        (row,) = connection.execute("SELECT * FROM fingerprints WHERE size = 1001")
        assert (row["path"], row["status"]) == (track(1).path, "analysed")
        assert (row["duration_s"], row["codec"], row["key"], row["loudness_range_lu"]) == (
            12.5,
            "flac",
            "A minor",
            None,
        )
        assert {key: row[key] for key in keys()} == record(1).fingerprint
        assert (row["path_bytes"], row["warning_codes"]) == (track(1).path.encode(), None)
        statuses = dict(connection.execute("SELECT status, count(*) FROM fingerprints GROUP BY 1").fetchall())
        assert statuses == {"analysed": 2, "missing": 1, "failed": 1}


def test_a_view_of_that_name_in_the_file_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    fill(path, 3)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE VIEW fingerprints AS SELECT 'crafted' AS path")
    with open_for_reading(path) as connection:
        create_view(connection)
        assert "crafted" not in {row[0] for row in connection.execute("SELECT path FROM fingerprints")}


def test_the_printed_statement_makes_the_same_view_for_others(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    fill(path, 3)
    with sqlite3.connect(path) as connection:
        connection.executescript(CREATE_VIEW)
        others = connection.execute("SELECT * FROM fingerprints ORDER BY path").fetchall()
    with open_for_reading(path) as connection:
        create_view(connection)
        assert connection.execute("SELECT * FROM fingerprints ORDER BY path").fetchall() == others
    assert len(others) > 3


def test_a_cache_of_an_older_version_has_the_view_too(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with sqlite3.connect(path, isolation_level=None) as connection:
        migrate(connection, MIGRATIONS[:1])
        columns = "path, size, mtime_ns, analyzer, analysis_version, worker_version, analysed_at"
        connection.execute(f"INSERT INTO tracks ({columns}) VALUES (x'2f61', 1, 2, 'worker', 1, '0', '')")
    before = path.read_bytes()
    with open_for_reading(path) as connection:
        create_view(connection)
        rows = connection.execute("SELECT path, path_bytes, size, audio_key FROM fingerprints").fetchall()
        assert rows == [("/a", b"/a", 1, None)]
    assert path.read_bytes() == before
