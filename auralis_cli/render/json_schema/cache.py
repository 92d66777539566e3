"""JSON Schemas of what the commands of `cache` print."""

from auralis_cli.render.json_schema.parts import COUNT, PATH, PATH_B64, Schema, object_of

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}


def cache_schemas() -> dict[str, Schema]:
    """By command."""
    return {
        "cache info": _info(),
        "cache verify": _verify(),
        "cache rebuild": _rebuild(),
        "cache prune": _prune(),
    }


def _list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _path(**more: Schema) -> Schema:
    return object_of({"path": PATH, "path_b64": PATH_B64, **more})


def _info() -> Schema:
    generation = {"analyzer": TEXT, "analysis_version": COUNT, "records": COUNT, "failures": COUNT}
    return _path(
        exists=FLAG,
        size={"description": "Bytes, with SQLite's log.", **COUNT},
        schema_version=COUNT,
        journal={"type": ["string", "null"]},
        on_local_disk=FLAG,
        writable=FLAG,
        records=COUNT,
        failures=COUNT,
        tombstones={"description": "Rows whose files were not there.", **COUNT},
        generations=_list_of(object_of(generation)),
        roots={"description": "Folders that were scanned.", **_list_of(_path())},
        set_aside={"description": "Damaged caches beside it.", **_list_of(_path())},
    )


def _verify() -> Schema:
    return _path(
        ok=FLAG,
        records=COUNT,
        failures=COUNT,
        damage={"description": "SQLite's findings; what is foreign in the schema.", **_list_of(TEXT)},
        bad_rows=_list_of(_path(fault=TEXT)),
        removed={"description": "Rows; null without --repair.", "type": ["integer", "null"]},
    )


def _rebuild() -> Schema:
    return object_of(
        {
            "tracks": COUNT,
            "filled": COUNT,
            "known": {"description": "Rows that were there and hold.", **COUNT},
            "without": {"description": "Tracks without a sidecar about them as they are now.", **COUNT},
            "refused": {"description": "Sidecars that break a rule.", **COUNT},
            "warnings": _list_of(TEXT),
            "missing_paths": _list_of(TEXT),
        }
    )


def _prune() -> Schema:
    held = {"folder": TEXT, "rows": COUNT, "reason": TEXT}
    return object_of(
        {
            "dry_run": FLAG,
            "days": COUNT,
            "checked": COUNT,
            "buried": {"description": "Marked as missing now.", **COUNT},
            "waiting": {"description": "Missing, but not long enough.", **COUNT},
            "removed": COUNT,
            "revived": {"description": "Found again.", **COUNT},
            "unknown": {"description": "Files that cannot be examined.", **COUNT},
            "held_back": {
                "description": "Missing, but kept: their disk may be absent.",
                **_list_of(object_of(held)),
            },
        }
    )
