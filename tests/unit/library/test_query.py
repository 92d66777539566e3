"""Queries: what each term finds, and what is said of one that cannot be read."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.queried_cache import FAILED, TRACKS, fill_queried_cache, found

from auralis_cli.library.fields import ALIASES, QueryError, fields
from auralis_cli.library.query import MAX_TERMS, parse_query
from auralis_cli.model.record import Record

SO_WHAT, ETE, COMMA, COLON, SIGNS, BYTES = (name.removeprefix("/m/") for name in TRACKS)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_queried_cache(tmp_path_factory.mktemp("queries") / "cache.db")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("terms", "names"),
    [
        ([], {SO_WHAT, ETE, COMMA, COLON, SIGNS, BYTES}),
        (["so what"], {SO_WHAT}),
        (["ÉTÉ"], {ETE}),
        (["e\u0301te\u0301"], {ETE}),  # as macOS writes it
        (["jazz"], {SO_WHAT, ETE, COMMA}),
        (["/m/Jazz"], {SO_WHAT, ETE}),
        (["/m/Jazz/"], {SO_WHAT, ETE}),
        (["path:/m/Jazz"], {SO_WHAT, ETE}),
        (["/m/Jazz/So What.flac"], {SO_WHAT}),
        (["path:Jazz/"], {SO_WHAT, ETE}),
        (["path:=/m/Jazz"], set()),
        (["path:=/m/Jazz/So What.flac"], {SO_WHAT}),
        (["100%_"], {SIGNS}),
        (["\\'\""], {SIGNS}),
        (["%"], {SIGNS}),
        (["\x1b[31m"], {BYTES}),
        (["\udcff"], {BYTES}),
        (["codec:mp3"], {ETE, COMMA}),
        (["codec:MP"], {ETE, COMMA}),
        (["codec:=MP3"], set()),
        (["format:pcm"], {COLON}),
        (["^codec:mp3"], {SO_WHAT, COLON, SIGNS, BYTES}),
        (["^^codec:mp3"], {ETE, COMMA}),
        (["^" * 50_000 + "codec:mp3"], {ETE, COMMA}),
        (["samplerate:96k"], {SO_WHAT}),
        (["tempo_bpm:120..130"], {COMMA, BYTES}),
        (["bpm:..100"], {ETE}),
        (["TEMPO_BPM:136.."], {SO_WHAT, SIGNS}),
        (["tempo_bpm:null"], {COLON}),
        (["^tempo_bpm:null", "^lufs:null"], {SO_WHAT, ETE, COMMA, BYTES}),
        (["^lufs:..-14"], {COMMA, COLON, SIGNS}),  # what has no loudness is not at most -14
        (["lufs:-14"], {ETE, BYTES}),  # shown as -14.0, both
        (["lufs:-14.00"], {ETE}),
        (["lufs:-14..-9"], {ETE, COMMA}),
        (["stereo_width:0"], {COLON}),
        (["length:3:30"], {ETE}),
        (["duration:3:30..1:00:00"], {SO_WHAT, ETE}),
        (["samplerate:44.1k"], {ETE}),
        (["samplerate:48k.."], {SO_WHAT}),
        (["size:1k..2k"], {ETE, COMMA}),
        (["key:8A"], {ETE, BYTES}),
        (["key:Am"], {ETE, BYTES}),
        (["key:D#"], {COLON}),
        (["camelot:8"], {ETE, COMMA, BYTES}),
        (["key:minor"], {SO_WHAT, ETE, BYTES}),
        (["key:null"], {SIGNS}),
        (["warning:truncated"], {COLON}),
        (["^warning:null"], {COLON}),
        (["added:2020.."], {SO_WHAT, ETE, COMMA, COLON, SIGNS, BYTES}),
        (["added:..2020"], set()),
        (["path::^/m/Jazz[/y]"], {SO_WHAT, ETE, COMMA}),
        (["path::so"], set()),
        (["path::[[S]o"], {SO_WHAT}),
        (["path::(?i)so"], {SO_WHAT}),
        (["codec:mp3", ",", "key:7A"], {SO_WHAT, ETE, COMMA}),
        (["codec:mp3,", "key:7A"], {SO_WHAT, ETE, COMMA}),
        (["codec:mp3", "lufs:-10..", ",", "lufs:null"], {COMMA, SIGNS}),
        (['"key:8A"'], {COLON}),
        (['path:"a, b"'], {COMMA}),
        (['"a,"'], {COMMA}),
        (['path:"null"'], set()),
        (["status:failed"], {FAILED.removeprefix("/m/")}),
        (["error:nothing"], {FAILED.removeprefix("/m/")}),
        (["analyzer:reference"], {"other.flac"}),
    ],
)
def test_a_query_finds(cache: Path, terms: list[str], names: set[str]) -> None:
    assert set(found(cache, *terms)) == names


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (["tempo_bmp:120"], ["'tempo_bmp:120'", "no field 'tempo_bmp'", "did you mean 'tempo_bpm'?"]),
        (["Vol:1"], ["no field 'Vol'", "stands in double quotes"]),
        (["^" * 50_000], ["'^' alone"]),
        (["mood:calm"], ["no field 'mood'", "a word without a field is looked for in path and tags"]),
        (["lufs:loud"], ["'lufs:loud'", "'loud' is no number", "lufs:-23.9..-11"]),
        (["lufs:>-14"], ["'>-14' is no number", "lufs:-23.9.."]),
        (["lufs:-14..x"], ["'x' is no number"]),
        (["lufs:-9..-14"], ["-9 is more than -14", "lufs:-14..-9"]),
        (["lufs:.."], ["the range has no end"]),
        (["lufs:"], ["no value", "lufs:null"]),
        (["lufs::1"], ["'::' is for texts"]),
        (["path::("], ["'(' is no regular expression"]),
        (["key:H"], ["'H' is no key", "key:8A (Camelot)"]),
        (["compilation:perhaps"], ["'perhaps' is neither yes nor no", "compilation:yes"]),
        (["year:long ago"], ["'long ago' is no number", "year:1959..1965"]),
        (["added:yesterday"], ["'yesterday' is no date", "2026-11-29"]),
        (["tempo_bpm:120 key:8A"], ["another term begins at 'key:8A'"]),
        (["path:Jazz ^key:8A"], ["another term begins at '^key:8A'", "double quotes"]),
        (["^"], ["'^' alone"]),
        ([""], ["empty"]),
        (['""'], ["no text"]),
        ([","], ["a comma means 'or'", "before it"]),
        (["a,"], ["a comma means 'or'", "after the last one"]),
        (["a", ",", ",", "b"], ["before it"]),
        (["a"] * (MAX_TERMS + 1), ["501 terms"]),
    ],
)
def test_what_cannot_be_read_is_told(terms: list[str], words: list[str]) -> None:
    with pytest.raises(QueryError) as error:
        parse_query(terms)
    assert all(word in str(error.value) for word in words), str(error.value)


def test_as_many_terms_as_are_allowed_run(cache: Path) -> None:
    assert found(cache, *["jazz"] * MAX_TERMS) == sorted([SO_WHAT, ETE, COMMA])
    assert len(found(cache, *["^key:8A", ","] * (MAX_TERMS // 2 - 1), "x")) == 4


def test_a_place_is_taken_from_the_current_folder(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/m/Jazz")
    monkeypatch.chdir("/")
    assert set(found(cache, "~/")) == set(found(cache, "./m/Jazz")) == {SO_WHAT, ETE}
    assert len(found(cache, ".")) == len(TRACKS)


def test_every_field_can_be_asked_for_and_sorted_by(cache: Path) -> None:
    for name in (*fields(), *ALIASES):
        assert set(found(cache, f"{name}:null", ",", f"^{name}:null")) >= {SO_WHAT}
        assert len(found(cache, sort=f"{name}-,path")) == len(TRACKS)


Predicate = Callable[[str, Record], bool]


def number_terms() -> st.SearchStrategy[tuple[str, Predicate]]:
    """`field:low..high` and what it means."""

    def term(name: str, ends: tuple[float | None, float | None]) -> tuple[str, Predicate]:
        low, high = sorted(ends) if None not in ends else ends  # type: ignore[type-var]
        text = f"{name}:{'' if low is None else f'{low:.3f}'}..{'' if high is None else f'{high:.3f}'}"
        least = -math.inf if low is None else float(f"{low:.3f}")
        most = math.inf if high is None else float(f"{high:.3f}")

        def matches(_path: str, made: Record) -> bool:
            value = made.fingerprint[name]
            return value is not None and least <= value <= most

        return text, matches

    end = st.none() | st.floats(-30, 200, allow_nan=False)
    ends = st.tuples(end, end).filter(lambda each: each != (None, None) and each[0] != each[1])
    return st.builds(term, st.sampled_from(["lufs", "tempo_bpm", "stereo_width"]), ends)


def word_terms() -> st.SearchStrategy[tuple[str, Predicate]]:
    """A word, in quotes, as a word or in a field."""
    letters = st.text(st.sampled_from("aJz/m%_\\'É, :8"), min_size=1, max_size=3)

    def term(text: str, form: str) -> tuple[str, Predicate]:
        return form.format(text), lambda path, _made: text.lower() in path.lower()

    return st.builds(term, letters, st.sampled_from(['"{}"', 'path:"{}"']))


def codec_terms() -> st.SearchStrategy[tuple[str, Predicate]]:
    def term(text: str) -> tuple[str, Predicate]:
        return f"codec:{text}", lambda _path, made: text in made.details["codec"]

    return st.builds(term, st.sampled_from(["mp3", "a", "pcm", "x"]))


def negated(term: tuple[str, Predicate]) -> tuple[str, Predicate]:
    text, matches = term
    return f"^{text}", lambda path, made: not matches(path, made)


TERMS = st.one_of(number_terms(), word_terms(), codec_terms())


@given(st.lists(st.lists(TERMS | st.builds(negated, TERMS), min_size=1, max_size=3), min_size=1, max_size=3))
def test_a_query_finds_what_its_terms_mean(cache: Path, groups: list[list[tuple[str, Predicate]]]) -> None:
    words: list[str] = []
    for group in groups:
        words += [",", *(text for text, _ in group)] if words else [text for text, _ in group]
    expected = [
        path.removeprefix("/m/")
        for path, made in TRACKS.items()
        if any(all(matches(path, made) for _, matches in group) for group in groups)
    ]
    assert sorted(found(cache, *words)) == sorted(expected), words


NAMES = st.sampled_from([*fields(), *ALIASES, "artist", "", "x'; DROP TABLE tracks; --", "key OR 1=1 --"])
ANY_TERM = st.one_of(
    st.text(max_size=20),
    st.builds(
        "{}{}:{}{}".format,
        st.sampled_from(["", "^"]),
        NAMES,
        st.sampled_from(["", ":", "="]),
        st.text(max_size=12),
    ),
)


@given(st.lists(ANY_TERM, max_size=4))
def test_whatever_is_typed_is_a_query_or_an_error_for_the_user(cache: Path, terms: list[str]) -> None:
    before = cache.read_bytes()
    try:
        names = found(cache, *terms)
    except QueryError:
        pass
    else:
        assert len(set(names)) == len(names) <= len(TRACKS) + 2
    assert cache.read_bytes() == before


def test_values_are_parameters_and_never_part_of_the_statement() -> None:
    hostile = "x' OR 1=1; DROP TABLE tracks; --"
    for term in (hostile, f"codec:{hostile}", f"codec:={hostile}", f'path:"{hostile}"', f"path::{hostile}"):
        condition = parse_query([term]).condition
        assert "DROP" not in condition.sql
        assert any(b"drop" in value.lower() for value in condition.values if isinstance(value, bytes))
