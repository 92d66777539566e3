"""Each rule of the linter with what it must find, what it must leave alone, and what it says."""

from collections.abc import Callable

import msgspec
import numpy as np
import pytest
from support.checked_tracks import album, found, track

from auralis_cli.check.finding import Found, at_time, signed
from auralis_cli.check.limits import DEFAULTS, Limits, limit_rows
from auralis_cli.check.rules.peaks import LOWEST_TONE_HZ, longest_by_nature
from auralis_cli.check.rules.table import RULES, check_prefix, rule_named, selected
from auralis_cli.check.track import Album, Track
from auralis_cli.model.errors import ConfigError

CLIP = {
    "runs": 40,
    "samples": 200,
    "longest_samples": 9,
    "ceiling_dbfs": 0.0,
    "first_s": 3.0,
    "times_s": [3.0, 62.4],
}
Case = tuple[str, Track | Album, Track | Album, str]


def several(count: int, /, **odd: object) -> Album:
    """Tracks alike but for the last one."""
    return album([track(f"{n:02}.flac", **(odd if n == count else {})) for n in range(1, count + 1)])


def numbered(*numbers: int, **tags: object) -> Album:
    return album([track(f"{at:02}.flac", track=n, **tags) for at, n in enumerate(numbers)])


CASES: list[Case] = [
    (
        "C101",
        track(clipping=CLIP),
        track(clipping=None),
        "40 clipped runs at 0.00 dBFS, up to 9 samples long",
    ),
    ("C101", track(clipping=CLIP), track(clipping=CLIP | {"runs": 2, "longest_samples": 4}), "40 clipped"),
    (
        "C101",
        track(clipping=CLIP | {"runs": 1}),
        track(clipping=CLIP | {"ceiling_dbfs": -6.0}),
        "1 clipped run",
    ),
    ("C102", track(true_peak_dbtp=0.8), track(true_peak_dbtp=-1.0), "true peak +0.8 dBTP"),
    ("C102", track(true_peak_dbtp=3.8, bit_depth=None), track(true_peak_dbtp=3.0, bit_depth=None), "+3.8"),
    (
        "C103",
        track(clipping=CLIP | {"ceiling_dbfs": -6.0}),
        track(clipping=CLIP),
        "40 clipped runs at -6.00 dBFS",
    ),
    ("C101", track(clipping=CLIP), track(clipping=CLIP | {"longest_samples": 3}), "40 clipped"),  # a low tone
    (
        "C101",
        track(clipping=CLIP),
        track(clipping=CLIP | {"longest_samples": 6}, effective_bits=8),
        "up to 9 samples",
    ),
    (
        "C103",
        track(clipping=CLIP | {"ceiling_dbfs": -6.0}),
        track(clipping=CLIP | {"ceiling_dbfs": -40.0}),
        "-6.00",
    ),
    ("C102", track(true_peak_dbtp=0.8, bit_depth=None, codec="pcm_f32le"), track(codec="pcm_f32le"), "+0.8"),
    ("C104", track(sample_peak_dbfs=2.5), track(sample_peak_dbfs=0.0), "sample peak +2.50 dBFS"),
    ("L103", track(loudness_range_lu=0.4), track(loudness_range_lu=20.0), "loudness range 0.4 LU"),
    ("L103", track(loudness_range_lu=31.0), track(loudness_range_lu=0.4, duration_s=20.0), "31.0 LU"),
    ("L104", track(plr_lu=5.2), track(plr_lu=9.0), "peak to loudness ratio 5.2 LU"),
    ("S101", track(channel_relation="right_dead"), track(), "the right channel is silent from start to end"),
    (
        "S102",
        track(channel_relation="identical"),
        track(channel_relation="mono"),
        "left and right are the same",
    ),
    ("S103", track(channel_relation="inverted"), track(), "one of them has inverted polarity"),
    ("S103", track(warnings=["polarity"]), track(warnings=["damaged"]), "inverted polarity"),
    (
        "S104",
        track(level_difference_db=-7.5),
        track(level_difference_db=5.0),
        "the right channel is 7.5 dB louder",
    ),
    ("S105", track(phase_correlation=-0.35), track(phase_correlation=0.1), "mean correlation -0.35"),
    (
        "S105",
        track(phase_correlation=-0.35),
        track(phase_correlation=-1.0, channel_relation="inverted"),
        "correlation",
    ),
    (
        "Q101",
        track(bandwidth_hz=16_000.0, bandwidth_edge_db=48.0),
        track(bandwidth_hz=16_600.0, bandwidth_edge_db=17.4),  # the choir of a sampler
        "nothing above 16.0 kHz, cut by 48 dB within 500 Hz, as an encoder cuts it",
    ),
    (
        "Q101",
        track(bandwidth_hz=16_000.0, bandwidth_edge_db=48.0),
        track(bandwidth_hz=16_000.0, bandwidth_edge_db=48.0, bit_depth=None, codec="mp3"),
        "nothing above",
    ),
    (
        "Q101",
        track(bandwidth_hz=19_000.0, bandwidth_edge_db=40.0),
        track(bandwidth_hz=10_300.0, bandwidth_edge_db=56.0),  # an original of 22 kHz
        "nothing above 19.0 kHz",
    ),
    (
        "Q102",
        track(sample_rate_hz=96_000, bit_depth=24, bandwidth_hz=22_050.0, bandwidth_edge_db=60.0),
        track(sample_rate_hz=96_000, bit_depth=24, bandwidth_hz=22_050.0, bandwidth_edge_db=8.0),
        "nothing above 22.1 kHz, cut by 60 dB within 500 Hz, in a file of 96 kHz",
    ),
    (
        "Q102",
        track(sample_rate_hz=96_000, bandwidth_hz=25_500.0, bandwidth_edge_db=42.0),  # of a short filter
        track(sample_rate_hz=48_000, bandwidth_hz=22_050.0, bandwidth_edge_db=60.0),
        "nothing above 25.5 kHz",
    ),
    ("Q103", track(bit_depth=24), track(bit_depth=24, effective_bits=24), "16 of 24 bits are used"),
    ("Q103", track(bit_depth=24), track(bit_depth=32, effective_bits=24), "16 of 24"),
    (
        "Q104",
        track(dc_offset=[0.0, -0.022]),
        track(dc_offset=[0.004, 0.0]),
        "DC offset -2.20 % of full scale in channel 2",
    ),
    ("Q104", track(dc_offset=[0.022]), track(dc_offset=[0.022], duration_s=0.4), "DC offset +2.20 %"),
    ("Q105", track(stereo_width=1e-5), track(stereo_width=0.01), "the side signal has -50 dB of the power"),
    (
        "Q105",
        track(stereo_width=1e-5),
        track(stereo_width=0.0, channel_relation="identical"),
        "mono with noise",
    ),
    ("Q106", track(warnings=["non_finite_samples"]), track(), "3 samples are infinite or no numbers"),
    (
        "T101",
        track(error=("nothing_decoded", "nothing decodes")),
        track(),
        "cannot be analysed: nothing decodes",
    ),
    (
        "T102",
        track(warnings=["truncated"], missing_samples=88_200),
        track(),
        "is cut short: 2.0 s are missing",
    ),
    ("T103", track(warnings=["damaged"], damaged_samples=4_410), track(), "is damaged: 0.1 s do not decode"),
    ("T103", track(warnings=["damaged"]), track(warnings=["truncated"]), "is damaged: 3 parts do not decode"),
    ("T104", track(warnings=["format_change"]), track(), "changes its sample rate or channels midway"),
    (
        "T105",
        track(longest_silence_s=14.2, longest_silence_at_s=30.0),
        track(longest_silence_s=9.0, longest_silence_at_s=30.0),
        "silence of 14.2 s",
    ),
    ("T106", track(trailing_silence_s=60.0), track(trailing_silence_s=5.0), "silence of 60.0 s at the end"),
    ("T106", track(leading_silence_s=12.0), track(leading_silence_s=200.0, lufs=None), "12.0 s at the start"),
    ("T107", track(start_level_db=1.0), track(start_level_db=None), "begins at +1.0 dB of its level"),
    ("T108", track(end_level_db=-2.0), track(end_level_db=-20.0), "ends at -2.0 dB of its level"),
    ("T109", track(channel_levels_dbfs=[None, None]), track(channel_levels_dbfs=[None, -20.0]), "is silent"),
    ("L102", several(5, lufs=-20.0), several(5, lufs=-16.0), "loudness -20.0 LUFS, -6.0 LU from its album"),
    ("A101", several(4, sample_rate_hz=48_000), several(4), "48 kHz, but its album 44.1 kHz"),
    (
        "A101",
        several(4, sample_rate_hz=48_000),
        album([track(f"{n}", sample_rate_hz=n * 1_000, album=f"{n}") for n in range(40, 44)]),
        "48 kHz",
    ),
    ("A102", several(4, bit_depth=24), several(2, bit_depth=24), "24 bits, but its album 16 bits"),
    ("A103", several(4, codec="mp3"), several(4), "mp3, but its album flac"),
    (
        "A104",
        album([track(f"{n}", key="C major" if n else "F# major", key_strength=0.9) for n in range(8)]),
        album([track(f"{n}", key="C major" if n else "G major", key_strength=0.9) for n in range(8)]),
        "F# major, 6 fifths from the nearest key of its album",
    ),
    ("A105", several(9, tempo_bpm=240.0), several(9, tempo_bpm=133.0), "tempo 240.0 BPM, its album 132.0"),
    ("A106", numbered(1, 2, 4, 7, 8, 9), numbered(1, 2, 3), "tracks 3, 5-6 are missing"),
    ("A106", numbered(1, 2, 3, track_total=4), numbered(9), "track 4 is missing"),
    (
        "A106",
        numbered(1, 2, 4),
        msgspec.structs.replace(numbered(1, 2, 4), is_whole=False),
        "track 3 is missing",
    ),
    ("A106", numbered(1, 2, 4), msgspec.structs.replace(numbered(1, 2, 4), failed=[track()]), "track 3"),
    ("A107", numbered(1, 2, 2), numbered(1, 2, 3), "has the number 2 of 01.flac"),
    ("D101", several(3, content_key="01.flac"), several(3), "has the audio of 01.flac"),
    (
        "D102",
        several(2, bit_depth=24),
        album([track("01.flac"), track("02.flac", duration_s=201.0)]),
        "is the recording of 01.flac, at a distance of 0.000",
    ),
]


@pytest.mark.parametrize(
    ("code", "bad", "good", "message"), CASES, ids=lambda case: case if isinstance(case, str) else ""
)
def test_a_rule_finds_what_is_wrong_and_leaves_alone_what_is_not(
    code: str, bad: Track | Album, good: Track | Album, message: str
) -> None:
    (one, *_) = found(code, bad)
    assert message in one.message
    assert not found(code, good)


@pytest.mark.parametrize("level_db", [0.0, -6.0, -20.0, -40.0])
@pytest.mark.parametrize("bits", [8, 12, 16, 24])
@pytest.mark.parametrize("rate_hz", [44_100, 96_000])
def test_flat_tops_of_the_lowest_tone_are_as_long_as_is_said(
    level_db: float, bits: int, rate_hz: int
) -> None:
    peak = 10 ** (level_db / 20) * 2.0 ** (bits - 1)
    if round(peak) < 3:
        return  # a square wave
    angles = 2 * np.pi * LOWEST_TONE_HZ / rate_hz * np.arange(-rate_hz // 100, rate_hz // 100)  # one top
    longest = np.count_nonzero(np.rint(np.round(peak) * np.cos(angles)) == np.round(peak))
    # Shorter than a step says nothing; the arc of a large step is longer than its square root by 2 %.
    assert max(longest, 3) == pytest.approx(longest_by_nature(level_db, bits, rate_hz), rel=0.05, abs=1.0)


WITH_LIMITS: list[tuple[str, Limits, Callable[[float], Track], str]] = [
    (
        "L101",
        Limits(target_lufs=-23.0, target_tolerance_lu=0.5),
        lambda shift: track(lufs=-23.0 + shift),
        "loudness -21.5 LUFS, +1.5 LU from the target",
    ),
    (
        "L105",
        Limits(short_term_lufs=-18.0),
        lambda shift: track(max_short_term_lufs=-18.4 + shift),
        "short-term loudness up to -16.9 LUFS",
    ),
]


@pytest.mark.parametrize(("code", "limits", "made", "message"), WITH_LIMITS)
def test_a_rule_without_a_limit_of_its_own_is_silent_until_one_is_set(
    code: str, limits: Limits, made: Callable[[float], Track], message: str
) -> None:
    assert not found(code, made(1.5), DEFAULTS)
    assert not found(code, made(0.4), limits)
    assert found(code, made(1.5), limits)[0].message == message


def test_every_rule_has_a_case_and_all_that_is_to_be_said_of_it() -> None:
    assert {rule.code for rule in RULES} == {case[0] for case in CASES} | {case[0] for case in WITH_LIMITS}
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert (rule.of_track is None) != (rule.of_album is None)
        assert all((rule.what, rule.why, rule.judge, rule.source))
        assert set(rule.limits) <= limit_rows().keys()
    read = {name for rule in RULES for name in rule.limits}
    assert read == limit_rows().keys(), "a limit that no rule reads"


def test_a_clean_track_and_a_clean_album_are_left_alone() -> None:
    for rule in RULES:
        subject = track() if rule.of_track else album([track(f"{n}.flac", track=n) for n in range(1, 13)])
        assert rule.code == "D102" or not found(rule.code, subject)  # equal numbers are one recording


def test_a_failed_track_is_found_by_one_rule_alone() -> None:
    broken = Track("/m/a.flac", error=("nothing_decoded", "nothing decodes"))
    assert [rule.code for rule in RULES if rule.of_track and found(rule.code, broken)] == ["T101"]


def test_no_majority_is_one_finding_of_the_album() -> None:
    mixed = album([track(f"{n}.flac", bit_depth=16 if n % 2 else 24) for n in range(4)])
    assert [each.message for each in found("A102", mixed)] == ["its tracks are 2 of 24 bits, 2 of 16 bits"]


def test_places_and_figures_are_written_as_engineers_read_them() -> None:
    assert [signed(value) for value in (0.84, -1.0, 0.0, -0.04)] == ["+0.8", "-1.0", "0.0", "0.0"]
    assert [at_time(s) for s in (0.04, 7.0, 62.4, 59.96, 3672.0)] == [
        "0:00.0",
        "0:07.0",
        "1:02.4",
        "1:00.0",
        "1:01:12.0",
    ]
    assert found("C102", track(true_peak_dbtp=0.8, true_peak_at_s=62.4)) == [
        Found("true peak +0.8 dBTP", 0.8, -1.0, "dBTP", (62.4,), limit_text="limit -1.0")
    ]


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        (["C"], [], {"C101", "C102", "C103", "C104"}),
        (["C"], ["C1"], set()),
        (["C", "C101"], ["C1"], {"C101"}),
        (["S101"], ["S101"], set()),
        (["all"], ["C", "L", "S", "Q", "T", "A"], {"D101", "D102"}),
        (["default"], ["C", "L", "S", "Q", "T", "A"], {"D101"}),
        (["default", "D102"], ["C", "L", "S", "Q", "T", "A"], {"D101", "D102"}),
        (["D"], ["all"], {"D101", "D102"}),
    ],
)
def test_the_longer_prefix_decides(select: list[str], ignore: list[str], expected: set[str]) -> None:
    assert {rule.code for rule in selected(select, ignore)} == expected


def test_what_is_no_rule_is_refused_with_the_nearest_one() -> None:
    assert check_prefix("c1", "here") == "C1"
    assert check_prefix("true-peak", "here") == "C102"
    assert rule_named("TRUE-PEAK").code == rule_named("c102").code == "C102"
    for refused in ("X", "C9", ""):
        with pytest.raises(ConfigError, match="here: no rule has a code that begins with"):
            check_prefix(refused, "here")
    with pytest.raises(ConfigError, match="did you mean 'clipped'"):
        rule_named("clippd")
