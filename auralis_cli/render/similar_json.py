"""The JSON of `similar`."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from auralis_cli.render.json_types import PathBase64, PathObject, PathText, Printed, TagsOrNull, path_object
from auralis_cli.render.safe_text import base64_unless_utf8, utf8_text

if TYPE_CHECKING:  # it needs NumPy, which the schema does not
    from auralis_cli.library.similar import Neighbour, Neighbourhood


class SimilarObject(Printed, frozen=True):
    """One of the nearest tracks."""

    path: PathText
    path_b64: PathBase64
    tags: TagsOrNull
    distance: Annotated[float, Meta(ge=0, description="No unit; only comparable within one metric.")]
    closer_than: Annotated[
        float | None, Meta(description="Share of the library's pairs that are farther apart, 0 to 1.")
    ]
    alike: Annotated[tuple[str, ...], Meta(description="Dimensions that make it near, with --explain.")]


class SimilarList(Printed, frozen=True):
    """Output of `similar --json`."""

    seeds: tuple[PathObject, ...]
    metric: str
    preset: str
    tracks: tuple[SimilarObject, ...]
    copies: Annotated[tuple[PathObject, ...], Meta(description="Left out: the same recording.")]


def similar_json(
    found: "Neighbourhood",
    seeds: Sequence[str],
    *,
    metric: str,
    preset: str,
    explain: "Callable[[Neighbour], Sequence[str]]",
) -> bytes:
    """The JSON of the nearest tracks. `explain` gives the keys of what makes a track near."""
    return msgspec.json.encode(
        SimilarList(
            seeds=tuple(map(path_object, seeds)),
            metric=metric,
            preset=preset,
            tracks=tuple(
                SimilarObject(
                    path=utf8_text(one.path),
                    path_b64=base64_unless_utf8(one.path),
                    tags=one.record.tags,
                    distance=one.distance,
                    closer_than=one.share_farther,
                    alike=tuple(explain(one)),
                )
                for one in found.neighbours
            ),
            copies=tuple(map(path_object, found.copies)),
        )
    )
