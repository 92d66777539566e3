"""The statements in SQL with which a `Cache` reads and writes its rows."""

from typing import Final

from auralis_cli.store.rows import HEADER_COLUMNS, ROW_COLUMNS
from auralis_cli.store.tag_columns import TAG_COLUMNS

UPSERT: Final = (
    f"INSERT INTO tracks ({', '.join(ROW_COLUMNS)}) VALUES ({', '.join('?' * len(ROW_COLUMNS))}) "
    f"ON CONFLICT (path, analyzer) DO UPDATE SET "
    f"{', '.join(f'{c} = excluded.{c}' for c in ROW_COLUMNS[1:])}, missing_since = NULL"
)
MOVE: Final = (
    "UPDATE OR REPLACE tracks SET path = ?, size = ?, mtime_ns = ?, ctime_ns = ?, inode = ?, file_key = ?, "
    "missing_since = NULL WHERE path = ? AND analyzer = ?"
)
STAMPS: Final = (
    "SELECT path, size, mtime_ns, ctime_ns FROM (SELECT path, analyzer, analysis_version, size, mtime_ns, "
    "ctime_ns, error_code, missing_since, tags_read FROM tracks WHERE path BETWEEN ? AND ? "
    "ORDER BY path LIMIT ?) WHERE analyzer = ? AND analysis_version BETWEEN ? AND ? AND error_code IS NULL "
    "AND missing_since IS NULL AND (tags_read IS NOT NULL OR NOT ?)"
)
NOTE_TAGS: Final = (
    f"UPDATE tracks SET {', '.join(f'{name} = ?{n}' for n, name in enumerate(TAG_COLUMNS, 3))} "
    "WHERE path = ?1 AND analyzer = ?2"
)
BY_FILE_KEY: Final = (
    f"SELECT {HEADER_COLUMNS} FROM tracks WHERE file_key = ? AND analyzer = ? AND typeof(path) = 'blob' "
    "LIMIT ?"
)
BY_INODE: Final = BY_FILE_KEY.replace("file_key = ?", "inode = ?")
NOTE_ROOT: Final = "INSERT OR IGNORE INTO roots (path, first_scanned_at) VALUES (?, ?)"
