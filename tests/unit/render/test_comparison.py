"""The picture of a comparison."""

import pytest
from support.made_records import make_record
from support.plain_text import plain_lines

from auralis_cli.render.comparison import format_similarity, render_comparison
from auralis_cli.similarity.distance import Comparison, compare_fingerprints


def comparison() -> Comparison:
    a = make_record(lufs=-16.0, tempo_bpm=70.0, stereo_width=0.05)
    b = make_record(lufs=-9.8, tempo_bpm=None, stereo_width=0.3)
    return compare_fingerprints(a.fingerprint, b.fingerprint)


def test_at_width_100_it_has_paths_similarity_words_and_a_row_per_dimension() -> None:
    lines = plain_lines(render_comparison(comparison(), "/m/a.flac", "/m/[b].mp3", 100, unicode=True))
    assert all(len(line) == 100 for line in lines)
    assert lines[1].startswith("│ a /m/a.flac ")
    assert lines[2].startswith("│ b /m/[b].mp3 ")
    assert lines[4].startswith(f"│ similarity {comparison().similarity:.0f} of 100 ━━━")
    assert {line[2:].rstrip(" │") for line in lines[6:9]} == {
        "- b has no tempo; a has 70.0 BPM",
        "- b is wider by 0.250 (stereo width 0.300 vs 0.050)",
        "- b is louder by 6.2 LU (-9.8 vs -16.0 LUFS)",
    }
    loudness = next(line for line in lines if "dynamics" in line)
    assert loudness.startswith("│ dynamics  loudness             -16.0    -9.8 LUFS    +6.2")
    assert loudness.index("a", 70) < loudness.index("b", 70)
    tempo = next(line for line in lines if "temporal" in line)
    assert tempo.startswith("│ temporal  tempo                 70.0       - BPM        -  ")


@pytest.mark.parametrize("width", [100, 80, 72, 66, 60])
@pytest.mark.parametrize("unicode", [True, False])
def test_at_any_width_nothing_is_cut_off_and_no_line_is_longer(width: int, unicode: bool) -> None:
    lines = plain_lines(
        render_comparison(comparison(), "/m/a.flac", "/m/b.mp3", width, unicode=unicode), width
    )
    assert {len(line) for line in lines} == {width}
    assert not any("…" in line for line in lines)


def test_ascii_is_ascii() -> None:
    assert "".join(plain_lines(render_comparison(comparison(), "a", "b", 100, unicode=False))).isascii()


def test_equal_tracks_say_so() -> None:
    same = compare_fingerprints(make_record().fingerprint, make_record().fingerprint)
    text = "\n".join(plain_lines(render_comparison(same, "/a", "/b", 100, unicode=True)))
    assert "similarity 100 of 100" in text
    assert "- no dimension differs" in text


@pytest.mark.parametrize(
    ("similarity", "text"), [(100, "100"), (99.97, "99"), (99.2, "99"), (54.4, "54"), (0.2, "0")]
)
def test_100_is_shown_only_for_tracks_that_do_not_differ(similarity: float, text: str) -> None:
    assert format_similarity(similarity) == text
