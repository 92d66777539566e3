"""`auralis scan` after a tag editor: values stay, whatever else it did to the files."""

import sqlite3
from pathlib import Path

import pytest
from support.scanned_library import ScannedLibrary, by_name, counts

from auralis_cli.settings.values import SidecarMode


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ScannedLibrary:
    return ScannedLibrary(tmp_path, capsys)


def test_retagged_tracks_are_told_apart_from_changed_and_renamed_ones(library: ScannedLibrary) -> None:
    for number in range(6):
        library.add(f"{number}.flac", f'value {{"lufs": -{number + 1}}}')
    library.scan()
    library.retag("0.flac", "title=Zero")
    library.retag("1.flac", "title=One", "Artist/Album/01 One.flac")
    library.add("2.flac", 'value {"lufs": -20}')
    (library.music / "3.flac").rename(library.music / "three.flac")
    events = library.scan()
    tracks = by_name(events)
    assert counts(events) == {"analysed": 1, "cached": 2, "moved": 1, "retagged": 2}
    assert {name: track["fingerprint"]["lufs"] for name, track in tracks.items()} == {
        "0.flac": -1.0,
        "01 One.flac": -2.0,
        "2.flac": -20.0,
        "three.flac": -4.0,
        "4.flac": -5.0,
        "5.flac": -6.0,
    }
    assert (tracks["0.flac"]["status"], tracks["0.flac"]["from"]) == ("retagged", None)
    assert tracks["01 One.flac"]["status"] == "retagged"
    assert tracks["01 One.flac"]["from"] == str(library.music / "1.flac")
    assert library.worker.started().count("2.flac") == 2
    assert len(library.worker.started()) == 7
    assert "1 analysed, 2 cached, 1 moved, 2 retagged" in library.report
    assert "2 tracks have new tags and kept their values" in library.report
    assert counts(library.scan()) == {"cached": 6}


def test_a_retagged_track_gets_its_sidecar_anew(library: ScannedLibrary) -> None:
    settings = library.settings(sidecars=SidecarMode.BESIDE)
    library.add("a.flac", 'value {"lufs": -7}')
    library.scan(settings=settings)
    library.retag("a.flac", "title=A")
    assert counts(library.scan(settings=settings)) == {"retagged": 1}
    library.cache.unlink()  # the sidecar alone knows it now
    assert counts(library.scan(settings=settings)) == {"cached": 1}
    assert library.worker.started() == ["a.flac"]


def test_a_dry_run_says_which_tracks_may_be_known_by_their_audio(library: ScannedLibrary) -> None:
    library.add("a.flac")
    library.add("b.flac")
    library.scan()
    library.retag("a.flac", "title=A")
    events = library.scan(dry_run=True)
    assert counts(events) == {"analysed": 1, "cached": 1}
    assert "perhaps 1 of those to be analysed; a scan knows them by their audio" in library.report
    assert library.worker.probed() == []


def test_a_worker_lost_in_a_probe_costs_one_analysis(library: ScannedLibrary) -> None:
    """The analysis tells what is wrong with the file: here nothing."""
    library.add("bad.flac", "probe-crash")
    library.add("good.flac")
    library.scan()
    library.retag("bad.flac", "title=Bad")
    library.retag("good.flac", "title=Good")
    assert counts(library.scan()) == {"analysed": 1, "retagged": 1}
    assert library.worker.started().count("bad.flac") == 2


def test_rows_without_audio_keys_are_analysed_again(library: ScannedLibrary) -> None:
    """As an older auralis has left them, or of a format that has none."""
    library.add("a.flac")
    library.add("b.ape", "no key")
    library.scan()
    with sqlite3.connect(library.cache) as connection:
        connection.execute("UPDATE tracks SET audio_key = NULL")
    for name in ("a.flac", "b.ape"):
        library.retag(name, "title=A")
    assert counts(library.scan()) == {"analysed": 2}
    assert library.worker.probed() == []


def test_a_rescan_analyses_retagged_tracks(library: ScannedLibrary) -> None:
    library.add("a.flac")
    library.scan()
    library.retag("a.flac", "title=A")
    assert counts(library.scan(rescan=True)) == {"analysed": 1}
    assert library.worker.probed() == []
