"""What a check found, for a person: album by album, each finding with its figure, its limit and its
places."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from os.path import basename
from typing import Final

from auralis_cli.check.finding import Finding, Level, at_time
from auralis_cli.check.track import Album
from auralis_cli.check.verdict import Verdict
from auralis_cli.render.output import Whole
from auralis_cli.render.safe_text import safe_text

MOST_PLACES: Final = 5
"""Places in a track that are shown; JSON has all."""
MOST_TIMES: Final = 20
"""What a worker tells of one kind."""
_LEVEL_COLUMNS: Final = max(len(level.value) for level in Level)


def finding_text(finding: Finding) -> str:
    """`true peak +0.8 dBTP (limit -1.0) at 1:02.4`, made safe."""
    found = finding.found
    limit = f" ({found.limit_text})" if found.limit_text else ""
    return safe_text(f"{found.message}{limit}{_places(found.times_s)}")


def finding_lines(verdict: Verdict) -> Iterator[str]:
    """The albums that have new findings: the folder, each file, and below it what was found."""
    for each in verdict.albums:
        if not each.new:
            continue
        yield Whole(safe_text(headline(each.album)))
        for path, findings in groupby(each.new, key=lambda finding: finding.path):
            if path != each.album.place:
                yield Whole(f"  {safe_text(_below(path, each.album))}")
            indent = "    " if path != each.album.place else "  "
            for finding in findings:
                level = finding.level.value.ljust(_LEVEL_COLUMNS)
                yield f"{indent}{finding.code} {level} {finding_text(finding)}"


def summary(verdict: Verdict) -> Iterator[str]:
    """`12 tracks of 3 albums: 2 errors, 5 warnings`, and what is known."""
    counts = verdict.counts()
    found = [_count(counts[level], level.value) for level in Level if counts[level]]
    tracks, albums = _count(verdict.tracks, "track"), _count(len(verdict.albums), "album")
    known = len(verdict.known)
    yield f"{tracks} of {albums}: {', '.join(found) or ('nothing new' if known else 'nothing found')}"
    if known:
        is_are = "is" if known == 1 else "are"
        yield f"{_count(known, 'more finding' if found else 'finding')} {is_are} known from the baseline"
    if found:
        worst = next(finding for level in Level for finding in verdict.new if finding.level is level)
        yield f"'auralis rule {worst.code}' says why, and how to judge it"


def headline(album: Album) -> str:
    """Its name, and its folder."""
    return album.place if album.name == album.place else f"{album.name} ({album.place})"


def _below(path: str, album: Album) -> str:
    prefix = album.place.rstrip("/") + "/"
    return path.removeprefix(prefix) or basename(path)


def _places(times_s: Sequence[float]) -> str:
    if not times_s:
        return ""
    places = list(dict.fromkeys(map(at_time, times_s)))
    later = " and later" if len(places) > MOST_PLACES or len(times_s) >= MOST_TIMES else ""
    return f" at {', '.join(places[:MOST_PLACES])}{later}"


def _count(number: int, word: str) -> str:
    """`1 error`, `3 errors`, `2 info`."""
    plural = "" if number == 1 or word == Level.INFO.value else "s"
    return f"{number:,} {word}{plural}"
