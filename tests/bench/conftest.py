"""What both benches measure on: one library of many files, and one cache that knows them all."""

from pathlib import Path

import pytest
from support.large_library import TRACKS, fill_cache, tracks_of, write_files


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_files(tmp_path_factory.mktemp("library"), TRACKS)


@pytest.fixture(scope="session")
def full_cache(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_cache(tmp_path_factory.mktemp("cache") / "cache.db", tracks_of(library))
