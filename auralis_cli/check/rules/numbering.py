"""A1xx: the numbers of an album's tracks."""

from collections.abc import Iterator
from typing import Final

from auralis_cli.check.finding import Found, Level
from auralis_cli.check.limits import Limits
from auralis_cli.check.rule import Mender, Rule
from auralis_cli.check.track import Album, Track

MOST_NUMBERS: Final = 1_000
"""A tag with a higher number is no track number."""


def missing_numbers(album: Album, _: Limits) -> Iterator[tuple[Track | None, Found]]:
    """Track numbers that no file has, of an album of which most is there."""
    if not (album.is_whole and album.is_one):
        return
    discs: dict[int, list[Track]] = {}
    for track in album.tracks:
        if track.tags.track:
            discs.setdefault(track.tags.disc or 1, []).append(track)
    for disc, tracks in sorted(discs.items()):
        there = {track.tags.track or 0 for track in tracks}
        last = max(*there, 0, *(track.tags.track_total or 0 for track in tracks))
        if last > MOST_NUMBERS:
            continue
        missing = sorted(set(range(1, last + 1)) - there)
        if not len(album.failed) < len(missing) < len(there):
            continue
        where = f" of disc {disc}" if len(discs) > 1 else ""
        numbers = _ranges(missing)
        yield (
            None,
            Found(
                f"track {numbers}{where} is missing"
                if len(missing) == 1
                else f"tracks {numbers}{where} are missing",
                float(len(missing)),
                0.0,
                "tracks",
                mark=f"{disc}:{numbers}",
            ),
        )


def number_twice(album: Album, _: Limits) -> Iterator[tuple[Track | None, Found]]:
    """Two files of one disc with the same track number."""
    if not album.is_one:
        return
    first: dict[tuple[int, int], Track] = {}
    for track in album.tracks:
        if not track.tags.track:
            continue
        place = (track.tags.disc or 1, track.tags.track)
        if (other := first.setdefault(place, track)) is not track:
            yield (
                track,
                Found(f"has the number {track.tags.track} of {other.name}", mark=str(track.tags.track)),
            )


def _ranges(numbers: list[int]) -> str:
    """`3, 5-7`."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][-1] == number - 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(str(part[0]) if len(part) == 1 else f"{part[0]}-{part[-1]}" for part in parts)


RULES: Final = (
    Rule(
        code="A106",
        name="missing-tracks",
        level=Level.WARNING,
        what="track numbers that no file has",
        why="Files were lost, or are tagged wrongly.",
        judge="Count the tracks of the release. Only albums of which most is there are counted.",
        mender=Mender.OWNER,
        source="ID3v2.4, frame TRCK; TRACKNUMBER and TRACKTOTAL of Vorbis comments",
        of_album=missing_numbers,
    ),
    Rule(
        code="A107",
        name="number-twice",
        level=Level.INFO,
        what="two files with the same track number",
        why="A file is there twice, or a number is wrong, and players mix up the order.",
        judge="Compare titles and lengths.",
        mender=Mender.TAGGER,
        source="ID3v2.4, frame TRCK; TRACKNUMBER of Vorbis comments",
        of_album=number_twice,
    ),
)
"""The rules of this module."""
