"""`auralis scan` over cold, warm, changed, moved, broken and missing files, against a scripted worker."""

import json
import os
from pathlib import Path

import pytest
from support.scanned_library import ScannedLibrary, by_name, counts

from auralis_cli.commands.run_scan import run_scan
from auralis_cli.model.errors import AuralisError, ExitCode, WorkerUnavailableError
from auralis_cli.settings.values import SidecarMode


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ScannedLibrary:
    return ScannedLibrary(tmp_path, capsys)


def test_cold_warm_changed_and_moved_files_are_counted_right(library: ScannedLibrary) -> None:
    paths = [library.add(f"{number}.flac") for number in range(6)]
    assert counts(library.scan()) == {"analysed": 6}
    assert counts(library.scan()) == {"cached": 6}
    assert len(library.worker.started()) == 6
    library.add("0.flac", "ok", size=400)
    os.utime(paths[1], ns=(1, 1))
    moved = paths[2].rename(library.music / "renamed.flac")
    library.add("new.flac")
    events = library.scan()
    assert counts(events) == {"analysed": 2, "cached": 4, "moved": 1}
    assert by_name(events)["renamed.flac"]["from"] == str(paths[2])
    assert library.worker.started()[6:] in (["0.flac", "new.flac"], ["new.flac", "0.flac"])
    assert counts(library.scan()) == {"cached": 7}
    assert moved.exists()


def test_a_final_failure_is_remembered_and_a_passing_one_is_not(library: ScannedLibrary) -> None:
    library.add("broken.flac", "fail skip")
    library.add("crash.flac", "crash")
    library.add("away.flac", "fail retry")
    library.scan(code=ExitCode.SOME_FAILED)
    events = library.scan(code=ExitCode.SOME_FAILED)  # away.flac, which is not remembered
    known = {name: event["error"]["known"] for name, event in by_name(events).items()}
    assert known == {"broken.flac": True, "crash.flac": True, "away.flac": False}
    started = library.worker.started()
    assert (started.count("broken.flac"), started.count("crash.flac")) == (1, 2)
    assert started.count("away.flac") == 2
    assert "3 failed (2 known from before)" in library.report


def test_a_film_is_skipped_and_remembered_until_it_is_wanted(library: ScannedLibrary) -> None:
    film = library.add("film.mkv", "film")
    library.add("song.mkv")
    events = library.scan()
    assert counts(events) == {"analysed": 1, "skipped": 1}
    assert (by_name(events)["film.mkv"]["reason"], by_name(events)["film.mkv"]["error"]) == ("video", None)
    assert counts(library.scan()) == {"cached": 1, "skipped": 1}
    assert sorted(library.worker.started()) == ["film.mkv", "song.mkv"]
    assert counts(library.scan(dry_run=True)) == {"cached": 1, "skipped": 1}
    assert counts(library.scan(film, library.music)) == {"cached": 1, "skipped": 2}
    assert counts(library.scan(settings=library.settings(video=True))) == {"analysed": 1, "cached": 1}
    # What is known of it is shown from now on.
    assert counts(library.scan()) == {"cached": 2}


def test_a_film_that_is_named_is_a_track(library: ScannedLibrary) -> None:
    film = library.add("film.mkv", "film")
    assert counts(library.scan()) == {"skipped": 1}
    assert counts(library.scan(film)) == {"analysed": 1}


def test_a_result_that_cannot_be_is_told_at_every_scan_and_no_value_of_it_is_stored(
    library: ScannedLibrary,
) -> None:
    track = library.add("a.flac", 'value {"stereo_width": 1.5}')
    settings = library.settings(sidecars=SidecarMode.BESIDE)
    for known in (False, True):
        code = ExitCode.OK if known else ExitCode.SOME_FAILED
        event = by_name(library.scan(code=code, settings=settings))["a.flac"]
        assert (event["error"]["code"], event["error"]["known"]) == ("invalid_result", known)
        assert event["fingerprint"] is None
        assert "stereo_width is 1.5, outside its range" in library.report
    assert os.listdir(library.music) == [track.name]
    assert library.worker.started().count("a.flac") == 2


def test_rescan_analyses_everything_again(library: ScannedLibrary) -> None:
    library.add("a.flac")
    library.scan()
    assert counts(library.scan(rescan=True)) == {"analysed": 1}


def test_a_file_that_changes_while_it_is_analysed_is_analysed_once_more(library: ScannedLibrary) -> None:
    path = library.add("growing.flac", f"grow-once {library.music.parent / 'grown'}")
    assert counts(library.scan()) == {"analysed": 1}
    assert library.worker.started() == [path.name, path.name]
    assert counts(library.scan()) == {"cached": 1}


def test_a_file_that_keeps_changing_fails_and_is_not_remembered(library: ScannedLibrary) -> None:
    library.add("growing.flac", "grow")
    for _ in range(2):
        events = library.scan(code=ExitCode.SOME_FAILED)
        error = by_name(events)["growing.flac"]["error"]
        assert (error["code"], error["known"]) == ("changed_during_analysis", False)


def test_a_file_removed_during_its_analysis_fails_as_not_found(library: ScannedLibrary) -> None:
    library.add("vanishing.flac", "remove")
    events = library.scan(code=ExitCode.SOME_FAILED)
    assert by_name(events)["vanishing.flac"]["error"]["code"] == "not_found"


def test_a_named_file_that_is_missing_fails_and_the_rest_is_done(library: ScannedLibrary) -> None:
    library.add("here.flac")
    events = library.scan(library.music, library.music / "gone.flac", code=ExitCode.BROKEN)
    assert counts(events) == {"analysed": 1, "failed": 1}
    assert by_name(events)["gone.flac"]["error"]["code"] == "not_found"


def test_sidecars_fill_a_lost_cache_without_analysis(library: ScannedLibrary) -> None:
    library.add("a.flac")
    settings = library.settings(sidecars=SidecarMode.BESIDE)
    library.scan(settings=settings)
    assert (library.music / "a.flac.auralis.json").exists()
    library.cache.unlink()
    assert counts(library.scan(settings=settings)) == {"cached": 1}
    assert library.worker.started() == ["a.flac"]


def test_a_dry_run_lists_what_would_be_done_and_writes_nothing(library: ScannedLibrary) -> None:
    library.add("a.flac")
    settings = library.settings(sidecars=SidecarMode.BESIDE)
    events = library.scan(settings=settings, dry_run=True)
    track = by_name(events)["a.flac"]
    assert (track["status"], track["fingerprint"]) == ("analysed", None)
    assert "1 to be analysed" in library.report
    assert not library.cache.parent.exists()
    library.scan(settings=settings)
    (library.music / "a.flac").rename(library.music / "b.flac")
    before = sorted(path.name for path in library.music.iterdir()), library.cache.read_bytes()
    assert counts(library.scan(settings=settings, dry_run=True)) == {"moved": 1}
    assert (sorted(path.name for path in library.music.iterdir()), library.cache.read_bytes()) == before
    assert library.worker.started() == ["a.flac"]


def test_a_stopped_run_keeps_its_results_and_says_that_it_was_cut_short(
    library: ScannedLibrary, capsys: pytest.CaptureFixture[str]
) -> None:
    library.add("good.flac", size=900)
    library.add("stop.flac")
    with pytest.raises(WorkerUnavailableError, match="stopped by fp-worker"):
        run_scan([str(library.music)], library.settings(jobs=1), json=True)
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (summary["analysed"], summary["interrupted"]) == (1, True)
    (library.music / "stop.flac").unlink()
    assert counts(library.scan()) == {"cached": 1}


def test_a_cache_that_cannot_be_opened_ends_the_run_with_a_message(library: ScannedLibrary) -> None:
    library.cache.parent.mkdir()
    library.cache.write_bytes(b"not a database at all" * 100)
    with pytest.raises(AuralisError, match="not an auralis cache"):
        run_scan([str(library.music)], library.settings(), quiet=True)


def test_a_cache_deleted_during_a_scan_costs_no_result(library: ScannedLibrary) -> None:
    for number in range(12):
        library.add(f"{number}.flac", "slow 0.2", size=1000 - number)
    library.add("b.flac", f"remove-others {library.cache}", size=500)
    for number in range(12, 24):
        library.add(f"{number}.flac", size=400)
    assert counts(library.scan(settings=library.settings(jobs=1))) == {"analysed": 25}
    assert "was moved or deleted during the scan" in library.report
    assert counts(library.scan()) == {"cached": 25}
