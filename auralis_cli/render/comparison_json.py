"""The JSON of `compare`."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import Record
from auralis_cli.render.json_types import AnalyzerText, Count, PathBase64, PathText, Printed
from auralis_cli.render.safe_text import base64_unless_utf8, utf8_text
from auralis_cli.similarity.distance import Comparison
from auralis_cli.similarity.levels import Level
from auralis_cli.similarity.recording import Kinship, Relation


class DifferenceObject(Printed, frozen=True):
    """One dimension of both tracks. A value is null where its track has none."""

    key: Annotated[str, Meta(extra_json_schema={"enum": list(keys())})]
    a: float | None
    b: float | None
    difference: Annotated[float | None, Meta(description="b - a in the unit; null where a or b is.")]
    unit: str
    contribution: Annotated[float, Meta(ge=0, le=1, description="Share of the distance.")]


class LevelObject(Printed, frozen=True):
    """A level of both tracks; b's is after the gain. A value is null where its track has none."""

    key: str
    a: float | None
    b: float | None
    difference: Annotated[float | None, Meta(description="b - a; null where a or b is.")]
    unit: str
    difference_unit: str


KINSHIPS = [each.name.lower() for each in Kinship]


class RelationObject(Printed, frozen=True):
    """What b is to a, by the numbers; only `same_audio` is certain."""

    kinship: Annotated[str, Meta(extra_json_schema={"enum": KINSHIPS})]
    gain_db: Annotated[float, Meta(description="How much louder b is; 0 where it is under 0.1 dB.")]
    other_encoding: Annotated[bool, Meta(description="Codec, rate, bits or channels differ.")]
    changed: Annotated[bool, Meta(description="More differs than a gain explains.")]


class MakerObject(Printed, frozen=True):
    """Who made the numbers of a track, and of what audio."""

    analyzer: AnalyzerText
    analysis_version: Count
    worker_version: str
    content_key: Annotated[str, Meta(description="A hash of the decoded samples.")]
    audio_key: Annotated[
        str | None, Meta(description="Of the encoded audio without tags; null where the format has none.")
    ]


class ComparisonObject(Printed, frozen=True):
    """Output of `compare --json`."""

    similarity: Annotated[
        Annotated[float, Meta(ge=0, le=100)] | None,
        Meta(description="Null where the tracks have too few values in common."),
    ]
    distance: Annotated[
        Annotated[float, Meta(ge=0)] | None,
        Meta(description="What the similarity is computed from: no unit, 0 for equal tracks."),
    ]
    relation: RelationObject
    a_path: PathText
    a_path_b64: PathBase64
    a_made_by: MakerObject
    b_path: PathText
    b_path_b64: PathBase64
    b_made_by: MakerObject
    gain_db: Annotated[
        float | None, Meta(description="Gain that b was given to match a; null without --loudness-matched.")
    ]
    levels: tuple[LevelObject, ...]
    dimensions: Annotated[tuple[DifferenceObject, ...], Meta(min_length=len(keys()), max_length=len(keys()))]


def comparison_json(
    comparison: Comparison,
    a: str,
    b: str,
    *,
    records: Sequence[Record],
    relation: Relation,
    levels: Sequence[Level],
    gain_db: float | None,
) -> bytes:
    """The comparison of the tracks at the paths `a` and `b`, whose records these are, on one line."""
    return msgspec.json.encode(
        ComparisonObject(
            similarity=comparison.similarity,
            distance=comparison.distance,
            relation=RelationObject(
                relation.kinship.name.lower(),
                relation.gain_db,
                relation.is_other_encoding,
                relation.is_changed,
            ),
            a_path=utf8_text(a),
            a_path_b64=base64_unless_utf8(a),
            a_made_by=_maker(records[0]),
            b_path=utf8_text(b),
            b_path_b64=base64_unless_utf8(b),
            b_made_by=_maker(records[1]),
            gain_db=gain_db,
            levels=tuple(
                LevelObject(each.key, each.a, each.b, each.difference, each.unit, each.difference_unit)
                for each in levels
            ),
            dimensions=tuple(
                DifferenceObject(one.key, one.a, one.b, one.difference, one.unit, one.contribution)
                for one in comparison.dimensions
            ),
        )
    )


def _maker(record: Record) -> MakerObject:
    return MakerObject(
        record.analyzer,
        record.analysis_version,
        record.worker_version,
        record.content_key,
        record.audio_key,
    )
