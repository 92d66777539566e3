"""`--where`: an expression that reads, and nothing else."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.queried_cache import TRACKS, change, fill_queried_cache, found

from auralis_cli.library import sql_condition
from auralis_cli.library.fields import QueryError
from auralis_cli.model.errors import CacheError


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_queried_cache(tmp_path_factory.mktemp("where") / "cache.db")


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("lufs > -14", 2),
        ("lufs > -14 OR lufs IS NULL", 3),
        ("codec = 'flac' AND tempo_bpm BETWEEN 130 AND 180", 2),
        ("path LIKE '%jazz%'", 3),
        ("path = '/m/Rock/key:8A.wav'", 1),
        ("';' = ';' AND '--' <> '/*' AND \"lufs\" < -8", 4),
        ("lufs = (SELECT max(lufs) FROM fingerprints)", 1),
        ("json_extract(details, '$.chroma[0]') > 0", 6),
        ("details ->> '$.codec' = 'mp3'", 2),
        ("size IN (SELECT size FROM tracks WHERE size > 1000)", 4),
        ("status = 'failed'", 1),
        ("path NOT LIKE '%status%'", 6),
        ("(SELECT 1)", 6),
        ("0", 0),
    ],
)
def test_an_expression_selects(cache: Path, where: str, count: int) -> None:
    assert len(found(cache, where=where)) == count


def test_it_is_joined_with_the_query(cache: Path) -> None:
    assert found(cache, "codec:flac", where="lufs < -15 OR lufs > 0") == ["Jazz/So What.flac"]


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("lufs > -14; DROP TABLE tracks", "a semicolon"),
        ("1) UNION SELECT path FROM tracks WHERE (1", "parentheses"),
        ("1 AS NUMERIC) OR CAST(1", "parentheses"),
        ("(lufs > 1", "parentheses"),
        ("lufs > -14 -- all", "a comment"),
        ("lufs > /* */ -14", "a comment"),
        ("lufs > -14 ORDER BY lufs", "syntax error"),
        ("lufs > -14 LIMIT 1", "syntax error"),
        ("SELECT path FROM fingerprints", "syntax error"),
        ("DELETE FROM tracks", "syntax error"),
        ("lufs, path", "syntax error"),
        ("lufs > ?", "a parameter"),
        ("lufs > :low", "a parameter"),
        ("lusf > -14", "did you mean 'lufs'?"),
        ("mood = 'x'", "no such column: mood"),
        ("codec = 'flac", "has no end"),
        ("", "empty"),
        ("  ", "empty"),
        ("codec = '\udcff'", "not UTF-8"),
        ("load_extension('x')", "may not call the function load_extension"),
        ("randomblob(1000000000)", "may not call the function randomblob"),
        ("matches(path, '(')", "may not call the function matches"),
        ("path IN (SELECT sql FROM sqlite_schema)", "may not read the table"),
        ("path IN (SELECT path FROM roots)", "may not read the table roots"),
        ("EXISTS (SELECT 1 FROM pragma_table_info('tracks'))", "may not"),
        (
            "EXISTS (WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n)",
            "may not",
        ),
        ("abs(-9223372036854775807 - 1) > 0", "integer overflow"),
    ],
)
def test_what_is_no_such_expression_is_refused(cache: Path, where: str, words: str) -> None:
    with pytest.raises(QueryError, match="--where") as error:
        found(cache, where=where)
    assert words in str(error.value)


SIGNS = "'\"`[]();-/*?:@ ,0aAS\n\x00"
PIECES = st.sampled_from(
    [
        "lufs",
        "path",
        "1",
        "'x'",
        "(",
        ")",
        "SELECT",
        "FROM tracks",
        "UNION",
        "OR",
        "--",
        ";",
        "CAST(",
        "AS NUMERIC",
    ]
)


@example("'\0'")
@given(st.text(SIGNS, max_size=12) | st.lists(PIECES, max_size=8).map(" ".join))
def test_no_text_ends_the_expression_it_stands_in(cache: Path, where: str) -> None:
    """Beside a term that is false everywhere, whatever is accepted finds nothing."""
    before = cache.read_bytes()
    try:
        names = found(cache, "codec:=none", where=where)
    except QueryError:
        names = []
    assert names == []
    assert cache.read_bytes() == before


def test_a_condition_that_computes_too_long_is_ended(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_condition, "TIME_LIMIT_S", 0.05)
    pairs = ", ".join(f"fingerprints {name}" for name in "abcdefgh")
    with pytest.raises(QueryError, match="of computing"):
        found(cache, where=f"(SELECT count(*) FROM {pairs}) > 0")


def test_time_that_a_reader_takes_does_not_count(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    from auralis_cli.library.selection import open_selection, selection_of
    from auralis_cli.model.record import AnalyzerName

    monkeypatch.setattr(sql_condition, "TIME_LIMIT_S", 0.2)
    with open_selection(cache, selection_of(AnalyzerName.WORKER, where="lufs < 0")) as tracks:
        rows = tracks.rows(["path"])
        next(rows)
        start = time.process_time()
        while time.process_time() < start + 0.3:
            pass
        assert len(list(rows)) == len(TRACKS) - 2


def test_a_query_without_sql_may_take_its_time(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_condition, "TIME_LIMIT_S", -1.0)
    assert len(found(cache, sort="lufs")) == 6
    with pytest.raises(QueryError, match="of computing"):
        found(
            cache, where=f"(SELECT count(*) FROM {', '.join(f'fingerprints {name}' for name in 'abcdefgh')})"
        )


def test_a_row_that_is_damaged_is_no_fault_of_the_user(tmp_path: Path) -> None:
    cache = fill_queried_cache(tmp_path / "cache.db")
    change(cache, "UPDATE tracks SET details = '{' WHERE lufs = -8")
    with pytest.raises(CacheError, match="cache verify --repair"):
        found(cache, "codec:mp3")
