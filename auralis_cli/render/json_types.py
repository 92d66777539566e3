"""What the types of all documented JSON are made of.

Commands print what is encoded from such types, and `json_schema` makes the JSON Schema from the same types,
so that the two cannot differ.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from auralis_cli.model.record import AnalyzerName
from auralis_cli.model.tags import Tags
from auralis_cli.render.safe_text import base64_unless_utf8, utf8_text

Count = Annotated[int, Meta(ge=0)]
Seconds = Annotated[float, Meta(ge=0)]
PathText = Annotated[str, Meta(description="Absolute; bytes that are not UTF-8 are shown by substitutes.")]
PathBase64 = Annotated[
    str | None, Meta(description="The path's bytes in base64 where they are not UTF-8, else null.")
]
TagsOrNull = Annotated[
    Tags | None,
    Meta(description="What the file says of its music; null where its tags were never read."),
]
AnalyzerText = Annotated[str, Meta(extra_json_schema={"enum": [name.value for name in AnalyzerName]})]


class Printed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An object of the output. Its schema demands all of its fields and allows no other."""


class PathObject(Printed, frozen=True):
    """A path."""

    path: PathText
    path_b64: PathBase64


def path_object(path: str) -> PathObject:
    """The path as JSON can carry it."""
    return PathObject(utf8_text(path), base64_unless_utf8(path))


def indented_json(value: Printed) -> bytes:
    """The JSON of a command that prints one object."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2)
