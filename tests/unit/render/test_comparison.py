"""The picture of a comparison."""

import pytest
from support.made_records import make_record
from support.plain_text import plain_lines

from auralis_cli.model.tags import Tags
from auralis_cli.render.comparison import format_similarity, relation_words, render_comparison
from auralis_cli.similarity.distance import Comparison, compare_fingerprints
from auralis_cli.similarity.levels import levels_of, loudness_gain_db, with_gain
from auralis_cli.similarity.recording import Kinship, Relation

A = make_record(lufs=-16.0, tempo_bpm=70.0, stereo_width=0.05)
B = make_record(lufs=-9.8, tempo_bpm=None, stereo_width=0.3)
LEVELS = levels_of(A, B)
DIFFERENT = Relation(Kinship.DIFFERENT, 6.2, is_other_encoding=True, is_changed=True)


def comparison() -> Comparison:
    return compare_fingerprints(A.fingerprint, B.fingerprint)


def test_at_width_100_it_has_paths_similarity_words_and_a_row_per_dimension() -> None:
    lines = plain_lines(
        render_comparison(
            comparison(), "/m/a.flac", "/m/[b].mp3", 100, unicode=True, relation=DIFFERENT, levels=LEVELS
        )
    )
    assert all(len(line) == 100 for line in lines)
    assert lines[1].startswith("│ a /m/a.flac ")
    assert lines[2].startswith("│ b /m/[b].mp3 ")
    assert lines[4].startswith(f"│ similarity {comparison().similarity:.0f} of 100 ━━━")
    assert {line[2:].rstrip(" │") for line in lines[12:15]} == {
        "- b has no tempo; a has 70.0 BPM",
        "- b is wider by 0.250 (stereo width 0.300 vs 0.050)",
        "- b is louder by 6.2 LU (-9.8 vs -16.0 LUFS)",
    }
    assert lines[7].startswith("│ loudness             -16.0    -9.8 LUFS    +6.2 LU ")
    loudness = next(line for line in lines if "dynamics" in line)
    assert loudness.startswith("│ dynamics  loudness             -16.0    -9.8 LUFS    +6.2")
    assert loudness.index("a", 70) < loudness.index("b", 70)
    tempo = next(line for line in lines if "temporal" in line)
    assert tempo.startswith("│ temporal  tempo                 70.0       - BPM        -  ")


@pytest.mark.parametrize("width", [100, 80, 72, 66, 60])
@pytest.mark.parametrize("unicode", [True, False])
def test_at_any_width_nothing_is_cut_off_and_no_line_is_longer(width: int, unicode: bool) -> None:
    lines = plain_lines(
        render_comparison(
            comparison(), "/m/a.flac", "/m/b.mp3", width, unicode=unicode, relation=DIFFERENT, levels=LEVELS
        ),
        width,
    )
    assert {len(line) for line in lines} == {width}
    assert not any("…" in line for line in lines)


def test_ascii_is_ascii() -> None:
    assert "".join(
        plain_lines(
            render_comparison(comparison(), "a", "b", 100, unicode=False, relation=DIFFERENT, levels=LEVELS)
        )
    ).isascii()


def test_equal_tracks_say_so() -> None:
    same = compare_fingerprints(make_record().fingerprint, make_record().fingerprint)
    text = "\n".join(
        plain_lines(render_comparison(same, "/a", "/b", 100, unicode=True, relation=DIFFERENT, levels=LEVELS))
    )
    assert "similarity 100 of 100" in text
    assert "- no dimension differs" in text


@pytest.mark.parametrize(
    ("similarity", "text"), [(100, "100"), (99.97, "99"), (99.2, "99"), (54.4, "54"), (0.2, "0")]
)
def test_100_is_shown_only_for_tracks_that_do_not_differ(similarity: float, text: str) -> None:
    assert format_similarity(similarity) == text


def test_a_difference_that_rounds_to_0_makes_no_sentence() -> None:
    a, b = make_record(stereo_width=0.25), make_record(stereo_width=0.2503)
    nearly = compare_fingerprints(a.fingerprint, b.fingerprint)
    assert nearly.largest(3)
    text = "\n".join(
        plain_lines(
            render_comparison(nearly, "/a", "/b", 100, unicode=True, relation=DIFFERENT, levels=LEVELS)
        )
    )
    assert "0.000" not in text.split("b - a")[1]
    assert "- no dimension differs by as much as its last decimal" in text


def test_a_gain_that_is_taken_out_leaves_only_what_is_more_than_gain() -> None:
    gain_db = loudness_gain_db(A, B)
    assert gain_db == pytest.approx(-6.2, abs=1e-12)
    louder = make_record(lufs=-9.8, tempo_bpm=70.0, stereo_width=0.05)
    matched = compare_fingerprints(A.fingerprint, with_gain(louder.fingerprint, -6.2))
    assert matched.similarity == pytest.approx(100, abs=1e-6)
    plain = compare_fingerprints(A.fingerprint, louder.fingerprint).similarity
    assert plain is not None
    assert plain < 97
    levels = levels_of(A, louder, -6.2)
    assert levels[0].difference == pytest.approx(0, abs=1e-12)
    panel = render_comparison(
        matched, "/a", "/b", 100, unicode=True, relation=DIFFERENT, levels=levels, gain_db=-6.2
    )
    assert "b was turned down by 6.2 dB to the loudness of a" in "\n".join(plain_lines(panel))


def test_a_level_that_a_track_lacks_is_not_compared() -> None:
    silent = make_record(lufs=None)
    assert loudness_gain_db(A, silent) is None
    assert levels_of(A, silent)[0].difference is None


@pytest.mark.parametrize(
    ("relation", "words"),
    [
        (Relation(Kinship.DIFFERENT, -6.0, True, True), []),
        (Relation(Kinship.SAME_AUDIO, 0.0, False, False), ["the same audio, sample by sample"]),
        (
            Relation(Kinship.SAME_AUDIO, 0.0, True, False),
            ["the same audio, sample by sample, in another encoding"],
        ),
        (Relation(Kinship.SAME_RECORDING, -6.02, False, False), ["the same recording, 6.0 dB quieter"]),
        (Relation(Kinship.SAME_RECORDING, 0.0, False, True), ["the same recording, slightly changed"]),
        (Relation(Kinship.SAME_RECORDING, 0.0, True, True), ["the same recording, another encoding"]),
        (
            Relation(Kinship.SAME_PERFORMANCE, 4.0, True, True),
            ["perhaps the same recording in another master, 4.0 dB louder"],
        ),
    ],
)
def test_what_b_is_to_a_is_said_in_words(relation: Relation, words: list[str]) -> None:
    assert relation_words(relation) == words


def test_tracks_with_too_little_in_common_have_no_similarity() -> None:
    silent = make_record({key: None for key in A.fingerprint if key != "silence_ratio"})
    nothing = compare_fingerprints(A.fingerprint, silent.fingerprint)
    text = "\n".join(
        plain_lines(
            render_comparison(nothing, "/a", "/b", 100, unicode=True, relation=DIFFERENT, levels=LEVELS)
        )
    )
    assert "no similarity: the tracks have too few values in common" in text


def test_values_that_read_alike_make_no_sentence_although_their_difference_rounds_up() -> None:
    a, b = make_record(transient_density=1.7945), make_record(transient_density=1.7885)  # both read 1.79
    nearly = compare_fingerprints(a.fingerprint, b.fingerprint)
    text = "\n".join(
        plain_lines(
            render_comparison(nearly, "/a", "/b", 100, unicode=True, relation=DIFFERENT, levels=LEVELS)
        )
    )
    assert "busier" not in text
    assert "- no dimension differs by as much as its last decimal" in text


def test_tracks_with_tags_are_named_by_them_and_their_paths_are_below() -> None:
    lines = plain_lines(
        render_comparison(
            comparison(),
            "/m/a.flac",
            "/m/b.mp3",
            100,
            unicode=True,
            relation=DIFFERENT,
            levels=LEVELS,
            tags=(Tags(artist="Björk", title="Jóga \x1b[2J"), Tags(title="alone")),
        )
    )
    assert lines[1].startswith("│ a Björk – Jóga \\x1b[2J ")
    assert lines[2].startswith("│   /m/a.flac ")
    assert lines[3].startswith("│ b /m/b.mp3 ")
