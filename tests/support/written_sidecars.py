"""Sidecars beside the music, as the tests write and read them."""

from pathlib import Path

from auralis_cli.files.file_key import file_key
from auralis_cli.model.record import Record, Track
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.sidecars import Sidecars


def beside() -> Sidecars:
    """As a new scan opens them."""
    return Sidecars(SidecarMode.BESIDE, None)


def write(track: Track, record: Record, sidecars: Sidecars | None = None) -> Path:
    """Writes a record beside its track, which must give no warning; where it lies."""
    sidecars = sidecars or beside()
    sidecars.write(track, file_key(track.path, track.size), record)
    assert sidecars.warnings == []
    return Path(sidecars.path_of(track.path) or "")
