"""One track for `show` and `compare`."""

import os
from pathlib import Path

import pytest
from support.scanned_library import ScannedLibrary

from auralis_cli.model.result import Status
from auralis_cli.scan.single_track import analyse_one


def test_who_may_only_read_the_cache_gets_what_it_knows_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's files of another user would lock the owner out."""
    library = ScannedLibrary(tmp_path, capsys)
    known = library.add("known.flac")
    library.scan()
    new = library.add("new.flac")
    before = sorted(os.listdir(library.cache.parent))
    cache = library.cache
    monkeypatch.setattr(os, "access", lambda place, mode: Path(place) != cache or not mode & os.W_OK)
    warnings: list[str] = []
    assert analyse_one(str(known), library.settings(), warnings.append).status is Status.CACHED
    assert warnings == []
    result = analyse_one(str(new), library.settings(), warnings.append, store=True)
    assert (result.status, result.record is None) == (Status.ANALYSED, False)
    assert warnings == [f"not stored: you may only read the cache {library.cache}"]
    assert sorted(os.listdir(library.cache.parent)) == before
