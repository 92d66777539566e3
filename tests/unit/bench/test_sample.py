"""Which tracks a bench takes."""

import wave
from pathlib import Path

import pytest

from auralis_cli.bench import sample
from auralis_cli.bench.sample import sampled_tracks, spread_evenly
from auralis_cli.bench.synthetic_tracks import write_synthetic_tracks
from auralis_cli.files.selection import Selection
from auralis_cli.model.errors import ConfigError
from auralis_cli.model.record import Track


def names(tracks: list[Track]) -> list[str]:
    return [Path(track.path).name for track in tracks]


@pytest.mark.parametrize(("limit", "expected"), [(1, [50]), (2, [25, 75]), (4, [12, 37, 62, 87])])
def test_a_limit_takes_tracks_at_equal_distances(limit: int, expected: list[int]) -> None:
    tracks = [Track(f"/{number}", 1, 1) for number in range(100)]
    assert [int(track.path[1:]) for track in spread_evenly(tracks, limit)] == expected


@pytest.mark.parametrize("limit", range(1, 12))
def test_a_limit_takes_so_many_different_tracks(limit: int) -> None:
    tracks = [Track(f"/{number}", 1, 1) for number in range(10)]
    assert len(set(spread_evenly(tracks, limit))) == min(limit, 10)


@pytest.mark.parametrize("installed", [True, False])
def test_without_paths_a_checkout_takes_its_fixtures(
    fixture_audio: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, installed: bool
) -> None:
    checkout = fixture_audio.parent.parent
    monkeypatch.setattr(sample, "PACKAGE", (tmp_path if installed else checkout) / "auralis_cli")
    monkeypatch.chdir(checkout if installed else tmp_path)
    with sampled_tracks([], Selection(), None) as tracks:
        assert {Path(track.path).parent for track in tracks} == {fixture_audio}
        assert len(tracks) > 5


def test_without_fixtures_it_makes_tracks_of_its_own_and_removes_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sample, "PACKAGE", tmp_path / "auralis_cli")
    monkeypatch.chdir(tmp_path)
    with sampled_tracks([], Selection(), None) as tracks:
        assert names(tracks) == ["synthetic-1.wav", "synthetic-2.wav", "synthetic-3.wav"]
        folder = Path(tracks[0].path).parent
        with wave.open(tracks[0].path) as file:
            assert (file.getnframes() / file.getframerate(), file.getnchannels()) == (20, 2)
    assert not folder.exists()


def test_its_own_tracks_are_always_the_same_and_all_different(tmp_path: Path) -> None:
    contents = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        write_synthetic_tracks(tmp_path / name)
        contents.append([path.read_bytes() for path in sorted((tmp_path / name).iterdir())])
    assert contents[0] == contents[1]
    assert len(set(contents[0])) == 3


def test_a_path_that_is_not_there_and_a_folder_without_audio_are_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(ConfigError, match=r"cannot find .*absent"),
        sampled_tracks([str(tmp_path / "absent")], Selection(), None),
    ):
        pass
    with (
        pytest.raises(ConfigError, match="no audio file found"),
        sampled_tracks([str(tmp_path)], Selection(), None),
    ):
        pass
