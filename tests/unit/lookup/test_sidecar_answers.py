"""Sidecars in the look-up: they fill the cache, follow moved files, and never overrule a row."""

from pathlib import Path

import msgspec
import pytest
from support.library import Library
from support.made_records import ANALYZER, make_record

from auralis_cli.files.file_key import file_key
from auralis_cli.lookup.results import Hit, Miss, Moved
from auralis_cli.settings.values import SidecarMode


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path, SidecarMode.BESIDE)


def test_a_sidecar_fills_the_cache_without_analysis(library: Library) -> None:
    track, record = library.write("a.flac"), make_record()
    library.sidecars.write(track, file_key(track.path, track.size), record)
    assert library.look_up("a.flac") == [Hit(track, record)]
    Path(library.sidecars.path_of(track.path) or "").unlink()
    assert library.look_up("a.flac") == [Hit(track, record)]


def test_a_row_wins_over_a_sidecar(library: Library) -> None:
    track = library.analyse("a.flac", make_record(lufs=-9.0))
    library.sidecars.write(track, file_key(track.path, track.size), make_record(lufs=-19.0))
    (answer,) = library.look_up("a.flac")
    assert isinstance(answer, Hit)
    assert answer.record is not None
    assert answer.record.fingerprint["lufs"] == -9.0


def test_a_sidecar_of_another_analysis_version_does_not_answer(library: Library) -> None:
    track = library.write("a.flac")
    older = msgspec.structs.replace(ANALYZER, analysis_version=ANALYZER.analysis_version - 1)
    library.sidecars.write(track, file_key(track.path, track.size), make_record(analyzer=older))
    assert library.kinds("a.flac") == [Miss]


def test_a_folder_moved_with_its_sidecars_counts_as_moved(library: Library) -> None:
    record = make_record()
    old = library.analyse("a/1.flac", record)
    library.sidecars.write(old, file_key(old.path, old.size), record)
    (library.music / "a").rename(library.music / "b")
    assert library.look_up("b/1.flac") == [Moved(library.see("b/1.flac"), record, old.path)]
    assert library.headers(old) == {}


def test_a_sidecar_cannot_claim_the_row_of_other_content(library: Library) -> None:
    victim = library.analyse("victim.flac", make_record(lufs=-9.0), b"audio")
    key = file_key(victim.path, victim.size)
    (library.music / "victim.flac").unlink()  # its disk is not mounted
    track = library.write("new.flac", b"other")
    library.sidecars.write(track, key, make_record(lufs=-19.0))
    assert library.kinds("new.flac") == [Hit]
    assert victim.path in library.headers(victim)


def test_a_moved_file_gets_its_sidecar_at_the_new_place(library: Library) -> None:
    record = make_record()
    library.analyse("a.flac", record)
    (library.music / "a.flac").rename(library.music / "b.flac")
    assert library.kinds("b.flac") == [Moved]
    found = library.sidecars.read(library.see("b.flac"))
    assert found is not None
    assert found[0] == record
