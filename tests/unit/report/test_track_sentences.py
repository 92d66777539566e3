"""What a page of tracks says in words: only what differs, with the figures."""

import msgspec
import pytest
from support.seen_tracks import encoded, limited, master, silent, traced

from auralis_cli.report.track_page import sentences
from auralis_cli.report.track_page.seen import SeenTrack


def differences(a: SeenTrack, b: SeenTrack) -> list[str]:
    """With the minus sign of keyboards."""
    return [each.replace("\N{MINUS SIGN}", "-") for each in sentences.differences(a, b)]


def test_a_limited_copy_is_louder_nearer_to_full_scale_and_clipped() -> None:
    assert differences(master(), limited()) == [
        "B is the same recording.",
        "B is 4.2 LU louder (-9.8 against -14.0 LUFS), with a loudness range 2.1 LU narrower.",
        "The peaks of B are 1.1 dB closer to full scale (-0.3 against -1.4 dBTP), and they stand 3.1 dB less "
        "above its loudness.",
        "B has 143 clipped runs, A none.",
        "At equal loudness B has 2.0 dB more from 22 Hz to 220 Hz.",
        "B is narrower (median width 0.20 against 0.30).",
    ]


def test_an_mp3_ends_below_its_master() -> None:
    told = differences(master(), encoded())
    assert told[:2] == ["C is the same recording, another encoding.", "C is as loud as A (-14.0 LUFS)."]
    assert "Above 16.0 kHz C has nothing, A goes on to 22.1 kHz." in told
    assert any("22.1 kHz" in each for each in differences(encoded(), master()))


def changed(track: SeenTrack, **details: object) -> SeenTrack:
    """B: another track with other details."""
    return msgspec.structs.replace(track, number=1, details=msgspec.structs.replace(track.details, **details))


def test_nothing_is_told_of_equal_tracks_but_that() -> None:
    assert differences(master(), changed(master())) == [
        "B is the same audio, sample by sample.",
        "B is as loud as A (-14.0 LUFS).",
    ]


@pytest.mark.parametrize(
    ("details", "told"),
    [
        ({"true_peak_dbtp": 0.4}, "The peaks of B are 1.8 dB higher (0.4 against -1.4 dBTP)"),
        ({"key": "C major"}, "The key of B is estimated as C major, that of A as A minor."),
        ({"bandwidth_hz": 18_000.0, "bandwidth_edge_db": 12.0}, "Above 18.0 kHz B has little"),
        ({"channels": 1}, "B has one channel, A has more."),
    ],
)
def test_what_differs_is_told(details: dict[str, object], told: str) -> None:
    assert any(each.startswith(told) for each in differences(master(), changed(master(), **details)))


def test_a_longer_one_says_where_its_silence_is() -> None:
    longer = msgspec.structs.replace(traced(), duration_s=183.0)
    b = msgspec.structs.replace(changed(master(), leading_silence_s=4.5), trace=longer)
    assert "B is 3.0 s longer, with 3.0 s more silence at its start." in differences(master(), b)


def test_a_single_track_is_told_by_itself() -> None:
    ((letter, told),) = sentences.sentences_of([master()])
    assert letter == "A"
    told = [each.replace("\N{MINUS SIGN}", "-") for each in told]
    assert told[0].startswith(
        "Its loudness is -14.0 LUFS, with a loudness range of 6.1 LU; the loudest three"
    )
    assert (
        told[1] == "Its true peak is -1.4 dBTP, at 1:03, 12.6 dB above its loudness; it has no clipped run."
    )
    assert "Its key is estimated as A minor (8A), its tempo as" in told[3]


def test_silence_is_told_without_figures() -> None:
    assert sentences.sentences_of([silent()]) == [
        (
            "A",
            [
                "It has no loudness: nothing in it passes the gate, or it is too short.",
                "It has no steady pulse.",
            ],
        )
    ]
    assert "B has no loudness: too quiet or too short." in differences(master(), silent(1))


def test_a_peak_may_lie_below_the_loudness() -> None:
    """Loudness adds up channels, and a peak does not."""
    ((_, told),) = sentences.sentences_of([changed(master(), true_peak_dbtp=-15.5)])
    assert any("at 1:03, 1.5 dB below its loudness" in each for each in told)
