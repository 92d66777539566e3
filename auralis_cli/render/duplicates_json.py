"""The JSON of `duplicates`."""

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from auralis_cli.render.json_types import Count, PathBase64, PathText, Printed, Seconds
from auralis_cli.render.safe_text import base64_unless_utf8, utf8_text

if TYPE_CHECKING:  # they need NumPy, which the schema does not
    from auralis_cli.library.duplicates.find import Duplicates
    from auralis_cli.library.duplicates.relation import Relation
    from auralis_cli.library.duplicates.track import DuplicateTrack


class FileObject(Printed, frozen=True):
    """A file."""

    path: PathText
    path_b64: PathBase64
    size: Count
    duration_s: Seconds
    codec: str
    sample_rate_hz: Count
    channels: Count
    bit_depth: Annotated[int | None, Meta(description="Null for lossy codecs.")]
    content_key: str


class RelationObject(Printed, frozen=True):
    """What a track is to the one that is kept, or to the other one."""

    kind: Annotated[
        str,
        Meta(
            description="The same audio or a copy make a file needless.",
            extra_json_schema={
                "enum": ["same_audio", "copy", "master", "part", "edit", "common", "take"],
            },
        ),
    ]
    words: str
    confirmed: Annotated[bool, Meta(description="By the audio itself, not by its numbers alone.")]
    gain_db: Annotated[float | None, Meta(description="How much louder; null beside mono.")]
    crest_db: Annotated[float | None, Meta(description="How much larger its crest factor is.")]
    starts_later_s: Annotated[float, Meta(description="Negative: it starts earlier.")]
    ends_earlier_s: Annotated[float, Meta(description="Negative: it ends later.")]
    same_s: Annotated[float, Meta(description="How much of both is the same recording.")]
    error: Annotated[float | None, Meta(description="Share of the bits of the acoustic hash that differ.")]


class MemberObject(Printed, frozen=True):
    """A track that is the same recording as the best."""

    file: FileObject
    needless: Annotated[bool, Meta(description="The best copy makes it needless.")]
    worse: Annotated[str | None, Meta(description="What it lacks beside the best copy.")]
    relation: RelationObject


class GroupObject(Printed, frozen=True):
    """One recording: the copy to keep, and the others."""

    best: FileObject
    others: tuple[MemberObject, ...]
    spare_bytes: Count


class TakeObject(Printed, frozen=True):
    """Two tracks that are alike and not one recording."""

    file: FileObject
    other: FileObject
    relation: RelationObject


class DuplicatesObject(Printed, frozen=True):
    """Output of `duplicates --json`."""

    tracks: Count
    pairs: Annotated[int, Meta(ge=0, description="Candidates that were compared.")]
    unconfirmed: Annotated[int, Meta(ge=0, description="Of them, those judged by their numbers alone.")]
    groups: tuple[GroupObject, ...]
    takes: Annotated[tuple[TakeObject, ...], Meta(description="With --takes.")]


def duplicates_json(found: "Duplicates") -> bytes:
    """The JSON of what was found."""
    from auralis_cli.library.duplicates.best_copy import shortcoming

    groups = tuple(
        GroupObject(
            _file(group.best),
            tuple(
                MemberObject(
                    _file(member.track),
                    member.is_duplicate,
                    shortcoming(group.best, member.track),
                    _relation(group.best, member.track, member.relation),
                )
                for member in group.members
            ),
            group.spare_bytes,
        )
        for group in found.groups
    )
    takes = tuple(
        TakeObject(_file(take.track), _file(take.other), _relation(take.track, take.other, take.relation))
        for take in found.takes
    )
    return msgspec.json.encode(DuplicatesObject(found.tracks, found.pairs, found.unconfirmed, groups, takes))


def _file(track: "DuplicateTrack") -> FileObject:
    facts = track.facts
    return FileObject(
        utf8_text(track.path),
        base64_unless_utf8(track.path),
        track.size,
        facts.duration_s,
        facts.codec,
        facts.sample_rate_hz,
        facts.channels,
        facts.bit_depth,
        track.content_key,
    )


def _relation(reference: "DuplicateTrack", other: "DuplicateTrack", relation: "Relation") -> RelationObject:
    from auralis_cli.render.duplicate_words import relation_words

    return RelationObject(
        str(relation.kind),
        relation_words(reference, other, relation),
        relation.is_confirmed,
        relation.gain_db,
        relation.crest_db,
        round(relation.later_s, 2),
        round(relation.earlier_s, 2),
        round(relation.same_s, 2),
        relation.error,
    )
