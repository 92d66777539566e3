"""`auralis cache …` on a library of its own, run in this process."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
from typer.testing import CliRunner, Result

from auralis_cli.app import app
from auralis_cli.files.file_key import file_key
from auralis_cli.model.record import Track
from auralis_cli.render.json_schema import output_schemas
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.cache import Cache
from support.library import Library
from support.made_records import ANALYZER, make_record, write_file


def numbered(count: int, folder: str = "") -> list[str]:
    """Names of so many files."""
    return [f"{folder}{number}.flac" for number in range(count)]


class CacheCommands(Library):
    """A library with sidecars beside the music, and what each command says of its cache."""

    group = "cache"
    """Whose commands are run."""

    def __init__(self, home: Path) -> None:
        super().__init__(home, SidecarMode.BESIDE)

    def add(self, *names: str, root: Path | None = None, sidecar: bool = False) -> list[Track]:
        """Files with their rows, each file of a content of its own, as a scan of `root` leaves them."""
        tracks = []
        with Cache(self.cache) as cache:
            cache.note_roots([str(root or self.music)])
            for name in names:
                track = write_file((root or self.music) / name, name.encode(errors="surrogateescape"))
                key = file_key(track.path, track.size)
                cache.note_result(track, key, make_record(), ANALYZER, None)
                if sidecar:
                    self.sidecars.write(track, key, make_record())
                tracks.append(track)
        return tracks

    def run(self, *arguments: str, code: int = 0) -> Result:
        """`auralis GROUP ARGUMENTS`; fails the test on another exit code."""
        environment = {
            "AURALIS_CACHE": str(self.cache),
            "AURALIS_CONFIG": str(self.home / "none.toml"),
            "HOME": str(self.home),
        }
        done = CliRunner().invoke(app, [self.group, *arguments], env=environment)
        assert done.exit_code == code, f"{done.output}\n{done.exception!r}"
        return done

    def json(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """What it prints with --json, which must be as its schema says."""
        output: dict[str, Any] = json.loads(self.run(*arguments, "--json", code=code).stdout)
        jsonschema.Draft202012Validator(output_schemas()[f"{self.group} {arguments[0]}"]).validate(output)
        return output

    def age(self, days: int) -> None:
        """Makes all marks of missing files older."""
        since = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        with sqlite3.connect(self.cache) as connection:
            connection.execute("UPDATE tracks SET missing_since = ? WHERE missing_since NOT NULL", (since,))
