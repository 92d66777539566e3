"""The tags of a track in JSON."""

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from auralis_cli.model.tags import TAG_NAMES, Tags
from auralis_cli.render.json_types import Printed

if TYPE_CHECKING:

    class TagsObject(Printed, frozen=True):
        """What the file says about its music; null for what it does not say."""

        def __init__(self, **values: str | int | bool | None) -> None: ...

else:
    TagsObject = msgspec.defstruct(
        "TagsObject",
        [(field.name, field.type) for field in msgspec.structs.fields(Tags)],
        bases=(Printed,),
        frozen=True,
        kw_only=True,
        namespace={"__doc__": "What the file says about its music; null for what it does not say."},
    )

TagsOrNull = Annotated[
    TagsObject | None, Meta(description="Null where the tags of the file were never read.")
]


def tags_object(tags: Tags | None) -> "TagsObject | None":
    """The tags as they are printed."""
    if tags is None:
        return None
    values: dict[str, Any] = dict(zip(TAG_NAMES, msgspec.structs.astuple(tags), strict=True))
    return TagsObject(**values)
