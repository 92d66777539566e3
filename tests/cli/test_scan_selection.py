"""What a scan takes: hidden names, ignore files, patterns, playlists, lists from other systems."""

from pathlib import Path

import pytest
from support.made_records import write_file
from support.scanned_library import ScannedLibrary, by_name, counts

from auralis_cli.commands.run_scan import run_scan
from auralis_cli.model.errors import ExitCode


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ScannedLibrary:
    return ScannedLibrary(tmp_path, capsys)


def test_two_dots_hide_nothing_and_one_dot_only_without_the_setting(library: ScannedLibrary) -> None:
    library.add("...And Justice for All/1.flac")
    library.add("..2.flac")
    library.add(".hidden.flac")
    library.add(".folder/3.flac")
    library.add("._2.flac")
    library.add(".Trash-1000/4.flac")
    assert counts(library.scan()) == {"analysed": 2, "skipped": 4}
    events = library.scan(settings=library.settings(hidden=True))
    assert counts(events) == {"analysed": 2, "cached": 2, "skipped": 2}
    assert by_name(events)["._2.flac"]["reason"] == "apple_double"
    assert by_name(events)[".Trash-1000"]["reason"] == "system_folder"


def test_an_ignore_file_leaves_out_and_says_what_it_left_out(library: ScannedLibrary) -> None:
    library.add("demos/1.flac")
    library.add("2.flac")
    (library.music / ".auralisignore").write_text("/demos/\n[a\n")
    events = library.scan()
    assert counts(events) == {"analysed": 1, "skipped": 1}
    assert by_name(events)["demos"]["reason"] == "ignored"
    assert "'[a' is not a pattern and leaves out nothing" in library.report


def test_a_typed_pattern_that_matches_nothing_is_a_warning(library: ScannedLibrary) -> None:
    library.add("Podcasts/1.flac")
    library.add("2.flac")
    settings = library.settings(exclude=("podcasts", "*.wma", "Podcasts/", "*/2.flac"))
    assert counts(library.scan(settings=settings, check_patterns=True)) == {"skipped": 2}
    warnings = [line.split(" matches")[0] for line in library.report.splitlines() if "warning" in line]
    assert warnings == ["  warning  --exclude 'podcasts'", "  warning  --exclude '*.wma'"]
    library.scan(settings=settings)
    assert "warning" not in library.report


def test_a_playlist_stands_for_its_tracks(library: ScannedLibrary, tmp_path: Path) -> None:
    library.add("1.flac")
    library.add("2 ü.flac")
    library.add("3.flac")
    lists = tmp_path / "lists"
    entries = (
        "..\\music\\1.flac\r\n../music/2%20%C3%BC.flac\r\nhttp://radio.example/x\r\n../music/gone.flac\r\n"
    )
    write_file(lists / "mine.m3u8", entries.encode())
    events = library.scan(lists / "mine.m3u8", code=ExitCode.SOME_FAILED)
    assert counts(events) == {"analysed": 2, "failed": 1}
    assert by_name(events)["gone.flac"]["error"]["code"] == "not_found"
    assert "1 of its entries are streams, not files" in library.report
    # A playlist within a folder is no track, and neither are its entries.
    assert counts(library.scan(lists)) == {}


def test_a_list_of_files_from_windows_may_name_playlists(library: ScannedLibrary, tmp_path: Path) -> None:
    library.add("1.flac")
    write_file(tmp_path / "mine.m3u", b"music/1.flac\n")
    files = write_file(tmp_path / "files.txt", b"\xef\xbb\xbf" + bytes(tmp_path / "mine.m3u") + b"\r\n")
    assert run_scan([], library.settings(), files_from=files.path) is ExitCode.OK
    assert library.capture.readouterr().err.startswith("1 track in ")
