"""The table of tracks: what fits, what is cut, what is marked."""

import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from auralis_cli.library.fields import fields, known_field
from auralis_cli.render.cells import name_that_fits, path_that_fits
from auralis_cli.render.track_table import MIN_TRACK_COLUMNS, TrackTable, default_columns, value_text

USUAL = ("duration_s", "tempo_bpm", "key", "lufs", "name")
ROW = (221.0, 120.02, "A minor", -14.04, b"/m/Jazz/So What.flac", 3)
EMPTY = (None, None, None, None, b"/m/\xff\x1b[31m.flac", 2)


def lines(rows: list[tuple[Any, ...]], names: tuple[str, ...] = USUAL, /, **options: Any) -> list[str]:
    given = {"width": 80, "unicode": True, "root": "/m", "newest": None, **options}
    return list(TrackTable([known_field(name, "") for name in names], **given).lines(rows))


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
    table = TrackTable([known_field(name, "") for name in USUAL], width=80, unicode=True, newest=3)
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
        ("date", "Tuesday, Oct. 13, 1959", "Tuesday, Oct. 13"),
        ("date", "1959-08-17T12:00", "1959-08-17 12:00"),
        ("year", 1959, "1959"),
        ("compilation", 0, "no"),
        ("compilation", None, "-"),
        ("duration_s", "crafted\x1b", "crafted\\x1b"),
        ("lufs", b"\xff", "b'\\xff'"),
        ("codec", "\u202eflac", "\\u202eflac"),
        ("size", None, "-"),
    ],
)
def test_a_value_is_written_for_a_person(name: str, value: Any, text: str) -> None:
    assert value_text(fields()[name], value) == text


def test_names_and_paths_stand_in_one_column_and_hostile_names_are_visible() -> None:
    rows = [
        (*ROW[:4], "Miles Davis – So What", 3),
        (*ROW[:4], "\x1b[2J – \u202egnihton", 3),
        (*ROW[:4], b"/m/a.flac", 3),
    ]
    shown = [line.split("-14.0  ")[1] for line in lines(rows)[2:]]
    assert shown == ["Miles Davis – So What", "\\x1b[2J – \\u202egnihton", "a.flac"]
    plain = lines(rows[:1], width=120, unicode=False)
    assert plain[-1].endswith("Miles Davis - So What")


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Mn", "Me", "Cf"]), min_size=1, max_size=80)


@given(TEXTS, TEXTS, TEXTS, st.sampled_from([80, 120]), st.booleans())
def test_wide_columns_share_the_width_of_the_terminal(
    artist: str, title: str, album: str, width: int, unicode: bool
) -> None:
    names = ("artist", "album", "track", "lufs", "name")
    rows = [(artist, album, 7, -14.0, f"{artist} – {title}", 3), (None, None, None, None, b"/m/a.flac", 3)]
    printed = lines(rows, names, width=width, unicode=unicode, newest=4)
    assert all(cell_len(line) <= width for line in printed), printed
    assert printed[-1].endswith("a.flac")


def test_columns_of_tags_are_as_wide_as_what_they_have() -> None:
    names = ("artist", "track", "title", "path")
    rows = [("Björk", 3, "Jóga", b"/m/Homogenic/03.flac", 3), ("東京事変", 12, "群青日和", b"/m/x.flac", 3)]
    assert lines(rows, names) == [
        "artist    no.  title     path",
        "Björk       3  Jóga      Homogenic/03.flac",
        "東京事変   12  群青日和  x.flac",
    ]


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (40, "Miles Davis Quintet – If I Were a Bell"),
        (30, "Miles Davi… – If I Were a Bell"),
        (24, "Miles… – If I Were a Be…"),
        (12, "Miles Davis…"),
    ],
)
def test_of_a_long_name_the_title_keeps_more(columns: int, shown: str) -> None:
    name = "Miles Davis Quintet – If I Were a Bell"
    assert name_that_fits(name, columns, unicode=True) == shown
    assert len(name_that_fits(name.replace("–", "-"), columns, unicode=False)) <= columns
