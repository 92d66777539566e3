"""The baseline: what is known stays known wherever the audio goes, and nothing else is."""

import json
from pathlib import Path

import pytest
from support.checked_tracks import album, track

from auralis_cli.check.baseline import read_baseline, write_baseline
from auralis_cli.check.finding import Finding
from auralis_cli.check.policy import Policies
from auralis_cli.check.track import Album, Track
from auralis_cli.check.verdict import Verdict, verdict
from auralis_cli.model.errors import ConfigError

LOUD = track("01.flac", true_peak_dbtp=0.8, content_key="aa")
DEAD = track("02.flac", channel_relation="left_dead", content_key="bb")


def judged(*albums: Album, baseline: Path | None = None) -> Verdict:
    known = None if baseline is None else read_baseline(str(baseline))
    return verdict(albums, Policies([]), known)


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_only_new_findings_fail(tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    first = judged(album([LOUD, DEAD]))
    assert (codes(first.new), first.fails) == (["C102", "S101"], True)
    assert write_baseline(str(file), first.new) == 2
    again = judged(album([LOUD, DEAD, track("03.flac", channel_relation="inverted")]), baseline=file)
    assert (codes(again.known), codes(again.new), again.fails) == (["C102", "S101"], ["S103"], True)
    assert not judged(album([LOUD, DEAD]), baseline=file).fails


def test_another_name_place_or_tag_stays_known_and_other_audio_is_new(tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    write_baseline(str(file), judged(album([DEAD])).new)
    moved = track("/elsewhere/b.flac", channel_relation="left_dead", content_key="bb", album="X", track=3)
    assert not judged(album([moved]), baseline=file).fails
    other = track("02.flac", channel_relation="left_dead", content_key="cc")
    assert judged(album([other]), baseline=file).fails


def test_more_missing_tracks_than_were_known_are_new(tmp_path: Path) -> None:
    def numbered(*numbers: int) -> Album:
        return album([track(f"{n}.flac", track=n, content_key=f"{n}") for n in numbers])

    file = tmp_path / "known.json"
    write_baseline(str(file), judged(numbered(1, 2, 3, 5)).new)
    assert codes(judged(numbered(1, 2, 3, 5), baseline=file).known) == ["A106"]
    assert codes(judged(numbered(1, 3, 5, 6), baseline=file).new) == ["A106"]


def test_failed_files_are_told_apart_by_name_and_album(tmp_path: Path) -> None:
    def failed(folder: str, name: str) -> Album:
        broken = Track(f"{folder}/{name}", error=("nothing_decoded", "nothing decodes"))
        return Album("Album", folder, [], failed=[broken])

    file = tmp_path / "known.json"
    write_baseline(str(file), judged(failed("/m/Album", "CD 1/\udce9.flac")).new)
    assert not judged(failed("/m/Album", "CD 1/\udce9.flac"), baseline=file).fails
    assert not judged(failed("/elsewhere/Album", "CD 1/\udce9.flac"), baseline=file).fails
    for folder, name in (
        ("/m/Album", "CD 1/\udcea.flac"),
        ("/m/Album", "CD 2/\udce9.flac"),
        ("/m/Other", "CD 1/\udce9.flac"),
    ):
        assert judged(failed(folder, name), baseline=file).fails


def test_the_file_can_be_reviewed_and_compared(tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    music = tmp_path / "Album"
    tracks = [
        track(str(music / "b\udce9.flac"), true_peak_dbtp=0.8, content_key="aa"),
        track(str(music / "a.flac"), channel_relation="left_dead", content_key="bb"),
    ]
    write_baseline(str(file), judged(album(tracks)).new)
    assert json.loads(file.read_text())["findings"] == [
        {
            "path": "Album/a.flac",
            "code": "S101",
            "message": "the left channel is silent from start to end",
            "key": "S101:bb",
        },
        {"path": "Album/b\\xe9.flac", "code": "C102", "message": "true peak +0.8 dBTP", "key": "C102:aa"},
    ]
    before = file.read_text()
    write_baseline(str(file), judged(album(tracks[::-1])).new)
    assert file.read_text() == before
    write_baseline(str(file), [])
    assert read_baseline(str(file)) == frozenset()


def test_what_is_no_baseline_is_neither_read_nor_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "song.flac"
    for content in (b"fLaC", b"[]", b'{"findings": []}', b'{"auralis_baseline": 1, "findings": [3]}'):
        file.write_bytes(content)
        with pytest.raises(ConfigError, match="cannot read the baseline"):
            read_baseline(str(file))
        with pytest.raises(ConfigError, match="cannot read the baseline"):
            write_baseline(str(file), [])
        assert file.read_bytes() == content
    file.write_bytes(b'{"auralis_baseline": 2, "findings": []}')
    with pytest.raises(ConfigError, match="newer auralis"):
        read_baseline(str(file))
    with pytest.raises(ConfigError, match="there is no baseline"):
        read_baseline(str(tmp_path / "none.json"))
    with pytest.raises(ConfigError, match="cannot write the baseline"):
        write_baseline(str(tmp_path / "no" / "known.json"), [])


def test_a_policy_may_name_a_baseline_in_its_folder(tmp_path: Path) -> None:
    music = tmp_path / "Album"
    music.mkdir()
    dead = track(str(music / "a.flac"), channel_relation="left_dead", content_key="bb")
    delivered = Album("Album", str(music), [dead])
    write_baseline(str(music / "known.json"), verdict([delivered], Policies([str(music)])).new)
    (music / "auralis.toml").write_text('baseline = "known.json"')
    assert not verdict([delivered], Policies([str(music)])).fails
    assert verdict([delivered], Policies([str(music)]), use_baselines=False).fails
    assert verdict([delivered], Policies([str(music)]), frozenset()).fails  # one that is given wins
    assert verdict([delivered], Policies([str(music)], isolated=True)).fails
    (music / "known.json").rename(tmp_path / "known.json")
    (music / "known.json").symlink_to(tmp_path / "known.json")
    with pytest.raises(ConfigError, match="symbolic link"):
        verdict([delivered], Policies([str(music)]))
