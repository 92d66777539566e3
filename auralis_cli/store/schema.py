"""The cache's schema: made version by version, each in one transaction, and checked when a file is opened."""

import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from auralis_cli.model.dimensions import keys
from auralis_cli.store.connection import snapshot, transaction

APPLICATION_ID: Final = 0x4155524C
"""`AURL` in the database header shows that a SQLite file is a cache of auralis."""


def create_tracks(connection: sqlite3.Connection) -> None:
    """Version 1. One row per path: the look-up's columns first, since SQLite reads a row from its start.

    A row is a record (the 25 values, `nulls`, `details`, `warnings`) or a failure (`error_code`,
    `error_message`, `depends_on_ffmpeg`). `missing_since`: when the file was first found gone.
    """
    values = ", ".join(f'"{key}" REAL' for key in keys())
    connection.execute(
        f"""
        CREATE TABLE tracks (
            path BLOB PRIMARY KEY NOT NULL,
            size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            file_key TEXT,
            analyzer TEXT NOT NULL,
            analysis_version INTEGER NOT NULL,
            worker_version TEXT NOT NULL,
            ffmpeg TEXT,
            error_code TEXT,
            error_message TEXT,
            depends_on_ffmpeg INTEGER NOT NULL DEFAULT 0,
            missing_since TEXT,
            analysed_at TEXT NOT NULL,
            content_key TEXT,
            {values},
            nulls TEXT,
            details TEXT,
            warnings TEXT
        )
        """
    )
    connection.execute("CREATE INDEX tracks_by_file_key ON tracks (file_key)")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def key_by_analyzer(connection: sqlite3.Connection) -> None:
    """Version 2. One row per path and analyzer, so that a rollback to the reference overwrites nothing.

    Copied into a new table, because SQLite cannot change a primary key.
    """
    described = connection.execute("PRAGMA table_info(tracks)").fetchall()
    columns = ", ".join(f'"{name}"' for _, name, *_ in described)
    definitions = ", ".join(map(_definition, described))
    connection.execute(f"CREATE TABLE tracks_2 ({definitions}, PRIMARY KEY (path, analyzer))")
    connection.execute(f"INSERT INTO tracks_2 ({columns}) SELECT {columns} FROM tracks")
    connection.execute("DROP TABLE tracks")
    connection.execute("ALTER TABLE tracks_2 RENAME TO tracks")
    connection.execute("CREATE INDEX tracks_by_file_key ON tracks (file_key, analyzer)")


def index_stamps(connection: sqlite3.Connection) -> None:
    """Version 3. An index of all that a scan of unchanged files reads: a tenth of the size of the rows."""
    connection.execute(
        "CREATE INDEX tracks_by_path "
        "ON tracks (path, analyzer, analysis_version, size, mtime_ns, error_code, missing_since)"
    )


def create_roots(connection: sqlite3.Connection) -> None:
    """Version 4. The folders that were scanned: while one is absent, as a drive may be, its rows stay."""
    connection.execute("CREATE TABLE roots (path BLOB PRIMARY KEY NOT NULL, first_scanned_at TEXT NOT NULL)")


def add_identity(connection: sqlite3.Connection) -> None:
    """Version 5. More of what tells whether a file is the same; NULL in the rows of before.

    `ctime_ns` as in `Track`; `inode` as in `Track`, less 2^64 from 2^63 on, because SQLite's numbers have a
    sign; `audio_key` as in `Record`. The index of a scan of unchanged files gets `ctime_ns`.
    """
    for column in ("ctime_ns INTEGER", "inode INTEGER", "audio_key TEXT"):
        connection.execute(f"ALTER TABLE tracks ADD COLUMN {column}")
    connection.execute("DROP INDEX tracks_by_path")
    connection.execute(
        "CREATE INDEX tracks_by_path "
        "ON tracks (path, analyzer, analysis_version, size, mtime_ns, ctime_ns, error_code, missing_since)"
    )
    connection.execute("CREATE INDEX tracks_by_inode ON tracks (inode, analyzer)")
    connection.execute("CREATE INDEX tracks_by_audio_key ON tracks (audio_key, analyzer)")


def add_tags(connection: sqlite3.Connection) -> None:
    """Version 6. The tags of each file; `tags_read` is NULL in the rows of before: nobody has read them.

    The index of a scan of unchanged files gets that mark, so that it finds those without reading a row.
    """
    numbers = ("track", "track_total", "disc", "disc_total", "compilation")
    ids = ("recording", "track", "album", "artist", "album_artist", "release_group")
    columns = [f"{name} TEXT" for name in ("title", "artist", "album_artist", "album", "genre", "date")]
    columns += [f"{name} INTEGER" for name in numbers]
    columns += ["isrc TEXT", *(f"musicbrainz_{name}_id TEXT" for name in ids), "tags_read INTEGER"]
    for column in columns:
        connection.execute(f"ALTER TABLE tracks ADD COLUMN {column}")
    connection.execute("DROP INDEX tracks_by_path")
    connection.execute(
        "CREATE INDEX tracks_by_path ON tracks (path, analyzer, analysis_version, size, mtime_ns, ctime_ns, "
        "error_code, missing_since, tags_read)"
    )


def add_acoustic_hashes(connection: sqlite3.Connection) -> None:
    """Version 7. How audio sounds, and which stretches two of them share: what `duplicates` has found out.

    Both belong to the audio, by its content key, whatever its files are called. `stretches` is JSON.
    """
    connection.execute(
        "CREATE TABLE acoustic_hashes "
        "(content_key TEXT PRIMARY KEY NOT NULL, hash_version INTEGER NOT NULL, words BLOB NOT NULL)"
    )
    connection.execute(
        "CREATE TABLE acoustic_matches (first TEXT NOT NULL, second TEXT NOT NULL, "
        "match_version INTEGER NOT NULL, stretches TEXT NOT NULL, PRIMARY KEY (first, second)) WITHOUT ROWID"
    )


def add_source(connection: sqlite3.Connection) -> None:
    """Version 8. `source`: `Track.version` of a track whose path is a URL; NULL for files."""
    connection.execute("ALTER TABLE tracks ADD COLUMN source TEXT")


def _definition(column: tuple[int, str, str, int, str | None, int]) -> str:
    """A column as `PRAGMA table_info` describes it, in SQL; the primary key is left to the table."""
    _, name, kind, required, default, _ = column
    return f'"{name}" {kind}{" NOT NULL" * required}' + ("" if default is None else f" DEFAULT {default}")


MIGRATIONS: Final[Sequence[Callable[[sqlite3.Connection], None]]] = (
    create_tracks,
    key_by_analyzer,
    index_stamps,
    create_roots,
    add_identity,
    add_tags,
    add_acoustic_hashes,
    add_source,
)
"""Step n makes version n + 1 of version n. A step that has been released is never changed."""

DATABASE_VERSION: Final = len(MIGRATIONS)


class NewerSchemaError(Exception):
    """The database has a version that this program does not know."""


def migrate(
    connection: sqlite3.Connection, steps: Sequence[Callable[[sqlite3.Connection], None]] = MIGRATIONS
) -> None:
    """Brings a database (in autocommit mode) up to date. Two processes may do so at once.

    Raises NewerSchemaError, having changed nothing, when it is ahead of `steps`. A step that fails leaves the
    version before it. Afterwards the connection knows the current schema, whoever made it.
    """
    while (version := schema_version(connection)) != len(steps):
        if version > len(steps):
            raise NewerSchemaError(str(version))
        with transaction(connection):
            version = schema_version(connection)  # another process may have migrated while this one waited
            if version < len(steps):
                steps[version](connection)
                connection.execute(f"PRAGMA user_version = {version + 1}")
    _refresh_schema(connection)


def _refresh_schema(connection: sqlite3.Connection) -> None:
    """Makes the connection parse the schema again if another process has changed it.

    SQLite compiles each statement against the schema that the connection parsed last. It compares that with
    the file only when a statement on a table *runs*: any SELECT from a table does so, BEGIN IMMEDIATE and
    PRAGMA user_version do not. An ON CONFLICT clause that fits the tables of the file, but not those parsed
    last, is an error already when it is compiled.

    Once is enough, even if a newer auralis migrates the cache during a scan: our statements compile against
    the schema that they were written for, and SQLite compiles them anew when they run.
    """
    connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()


def schema_version(connection: sqlite3.Connection) -> int:
    """The database's version; 0 when new."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def schema_mismatch(connection: sqlite3.Connection) -> str | None:
    """How the schema differs from that of the version which the file states, in words; None if it does not.

    It must have the tables of auralis, with their columns and not as views or virtual tables, and no trigger.
    Other views, indexes, tables and columns, which the user has added, are allowed: nothing of auralis reads
    them. A column has to be one that new rows may leave out, and that is stored, not computed.
    """
    with snapshot(connection):  # another process may be migrating the file
        version = schema_version(connection)
        trigger = trigger_in(connection)
        tables = _tables(connection)
    if trigger is not None:
        return f"it has the trigger {trigger!r}"
    if version > len(MIGRATIONS):
        return None  # a newer auralis made it: this one does not know its schema
    for name, columns in _expected_tables(version).items():
        there = tables.get(name, ())
        added = [column for column in there if column not in columns]
        if len(there) - len(added) != len(columns) or not all(map(_may_be_left_out, added)):
            return f"its table {name!r} is not the one of version {version}"
    return None


def trigger_in(connection: sqlite3.Connection) -> str | None:
    """The name of a trigger, None if there is none. One would run with each row that auralis writes."""
    found = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchone()
    return None if found is None else str(found[0])


Columns = tuple[tuple[object, ...], ...]


def _may_be_left_out(column: tuple[object, ...]) -> bool:
    _, _, required, default, key, hidden = column
    return not key and not hidden and (not required or default is not None)


def _tables(connection: sqlite3.Connection) -> dict[str, Columns]:
    """Columns by table: name, type, not null, default, place in the key, hidden."""
    found = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "AND sql NOT LIKE 'CREATE VIRTUAL%'"
    ).fetchall()
    query = 'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?)'
    return {name: tuple(connection.execute(query, (name,)).fetchall()) for (name,) in found}


@cache
def _expected_tables(version: int) -> dict[str, Columns]:
    """The tables that the migrations up to this version make."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, MIGRATIONS[:version])
        return _tables(connection)
