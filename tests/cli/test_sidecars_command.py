"""`auralis sidecars write` and `verify`: the files beside the music against the cache."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support.cache_commands import CacheCommands, numbered
from support.made_records import ANALYZER, EVERY_TAG, make_record, see, write_file

from auralis_cli.files.file_key import file_key
from auralis_cli.model.record import AnalyzerName, AnalyzerVersion
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.sidecars import Sidecars


@pytest.fixture
def library(tmp_path: Path) -> CacheCommands:
    commands = CacheCommands(tmp_path)
    commands.group = "sidecars"
    return commands


def edit(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def damage_all_ways(library: CacheCommands) -> dict[str, str]:
    """One sidecar of each fault; fault by name of the track."""
    library.add(*numbered(8), "sub/\udcff.flac", sidecar=True)
    write_file(library.music / "unknown.flac", b"never analysed")

    def place(number: int) -> Path:
        return library.music / f"{number}.flac.auralis.json"

    place(1).unlink()
    edit(place(2), fingerprint=make_record(lufs=-3.0).fingerprint)
    place(3).write_text("{")
    edit(place(4), format=3)
    edit(place(5), analysis_version=99)
    place(6).unlink()
    place(6).symlink_to(place(0))
    edit(place(7), source=json.loads(place(7).read_text())["source"] | {"size": 1})
    faults = {1: "missing", 2: "stale", 3: "unreadable", 4: "newer", 5: "newer", 6: "unreadable", 7: "stale"}
    return {f"{number}.flac": fault for number, fault in faults.items()}


def test_verify_tells_missing_stale_unreadable_and_newer_ones(library: CacheCommands) -> None:
    expected = damage_all_ways(library)
    found = library.json("verify", str(library.music), code=1)
    assert (found["ok"], found["tracks"], found["sound"]) == (False, 10, 2)
    told = {Path(each["path"]).name.removesuffix(".auralis.json"): each["fault"] for each in found["faults"]}
    assert told == expected
    text = library.run("verify", code=1).stdout
    assert "2 sidecars sound, 1 missing, 2 stale, 2 unreadable, 2 of a newer auralis" in text
    assert "'auralis sidecars write'" in text


def test_write_mends_all_but_the_newer_ones_and_verify_is_content(library: CacheCommands) -> None:
    damage_all_ways(library)
    os.utime(library.music / "0.flac.auralis.json", ns=(1, 1))
    done = library.json("write", str(library.music))
    assert (done["written"], done["same"], done["newer"], done["failed"]) == (5, 2, 2, 0)
    assert done["without_result"] == 1
    assert "2 sidecars, such as" in done["warnings"][0]
    assert (library.music / "0.flac.auralis.json").stat().st_mtime_ns == 1
    assert not (library.music / "6.flac.auralis.json").is_symlink()
    left = library.json("verify", str(library.music), code=1)["faults"]
    assert Counter(each["fault"] for each in left) == {"newer": 2}
    for number in (4, 5):
        (library.music / f"{number}.flac.auralis.json").unlink()
    assert library.json("write")["written"] == 2  # without a path: the scanned folders
    assert library.json("verify")["ok"]


def test_what_the_cache_says_is_written_to_a_mirror_and_of_both_analyzers(library: CacheCommands) -> None:
    tracks = library.add("a.flac", "b.flac")
    reference = AnalyzerVersion(AnalyzerName.REFERENCE, 3, "1")
    with Cache(library.cache, analyzer=AnalyzerName.REFERENCE) as cache:
        record = make_record(analyzer=reference)
        key = file_key(tracks[0].path, tracks[0].size)
        cache.note_result(tracks[0], key, record, reference, None)
    mirror = library.home / "mirror"
    flags = ("--sidecars", "mirror", "--sidecar-dir", str(mirror))
    assert library.json("write", str(library.music), *flags)["written"] == 3
    for name, expected in ((AnalyzerName.WORKER, make_record()), (AnalyzerName.REFERENCE, record)):
        assert Sidecars(SidecarMode.MIRROR, mirror, name).read(tracks[0]) == (expected, key)
    assert library.json("verify", str(library.music), *flags)["sound"] == 3


def test_a_changed_track_gets_no_sidecar_and_its_old_one_is_stale(library: CacheCommands) -> None:
    (track,) = library.add("a.flac", sidecar=True)
    write_file(Path(track.path), b"other audio")
    done = library.json("write", str(library.music))
    assert (done["written"], done["without_result"]) == (0, 1)
    (fault,) = library.json("verify", str(library.music), code=1)["faults"]
    assert (fault["fault"], fault["reason"]) == ("stale", "it is about the file as it was before")


def test_a_sidecar_of_format_1_without_the_audio_key_is_sound_and_renewed(library: CacheCommands) -> None:
    track = write_file(library.music / "a.flac")
    record = make_record(audio_key="0123456789abcdef" * 2, tags=EVERY_TAG)
    key = file_key(track.path, track.size)
    with Cache(library.cache) as cache:
        cache.note_result(see(library.music / "a.flac"), key, record, ANALYZER, None)
    library.sidecars.write(track, key, make_record())
    edit(library.music / "a.flac.auralis.json", format=1)
    assert library.json("verify", str(library.music))["sound"] == 1
    assert library.json("write", str(library.music))["written"] == 1
    assert library.sidecars.read(track) == (record, key)


def test_what_cannot_be_written_is_1_and_told_in_one_line(library: CacheCommands) -> None:
    library.add(*numbered(3))
    (library.home / "file").write_text("")
    flags = ("--sidecars", "mirror", "--sidecar-dir", str(library.home / "file"))
    done = library.json("write", str(library.music), *flags, code=1)
    assert done["failed"] == 3
    assert ["cannot write 3 sidecars" in warning for warning in done["warnings"]] == [True]


def test_unknown_paths_and_missing_caches_are_2(library: CacheCommands) -> None:
    for command in ("write", "verify"):
        assert "there is no cache" in library.run(command, str(library.music), code=2).stderr
    library.add("a.flac")
    for command in ("write", "verify"):
        assert library.json(command, str(library.home / "typo"), code=2)["refused"]
        assert "no sidecars" in library.run(command, "--sidecars", "none", code=2).stderr
