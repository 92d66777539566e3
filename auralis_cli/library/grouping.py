"""What the tracks of statistics are grouped by."""

import os
from typing import Any, Final

import msgspec

from auralis_cli.library.fields import Field, Kind, QueryError, known_field
from auralis_cli.library.musical_key import key_named
from auralis_cli.library.statistics import COLUMNS, Details

FOLDER: Final = "folder"
_ALBUM: Final = "album || coalesce(' (' || album_artist || ')', '')"
"""Albums of the same title are told apart by their artists."""
_NAMES: Final = (str, int)
_GROUPABLE: Final = (Kind.TEXT, Kind.TAG, Kind.FLAG, Kind.WHOLE, Kind.KEY)


class Grouping(msgspec.Struct, frozen=True):
    """What tracks are grouped by: the folder that they lie in, or the value of a field."""

    field: Field | None
    """None: the folder."""
    detail: str | None = None
    """Which of `Details` has the value; None: it is a column of its own, which takes longer to read."""

    @classmethod
    def parse(cls, text: str) -> "Grouping":
        """`folder`, or the name of a field whose values are no measures. Raises QueryError."""
        if text.lower() == FOLDER:
            return cls(None)
        field = known_field(text, f"--by {text}")
        if field.kind not in _GROUPABLE:
            raise QueryError(
                f"--by {text}: its values are measures; group by folder, artist, codec, key, or the like"
            )
        detail = "key" if field.kind is Kind.KEY else field.name
        return cls(field, detail if detail in Details.__struct_fields__ else None)

    @property
    def columns(self) -> tuple[str, ...]:
        """COLUMNS, and the one to group by."""
        if self.field is None or self.detail is not None:
            return COLUMNS
        return (*COLUMNS, _ALBUM if self.field.name == "album" else self.field.sql)

    def of(self, row: tuple[Any, ...], details: Details) -> str | int | None:
        """The group of a row of these columns with these details."""
        if self.field is None:
            return os.fsdecode(row[0].rpartition(b"/")[0])
        value = row[-1] if self.detail is None else getattr(details, self.detail)
        if self.field.kind is Kind.KEY and (key := key_named(value)) is not None:
            return {"camelot": key.camelot, "open_key": key.open_key}.get(self.field.name, key.name)
        return value if isinstance(value, _NAMES) else None
