"""Which copy is kept, and what makes a group."""

from support.duplicate_tracks import made_track

from auralis_cli.library.duplicates.best_copy import best_first, shortcoming
from auralis_cli.library.duplicates.groups import connected, make_groups
from auralis_cli.library.duplicates.relation import Kind, Relation
from auralis_cli.library.duplicates.track import Clipping, DuplicateTrack


def test_the_best_copy_is_chosen_by_what_counts_most() -> None:
    """Each is better in all that counts less, and worse in one thing that counts more."""
    best = made_track(100.0, effective_bits=24, bit_depth=24, sample_rate_hz=48_000)
    clipped = made_track(
        102.0, effective_bits=24, bit_depth=24, sample_rate_hz=48_000, clipping=Clipping(samples=9)
    )
    padded_bits = made_track(100.0, effective_bits=16, bit_depth=24, sample_rate_hz=48_000)
    lower_rate = made_track(100.0, effective_bits=24, bit_depth=24)
    upscaled = made_track(100.0, bandwidth_hz=16_000.0, bit_depth=24, sample_rate_hz=96_000)
    mono = made_track(100.0, channels=1, bit_depth=24, sample_rate_hz=96_000)
    lossy = made_track(100.0, codec="mp3", bit_depth=None, size=4_000_000)
    worse = made_track(100.0, codec="mp3", bit_depth=None, size=1_600_000)
    damaged = made_track(100.0, warnings=("truncated",), bit_depth=24, sample_rate_hz=96_000)
    tracks = [best, clipped, padded_bits, lower_rate, upscaled, mono, lossy, worse, damaged]
    assert best_first(tracks[::-1]) == tracks
    assert [shortcoming(best, track) for track in tracks] == [
        None,
        "clips more",
        "16 bits",
        "44.1 kHz",
        "nothing above 16 kHz",
        "mono",
        "lossy",
        "lossy",
        "damaged or cut short",
    ]
    assert shortcoming(lossy, worse) == "128 kb/s"


def test_equally_good_copies_are_in_the_order_of_their_paths() -> None:
    tracks = [made_track(60.0, path) for path in ("/m/b.flac", "/m/a.flac")]
    assert [track.path for track in best_first(tracks)] == ["/m/a.flac", "/m/b.flac"]
    assert shortcoming(*tracks) is None


def test_each_member_is_related_to_the_best_itself() -> None:
    """A is an edit of B and B of C, but A and C have nothing in common: C with B alone is no group of A."""
    a, b, c, d = (made_track(100.0, f"/m/{name}.flac") for name in "abcd")
    kinds = {(a, b): Kind.EDIT, (a, c): Kind.COMMON, (a, d): Kind.DIFFERENT, (c, d): Kind.COPY}

    def relation(best: DuplicateTrack, track: DuplicateTrack) -> Relation:
        return Relation(kinds[best, track])

    first, second = make_groups([[d, c, b, a]], relation)
    assert (first.best, [member.track for member in first.members]) == (c, [d])
    assert (second.best, [member.track for member in second.members]) == (a, [b])
    assert (first.spare_bytes, second.spare_bytes) == (1_000_000, 0)


def test_what_was_not_listened_to_is_not_needless() -> None:
    a, b = made_track(60.0, "/m/a.flac"), made_track(60.0, "/m/b.flac")
    (group,) = make_groups([[a, b]], lambda *_: Relation(Kind.COPY, is_confirmed=False))
    assert not group.members[0].is_duplicate
    assert group.spare_bytes == 0


def test_connected_sets_are_in_the_order_of_their_first_mention() -> None:
    assert connected([(1, 2), (5, 6), (3, 3), (2, 4), (6, 7), (4, 1)]) == [[1, 2, 4], [5, 6, 7], [3]]
    assert connected([]) == []
