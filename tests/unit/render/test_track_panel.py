"""The picture of one track."""

import msgspec
import pytest
from support.made_records import make_record
from support.plain_text import plain_lines

from auralis_cli.model.dimensions import Dimension, dimensions
from auralis_cli.model.record import Record, TrackWarning
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.model.tags import Tags
from auralis_cli.render.formats import format_duration
from auralis_cli.render.range_bar import draw_pair, draw_value, mark_position
from auralis_cli.render.track_facts import explain_null
from auralis_cli.render.track_panel import render_track

DETAILS = {
    "duration_s": 221.3,
    "samples": 9759330,
    "sample_rate_hz": 44100,
    "channels": 2,
    "bit_depth": 16,
    "container": "mp4",
    "codec": "alac",
    "decoder": "symphonia",
    "tempo_confidence": 0.314,
    "tempo_alternatives": [{"bpm": 62.05, "score": 0.71}],
    "chroma": [0.21, 0.01, 0.1, 0.02, 0.15, 0.05, 0.02, 0.2, 0.05, 0.1, 0.05, 0.04],
    "key": "C major",
    "key_strength": 0.812,
    "loudness_range_lu": 6.24,
    "sample_peak_dbfs": -0.13,
    "lowest_correlation": 0.118,
    "true_peak_dbtp": 0.74,
    "clipping": {
        **{"runs": 12, "samples": 40, "longest_samples": 5, "ceiling_dbfs": -0.13},
        **{"first_s": 62.4, "times_s": [62.4, 63.0]},
    },
}


LUFS, CENTROID, FLATNESS = (
    next(dimension for dimension in dimensions() if dimension.key == key)
    for key in ("lufs", "spectral_centroid", "spectral_flatness")
)


def ends(dimension: Dimension, bar: str) -> str:
    """A bar between the ends of the dimension's usual range."""
    return f"{dimension.usual_low:>6g} {bar} {dimension.usual_high:<5g}"


def track() -> TrackResult:
    record = make_record(
        warnings=(TrackWarning("truncated", "the file ends early", 44100),),
        lufs=-60.0,
        spectral_centroid=(CENTROID.usual_low + CENTROID.usual_high) / 2,
        spectral_flatness=0.9,
        tempo_bpm=None,
    )
    record = msgspec.structs.replace(record, details=DETAILS, nulls={"tempo_bpm": "no_pulse"})
    return TrackResult("/music/A song [Live].m4a", Status.CACHED, record=record)


def panel(result: TrackResult, width: int = 100, unicode: bool = True) -> list[str]:
    assert isinstance(result.record, Record)
    return plain_lines(render_track(result, result.record, width, unicode), width)


def test_at_width_100_it_has_format_values_bars_findings_and_warnings() -> None:
    lines = panel(track())
    assert {len(line) for line in lines} == {100}
    assert lines[0].startswith("╭─ /music/A song [Live].m4a ─")
    assert lines[1].startswith("│ 3:41 | ALAC | 44.1 kHz | 16 bit | stereo ")
    assert lines[2].startswith("│ known | analysis 3 by worker 0.1.0 ")
    text = "\n".join(lines)
    assert "│ dynamics  loudness             -60.0 LUFS " + ends(LUFS, "◀" + "─" * 40) in text
    assert "│ temporal  tempo                    -             no steady pulse" in text
    assert " Hz   " + ends(CENTROID, "─" * 20 + "●" + "─" * 20) + " │" in text
    assert "│           flatness            0.9000      " + ends(FLATNESS, "─" * 40 + "▶") in text
    assert "│ key       C major (Camelot 8B, Open Key 1d, strength 0.81) " in text
    assert "│ pitches   most power in C 21 %, G 20 %, E 15 % " in text
    assert "│ tempo     confidence 0.31; or 62.0 BPM (score 0.71) " in text
    assert "│ loudness  range 6.2 LU " in text
    assert "│ peak      highest sample -0.1 dBFS, true peak 0.7 dBTP " in text
    assert "│ clipped   12 runs at -0.1 dBFS, 40 samples, first at 1:02 " in text
    assert "│ stereo    correlation falls to 0.12 (5th percentile of the blocks) " in text
    assert "│ ! the file ends early (44,100) " in text


def test_every_dimension_has_its_row_and_every_group_its_name() -> None:
    text = "\n".join(panel(track()))
    assert all(f" {dimension.label} " in text for dimension in dimensions())
    assert all(f"│ {dimension.group} " in text for dimension in dimensions())


@pytest.mark.parametrize("width", [100, 90, 80, 72, 60, 52])
@pytest.mark.parametrize("unicode", [True, False])
def test_at_any_width_no_line_is_longer_and_every_value_is_there(width: int, unicode: bool) -> None:
    lines = panel(track(), width, unicode)
    assert {len(line) for line in lines} == {width}
    assert any("loudness" in line and "-60.0 LUFS" in line for line in lines)
    assert any("no steady" in line for line in lines)


def test_ascii_is_ascii() -> None:
    assert "".join(panel(track(), unicode=False)).isascii()


def test_control_characters_in_a_name_stay_off_the_terminal() -> None:
    result = msgspec.structs.replace(track(), path="/music/\x1b[31mred\udcff.flac")
    text = "".join(panel(result))
    assert "\x1b" not in text
    text.encode("utf-8")


def test_a_moved_track_says_from_where() -> None:
    moved = msgspec.structs.replace(track(), status=Status.MOVED, taken_from="/old/a.m4a")
    assert "known from its former path /old/a.m4a | analysis 3" in "".join(panel(moved))


def test_a_retagged_track_says_how_it_is_known() -> None:
    retagged = msgspec.structs.replace(track(), status=Status.RETAGGED)
    assert "known by its audio, with other tags | analysis 3" in "".join(panel(retagged))
    renamed = msgspec.structs.replace(retagged, taken_from="/old/a.m4a")
    assert "with other tags before in /old/a.m4a | analysis 3" in "".join(panel(renamed))


def test_details_that_an_audio_lacks_have_no_line() -> None:
    result = track()
    bare = {"duration_s": 0.1, "container": "wav", "codec": "wav", "tempo_alternatives": []}
    record = msgspec.structs.replace(result.record, details=bare)  # type: ignore[type-var]
    text = "\n".join(panel(msgspec.structs.replace(result, record=record)))
    assert "│ 0.1 s | WAV  " in text
    assert "highest sample" not in text
    assert "confidence" not in text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1:00"),
        (221.3, "3:41"),
        (3599.7, "1:00:00"),
        (36061, "10:01:01"),
    ],
)
def test_durations_read_as_on_a_player(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


def test_marks_stand_where_the_value_lies() -> None:
    lufs = next(dimension for dimension in dimensions() if dimension.key == "lufs")
    low, high = lufs.usual_low, lufs.usual_high
    assert mark_position(lufs, low, 21) == 0
    assert mark_position(lufs, (low + high) / 2, 21) == 10
    assert mark_position(lufs, high, 21) == 20
    assert mark_position(lufs, low - 0.1, 21) == -1
    assert mark_position(lufs, high + 0.1, 21) == 21
    assert draw_value(lufs, high + 5, 5, unicode=False).plain == "---->"
    assert draw_pair(lufs, low - 5, high + 5, 5, unicode=False).plain == "a---b"
    assert draw_pair(lufs, low, low, 5, unicode=False).plain == "=----"
    assert draw_pair(lufs, None, high, 5, unicode=False).plain == "----b"


def test_an_unknown_reason_is_shown_as_it_is() -> None:
    assert explain_null("no_pulse") == "no steady pulse"
    assert explain_null("lost_in_space") == "lost in space"


def test_tags_are_the_title_and_the_path_is_below() -> None:
    known = track()
    tags = Tags(
        artist="Björk",
        title="Jóga",
        album="Homogenic\x1b[31m",
        album_artist="Björk",
        disc=1,
        track=2,
        track_total=10,
        date="1997-09-22",
        genre="Art Pop",
    )
    assert isinstance(known.record, Record)
    tagged = msgspec.structs.replace(known, record=msgspec.structs.replace(known.record, tags=tags))
    lines = panel(tagged)
    assert "Björk – Jóga" in lines[0]
    assert "Homogenic\\x1b[31m | disc 1 | track 2 of 10 | 1997-09-22 | Art Pop" in lines[1]
    assert "/music/A song [Live].m4a" in lines[2]
    only_title = msgspec.structs.replace(known.record, tags=Tags(title="Jóga", genre="Art Pop"))
    lines = panel(msgspec.structs.replace(known, record=only_title))
    assert "/music/A song [Live].m4a" in lines[0]
    assert "Jóga | Art Pop" in lines[1]
