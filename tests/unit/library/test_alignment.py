"""Acoustic hashes laid over each other: random words stand for audio, with known parts in common."""

import numpy as np
import pytest

from auralis_cli.library.duplicates.alignment import MIN_STRETCH, Stretch, Words, stretches, words_of


def audio(words: int, seed: int) -> Words:
    """Words of which each is like its neighbours, as those of audio are."""
    generator = np.random.default_rng(seed)
    bits = np.cumsum(generator.normal(size=(words, 32)), axis=0)
    bits = bits - np.array([np.convolve(each, np.ones(41) / 41, "same") for each in bits.T]).T
    packed = ((bits > 0) << np.arange(32, dtype=np.uint64)).sum(axis=1)
    return np.asarray(packed, dtype=np.uint32)


def damaged(words: Words, share: float, seed: int = 9) -> Words:
    """The words with so many of their bits inverted."""
    flips = np.random.default_rng(seed).random((len(words), 32)) < share
    return np.asarray(words ^ (flips << np.arange(32, dtype=np.uint64)).sum(axis=1).astype(np.uint32))


def places(found: list[Stretch]) -> list[int]:
    return [place for each in found for place in (each.a, each.b)]


def test_a_worse_encoding_is_the_same_from_end_to_end() -> None:
    whole = audio(800, 1)
    (only,) = stretches(whole, damaged(whole, 0.08))
    assert (only.a, only.b, only.length) == (0, 0, 800)
    assert only.error == pytest.approx(0.08, abs=0.01)


def test_a_part_is_found_where_it_begins_and_ends() -> None:
    whole = audio(800, 1)
    (only,) = stretches(whole, damaged(whole[97:700], 0.05))
    assert (only.a, only.b, only.length) == (97, 0, 603)
    (other,) = stretches(damaged(whole[97:700], 0.05), whole)
    assert (other.a, other.b, other.length) == (0, 97, 603)


def test_the_parts_of_an_edit_are_found_each_at_its_place() -> None:
    """Also where the second part comes before the first, and one is repeated."""
    whole = audio(900, 1)
    cut_out = np.concatenate([whole[:300], whole[500:]])
    assert places(stretches(whole, cut_out)) == pytest.approx([0, 0, 500, 300], abs=14)
    moved = np.concatenate([whole[500:], whole[:300]])
    assert places(stretches(whole, moved)) == pytest.approx([0, 400, 500, 0], abs=14)
    repeated = np.concatenate([whole[:400], whole[200:400], whole[400:]])
    found = stretches(whole, repeated)
    assert sum(s.length for s in found) == pytest.approx(900, abs=20)


def test_no_word_belongs_to_two_stretches() -> None:
    loop = audio(100, 1)
    found = stretches(np.tile(loop, 6), np.tile(loop, 4))
    for words in ([range(s.a, s.a + s.length) for s in found], [range(s.b, s.b + s.length) for s in found]):
        flat = [word for each in words for word in each]
        assert len(flat) == len(set(flat))
    assert sum(s.length for s in found) == 400


def test_other_audio_has_nothing_in_common() -> None:
    assert not any(stretches(audio(700, seed), audio(900, seed + 1)) for seed in range(10, 40, 2))


def test_silence_proves_nothing() -> None:
    """Two tracks that both begin with ten seconds of silence, or are nothing else."""
    silence = np.full(80, 627_964_279, dtype=np.uint32)
    one, other = np.concatenate([silence, audio(300, 1)]), np.concatenate([silence, audio(300, 2)])
    assert stretches(one, other) == []
    assert stretches(silence, silence) == []


def test_short_audio_is_not_compared() -> None:
    short = audio(300, 1)[: MIN_STRETCH - 1]
    assert stretches(short, short) == []
    assert stretches(words_of(b""), audio(300, 1)) == []


def test_words_are_little_endian() -> None:
    assert words_of(b"\1\0\0\0\0\0\0\x80").tolist() == [1, 1 << 31]
