"""Duplicates as a list: each group with the copy to keep first."""

from collections.abc import Iterator

from auralis_cli.library.duplicates.best_copy import shortcoming
from auralis_cli.library.duplicates.find import Duplicates
from auralis_cli.library.duplicates.groups import Group
from auralis_cli.library.duplicates.relation import Kind
from auralis_cli.library.duplicates.track import DuplicateTrack
from auralis_cli.render.cells import path_that_fits
from auralis_cli.render.duplicate_words import format_words, relation_words
from auralis_cli.render.formats import format_duration
from auralis_cli.render.output import Whole, wrapped
from auralis_cli.render.safe_text import safe_text

_LABEL = 7
_NAMES = {
    Kind.SAME_AUDIO: "copy",
    Kind.COPY: "copy",
    Kind.MASTER: "master",
    Kind.PART: "part",
    Kind.EDIT: "edit",
}


def duplicate_lines(found: Duplicates, columns: int | None, *, unicode: bool) -> Iterator[str]:
    """The lines of each track, of at most so many columns; None: the paths are whole."""
    for line in _lines(found, columns, unicode=unicode):
        if columns is None or isinstance(line, Whole):
            yield line
        else:
            yield from wrapped(line, columns)


def _lines(found: Duplicates, columns: int | None, *, unicode: bool) -> Iterator[str]:
    for number, group in enumerate(found.groups, 1):
        if number > 1:
            yield ""
        yield f"group {number}: {_headline(group)}"
        yield _path("keep", group.best, columns, unicode=unicode)
        yield _below(f"{format_words(group.best)}, {_length_and_size(group.best)}")
        for member in group.members:
            track = member.track
            label = _NAMES[member.relation.kind] if member.relation.is_confirmed else "copy?"
            yield _path(label, track, columns, unicode=unicode)
            worse = shortcoming(group.best, track) if member.is_duplicate else None
            yield _below(
                f"{format_words(track)}, {_length_and_size(track)}" + (f"; {worse}" if worse else "")
            )
            yield _below(relation_words(group.best, track, member.relation))
    for number, take in enumerate(found.takes):
        yield ""
        if number == 0:
            yield "alike, and not the same recording:"
        for track in (take.track, take.other):
            yield _path("take", track, columns, unicode=unicode)
        yield _below(relation_words(take.track, take.other, take.relation))


def _headline(group: Group) -> str:
    duplicates = sum(member.is_duplicate for member in group.members)
    others = len(group.members) - duplicates
    parts = [f"{duplicates} {'copy' if duplicates == 1 else 'copies'} to spare, {_bytes(group.spare_bytes)}"]
    if not duplicates:
        parts = []
    if others:
        parts.append(f"{others} other {'version' if others == 1 else 'versions'}")
    return "; ".join(parts)


def _path(label: str, track: DuplicateTrack, columns: int | None, *, unicode: bool) -> str:
    shown = safe_text(track.path)
    if columns is not None:
        shown = path_that_fits(shown, columns - _LABEL - 2, unicode=unicode)
    return Whole(f"  {label:<{_LABEL - 1}} {shown}")


def _below(text: str) -> str:
    return f"  {'':<{_LABEL - 1}} {text}"


def _length_and_size(track: DuplicateTrack) -> str:
    return f"{format_duration(track.facts.duration_s)}, {_bytes(track.size)}"


def _bytes(count: int) -> str:
    if count < 1_000_000:
        return f"{count / 1000:.0f} kB"
    return f"{count / 1e6:.1f} MB" if count < 1_000_000_000 else f"{count / 1e9:.2f} GB"


def summary_lines(found: Duplicates) -> list[str]:
    """What was found, for a person."""
    groups, spare = len(found.groups), sum(group.spare_bytes for group in found.groups)
    copies = sum(member.is_duplicate for group in found.groups for member in group.members)
    lines = [
        f"{found.tracks:,} tracks, {found.pairs:,} pairs compared: {groups:,} "
        f"{'group' if groups == 1 else 'groups'}, {copies:,} {'copy' if copies == 1 else 'copies'} to spare"
        + (f" ({_bytes(spare)})" if copies else "")
    ]
    if found.unconfirmed:
        pairs = "1 pair was" if found.unconfirmed == 1 else f"{found.unconfirmed:,} pairs were"
        lines.append(f"{pairs} judged by the numbers alone")
    return lines
