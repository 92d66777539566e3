"""The loudness of an album, the gains of players, and what stands out."""

import math

import pytest
from support.checked_tracks import album, track

from auralis_cli.check.album_loudness import album_loudness
from auralis_cli.check.album_view import Gains, gains_of, view
from auralis_cli.check.outliers import robust_scores
from auralis_cli.check.track import Track


def of_blocks(*blocks: tuple[float, int]) -> Track:
    return Track("/m/a.flac", blocks=blocks)


def test_album_loudness_is_the_mean_power_of_all_blocks_and_not_of_the_tracks() -> None:
    # Tech 3341, case 1 twice over: a tone of -23 LUFS stays -23 LUFS, however it is cut.
    assert album_loudness([of_blocks((-23.0, 10)), of_blocks((-23.0, 190))]) == pytest.approx(-23.0, abs=1e-9)
    # 1 block of -10 and 3 of -16 LUFS: 10 log10 of (0.1 + 3 · 0.02512) / 4.
    both = album_loudness([of_blocks((-10.0, 1)), of_blocks((-16.0, 3))])
    assert both == pytest.approx(10 * math.log10((10**-1.0 + 3 * 10**-1.6) / 4), abs=1e-9)


def test_a_soft_track_is_gated_as_within_one_programme() -> None:
    # Tech 3341, case 3: -36, -23 and -36 LUFS for 10, 60 and 10 s read -23 LUFS: 10 LU down do not count.
    tracks = [of_blocks((-36.0, 100)), of_blocks((-23.0, 600)), of_blocks((-36.0, 100))]
    assert album_loudness(tracks) == pytest.approx(-23.0, abs=0.1)


def test_what_cannot_be_heard_has_no_loudness() -> None:
    assert album_loudness([]) is None
    assert album_loudness([of_blocks()]) is None


def test_gains_lead_to_the_reference_levels() -> None:
    # -11.0 LUFS: 7 dB down to -18, 12 dB down to -23, which is 12 · 256 in Q7.8.
    assert gains_of(-11.0, 0.0) == Gains(-7.0, 1.0, -7.0, -3072)
    # -30.0 LUFS with a peak of -6 dBTP: 12 dB up would reach +6 dBTP, so 5 dB are the most.
    assert gains_of(-30.0, -6.0) == Gains(12.0, 10 ** (-6 / 20), 5.0, 1792)
    assert gains_of(-30.0, None) == Gains(12.0, None, 12.0, 1792)
    assert gains_of(None, -90.0) == Gains()
    assert gains_of(300.0, None).r128_q7_8 == -32768  # what 16 bits hold


def test_what_stands_out_is_marked_by_its_column() -> None:
    tracks = [track(f"{n}.flac", tempo_bpm=120.0 + n) for n in range(7)]
    tracks.append(
        track("8.flac", lufs=-30.0, tempo_bpm=122.0, spectral_centroid=9_000.0, true_peak_dbtp=-14.0)
    )
    shown = view(album(tracks))
    assert shown.tracks[-1].standing_out == {"lufs", "spectral_centroid", "true_peak_dbtp"}
    assert not any(each.standing_out for each in shown.tracks[:-1])
    assert shown.lufs == pytest.approx(-14.0, abs=0.01)
    assert shown.true_peak_dbtp == -1.8
    assert not any(each.standing_out for each in view(album(tracks[3:])).tracks)  # too few to say


def test_tracks_are_shown_as_they_are_played() -> None:
    given = [track("a.flac", track=2, disc=2), track("b.flac", track=10), track("c.flac", track=9, disc=1)]
    assert [each.track.name for each in view(album(given)).tracks] == ["c.flac", "b.flac", "a.flac"]
    given.append(track("d.flac"))  # without a number: by path, all of them
    assert [each.track.name for each in view(album(given)).tracks] == ["a.flac", "b.flac", "c.flac", "d.flac"]


def test_robust_scores_are_those_of_the_definition() -> None:
    # Iglewicz and Hoaglin: 0.6745 |x - median| / MAD; median 3, MAD 1.
    assert robust_scores([1.0, 2.0, 3.0, 4.0, 103.0], 0.0) == [1.349, 0.6745, 0.0, 0.6745, 67.45]
    assert robust_scores([5.0] * 5 + [5.1], 0.5) == pytest.approx([0.0] * 5 + [0.6745 * 0.2])
