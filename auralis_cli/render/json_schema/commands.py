"""JSON Schemas (draft 2020-12) of everything that `--json` prints."""

import json
from importlib.resources import files

from auralis_cli.model.dimensions import Dimension, dimensions
from auralis_cli.model.record import AnalyzerName
from auralis_cli.model.result import Status
from auralis_cli.render.json_schema.cache import cache_schemas
from auralis_cli.render.json_schema.parts import COUNT, DIALECT, PATH, PATH_B64, SECONDS, Schema
from auralis_cli.render.json_schema.parts import object_of as _object
from auralis_cli.settings.table import SETTINGS
from auralis_cli.upkeep.doctor import State


def table_of_dimensions() -> list[Schema]:
    """The table that everything is made from, as it is in the package."""
    table: list[Schema] = json.loads(
        files("auralis_cli").joinpath("schema/dimensions.json").read_text("utf-8")
    )
    return table


def output_schemas() -> dict[str, Schema]:
    """The schema of each kind of output, by name."""
    track = _track()
    return {
        "start": _document("First line of `scan --json`.", _start()),
        "track": _document(
            "One line of `scan --json` per file, and the whole output of `show --json`.", track
        ),
        "summary": _document("Last line of `scan --json`.", _summary()),
        "compare": _document("Output of `compare --json`.", _compare()),
        "failure": _document("One line of `failures list --json`.", _failure()),
        "doctor": _document("Output of `doctor --json`.", _doctor()),
        **{name: _document(f"Output of `{name} --json`.", each) for name, each in cache_schemas().items()},
        "config": _document("Output of `config show --json`.", _config()),
    }


def _document(description: str, schema: Schema) -> Schema:
    return {"$schema": DIALECT, "description": description, **schema}


def _start() -> Schema:
    return _object(
        {
            "event": {"const": "start"},
            "schema": {"const": 1, "description": "Version of this output."},
            "analysis_version": COUNT,
            "worker_version": {"type": "string"},
            "analyzer": {"enum": [name.value for name in AnalyzerName]},
        }
    )


def _summary() -> Schema:
    return _object(
        {
            "event": {"const": "summary"},
            **{status.value: COUNT for status in Status},
            "seconds": SECONDS,
            "audio_seconds": SECONDS,
            "interrupted": {"type": "boolean"},
        }
    )


def _track() -> Schema:
    definitions = _worker_definitions()
    warning = _object({"code": {"type": "string"}, "message": {"type": "string"}, "count": COUNT})
    error = _object({"code": {"type": "string"}, "message": {"type": "string"}, "known": {"type": "boolean"}})
    properties = {
        "event": {"const": "track"},
        "path": PATH,
        "path_b64": PATH_B64,
        "status": {"enum": [status.value for status in Status]},
        "analyzer": {
            "description": "Who made the numbers, or null where there are none.",
            "enum": [*(name.value for name in AnalyzerName), None],
        },
        "fingerprint": {
            "description": "All 25 dimensions, or null where nothing was analysed.",
            "anyOf": [_fingerprint(), {"type": "null"}],
        },
        "nulls": {
            "description": "The reason of each dimension that is null.",
            "type": ["object", "null"],
            "additionalProperties": {"type": "string"},
        },
        "details": {"anyOf": [{"$ref": "#/$defs/Details"}, {"type": "null"}]},
        "warnings": {"type": ["array", "null"], "items": warning},
        "error": {"anyOf": [error, {"type": "null"}]},
        "reason": {"description": "Why the file was skipped.", "type": ["string", "null"]},
        "from": {
            "description": "The former path of a moved file; of a cached copy, the file with the same bytes.",
            "type": ["string", "null"],
        },
        "from_b64": PATH_B64,
    }
    return _object(properties, **{"$defs": definitions})


def _worker_definitions() -> Schema:
    """Details and what it refers to, from the schema that the Rust side generates."""
    protocol = json.loads(files("auralis_cli").joinpath("schema/protocol.json").read_text("utf-8"))
    definitions = protocol["response"]["$defs"]
    return {name: definitions[name] for name in ("Details", "TempoAlternative")}


def _fingerprint() -> Schema:
    return _object({dimension.key: _value(dimension) for dimension in dimensions()})


def _value(dimension: Dimension) -> Schema:
    unit = f" ({dimension.unit})" if dimension.unit else ""
    limits = {"minimum": dimension.minimum, "maximum": dimension.maximum}
    return {
        "description": f"{dimension.label}{unit}: {dimension.meaning}",
        "type": ["number", "null"],
        **{name: limit for name, limit in limits.items() if limit is not None},
    }


def _compare() -> Schema:
    number = {"type": ["number", "null"]}
    row = _object(
        {
            "key": {"enum": [dimension.key for dimension in dimensions()]},
            "a": number,
            "b": number,
            "difference": {"description": "b - a in the unit; null where either is.", **number},
            "unit": {"type": "string"},
            "contribution": {
                "description": "Share of the distance.",
                "type": "number",
                "minimum": 0,
                "maximum": 1,
            },
        }
    )
    return _object(
        {
            "similarity": {"type": "number", "minimum": 0, "maximum": 100},
            "distance": {"description": "What the similarity comes from; 0 for equal tracks.", **SECONDS},
            "a_path": PATH,
            "a_path_b64": PATH_B64,
            "b_path": PATH,
            "b_path_b64": PATH_B64,
            "dimensions": {
                "type": "array",
                "items": row,
                "minItems": len(dimensions()),
                "maxItems": len(dimensions()),
            },
        }
    )


def _failure() -> Schema:
    return _object(
        {
            "path": PATH,
            "path_b64": PATH_B64,
            "code": {"type": "string"},
            "message": {"type": "string"},
            "advice": {"description": "What to do, for a person.", "type": "string"},
            "when": {"description": "ISO 8601, UTC.", "type": "string"},
            "size": {"description": "In bytes, when it failed.", **COUNT},
            "analyzer": {"enum": [name.value for name in AnalyzerName]},
            "worker_version": {"type": "string"},
            "depends_on_ffmpeg": {
                "description": "Another ffmpeg makes the next scan try again.",
                "type": "boolean",
            },
        }
    )


def _doctor() -> Schema:
    check = _object(
        {
            "name": {"type": "string"},
            "state": {"enum": [state.value for state in State]},
            "finding": {"type": "string"},
            "advice": {"type": ["string", "null"]},
        }
    )
    return _object({"ok": {"type": "boolean"}, "checks": {"type": "array", "items": check}})


def _config() -> Schema:
    setting = _object(
        {
            "value": {"type": ["string", "integer", "boolean", "array", "null"]},
            "layer": {"enum": ["default", "file", "environment", "flag"]},
            "source": {"type": "string"},
        }
    )
    return _object(
        {
            "config_file": {"type": "string"},
            "exists": {"type": "boolean"},
            "settings": _object({each.key: setting for each in SETTINGS}),
        }
    )
