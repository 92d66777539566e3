"""What the JSON Schemas of all commands are made of."""

from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

COUNT: Schema = {"type": "integer", "minimum": 0}
SECONDS: Schema = {"type": "number", "minimum": 0}
PATH: Schema = {
    "type": "string",
    "description": "Absolute; bytes that are not UTF-8 are shown by substitutes.",
}
PATH_B64: Schema = {
    "type": ["string", "null"],
    "description": "The path's bytes in base64 where they are not UTF-8, else null.",
}


def object_of(properties: Schema, **more: Any) -> Schema:
    """An object that has all of these properties and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }
