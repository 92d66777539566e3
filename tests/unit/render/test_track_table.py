"""The table of tracks: what fits, what is cut, what is marked."""

import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from auralis_cli.library.fields import fields
from auralis_cli.render.cells import path_that_fits
from auralis_cli.render.track_table import MIN_TRACK_COLUMNS, TrackTable, default_columns, value_text

USUAL = ("duration_s", "tempo_bpm", "key", "lufs", "path")
ROW = (221.0, 120.02, "A minor", -14.04, b"/m/Jazz/So What.flac", 3)
EMPTY = (None, None, None, None, b"/m/\xff\x1b[31m.flac", 2)


def lines(rows: list[tuple[Any, ...]], names: tuple[str, ...] = USUAL, /, **options: Any) -> list[str]:
    given = {"width": 80, "unicode": True, "root": "/m", "newest": None, **options}
    return list(TrackTable([fields()[name] for name in names], **given).lines(rows))


def test_a_table_has_names_units_and_values_below_each_other() -> None:
    assert lines([ROW, EMPTY]) == [
        "        tempo              loudness",
        "length    BPM  key             LUFS  track",
        "  3:41  120.0  Am  8A  1m     -14.0  Jazz/So What.flac",
        "     -      -  -                  -  \\xff\\x1b[31m.flac",
    ]


def test_without_a_terminal_paths_are_whole() -> None:
    assert lines([ROW], width=None, root=None)[-1].endswith("  /m/Jazz/So What.flac")
    long = b"/m/" + b"x" * 300
    assert lines([(*ROW[:4], long, 3)], width=None, root=None)[-1].endswith(os.fsdecode(long))


def test_rows_of_an_older_analysis_are_marked_and_counted() -> None:
    table = TrackTable([fields()[name] for name in USUAL], width=80, unicode=True, newest=3)
    printed = list(table.lines([ROW, EMPTY]))
    assert [line[:2] for line in printed] == ["  ", "  ", "  ", "* "]
    assert list(table.summary()) == ["2 tracks", "* 1 track is of an older analysis; a scan renews them"]


def test_columns_that_do_not_fit_go_below_the_track_and_no_word_is_broken() -> None:
    names = ("path", "spectral_centroid", "loudness_variation_std", "lufs", "status", "error_message")
    row = (b"/m/" + b"a/" * 60 + b"b.flac", 1234.5, 3.21, None, "failed", "nothing of the audio decodes", 3)
    printed = lines([row], names, width=62)
    assert printed[0].startswith("…/a/a/")
    assert printed[1:] == [
        "  spectral_centroid 1,234 Hz | loudness_variation_std 3.21 LU",
        "  lufs - | status failed",
        "  error_message nothing of the audio decodes",
    ]
    assert all(len(line) <= 62 for line in printed)


@pytest.mark.parametrize("width", [66, 80, 100, 120, 130, 200])
def test_the_usual_columns_fit(width: int) -> None:
    names = tuple(default_columns(width, has_failures=False))
    widest = {"duration_s": 36_000.0, "tempo_bpm": 199.9, "key": "Bb minor", "lufs": -70.0, "crest_db": 100.0}
    values = [widest.get(name, "pcm_s16le" if name == "codec" else 19_999.9) for name in names[:-1]]
    printed = lines([(*values, b"/m/" + b"folder/" * 40 + b"name.flac", 3)], names, width=width, newest=4)
    assert all(cell_len(line) <= width for line in printed)
    assert len(printed[-1]) > width - len("folder/")


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Mn", "Me", "Cf"]), max_size=60).map(
        "x/y/{}".format
    ),
    st.integers(MIN_TRACK_COLUMNS, 60),
    st.booleans(),
)
def test_a_path_is_cut_to_fit_and_keeps_its_end(path: str, columns: int, unicode: bool) -> None:
    shown = path_that_fits(path, columns, unicode=unicode)
    assert cell_len(shown) <= columns
    if cell_len(path) <= columns:
        assert shown == path
    else:
        assert ("…" if unicode else "...") in shown
        assert path.endswith(shown.rpartition("…" if unicode else "...")[2])


def test_a_name_that_is_too_long_loses_its_middle() -> None:
    assert path_that_fits("a/01 - A very long name.flac", 20, unicode=True) == "01 - A ve… name.flac"
    assert path_that_fits("a/b/01 - Short.flac", 17, unicode=True) == "…/01 - Short.flac"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("tempo_bpm", -0.01, "0.0"),
        ("spectral_centroid", 1234.5, "1,234"),
        ("camelot", "Eb minor", "2A"),
        ("open_key", "D# minor", "7m"),
        ("key", "H minor", "H minor"),
        ("key", 8, "8"),
        ("analysed_at", "2026-11-29T10:33:37+00:00", "2026-11-29 10:33"),
        ("duration_s", "crafted\x1b", "crafted\\x1b"),
        ("lufs", b"\xff", "b'\\xff'"),
        ("codec", "\u202eflac", "\\u202eflac"),
        ("size", None, "-"),
    ],
)
def test_a_value_is_written_for_a_person(name: str, value: Any, text: str) -> None:
    assert value_text(fields()[name], value) == text
