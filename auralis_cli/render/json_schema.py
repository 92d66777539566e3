"""The JSON Schema of what `--json` prints, made from the types that are encoded.

Only `auralis schema` imports this.
"""

import json
from collections.abc import Mapping
from pkgutil import get_data
from typing import Any

import msgspec

from auralis_cli.render import cache_json, sidecar_reports
from auralis_cli.render.album_json import AlbumsObject
from auralis_cli.render.check_json import CheckObject
from auralis_cli.render.cluster_report import ClusterObject
from auralis_cli.render.comparison_json import ComparisonObject
from auralis_cli.render.config_table import ConfigObject
from auralis_cli.render.doctor_report import DoctorObject
from auralis_cli.render.duplicates_json import DuplicatesObject
from auralis_cli.render.failure_list import FailureLine
from auralis_cli.render.json_lines import StartLine, SummaryLine, TrackLine
from auralis_cli.render.playlist_json import PlaylistObject
from auralis_cli.render.policy_table import PolicyObject
from auralis_cli.render.rule_list import RuleObject
from auralis_cli.render.similar_json import SimilarList
from auralis_cli.render.stats_json import StatsObject
from auralis_cli.render.trace_json import TraceLine
from auralis_cli.render.track_lists import ListLine
from auralis_cli.render.warning_list import WarningLine
from auralis_cli.render.watch_lines import WatchLine

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

OUTPUTS: Mapping[str, type[msgspec.Struct]] = {
    "start": StartLine,
    "track": TrackLine,
    "summary": SummaryLine,
    "watch": WatchLine,
    "trace": TraceLine,
    "compare": ComparisonObject,
    "similar": SimilarList,
    "playlist": PlaylistObject,
    "duplicates": DuplicatesObject,
    "list": ListLine,
    "stats": StatsObject,
    "failure": FailureLine,
    "warning": WarningLine,
    "check": CheckObject,
    "album": AlbumsObject,
    "rule": RuleObject,
    "doctor": DoctorObject,
    "cluster check": ClusterObject,
    "cache info": cache_json.InfoObject,
    "cache verify": cache_json.VerifyObject,
    "cache rebuild": cache_json.RebuildObject,
    "cache relocate": cache_json.RelocateObject,
    "cache forget": cache_json.ForgetObject,
    "cache prune": cache_json.PruneObject,
    "sidecars write": sidecar_reports.SidecarWriteObject,
    "sidecars verify": sidecar_reports.SidecarVerifyObject,
    "sidecars clean": sidecar_reports.SidecarCleanObject,
    "config": ConfigObject,
    "policy": PolicyObject,
}
"""The type of each kind of output."""


def table_of_dimensions() -> list[Schema]:
    """The table that everything is made from, as it is in the package."""
    table: list[Schema] = _file("dimensions.json")
    return table


def output_schemas(outputs: Mapping[str, type[msgspec.Struct]] = OUTPUTS) -> dict[str, Schema]:
    """The schema of each kind of output, by name."""
    return {name: _schema_of(kind) for name, kind in outputs.items()}


def _schema_of(kind: type[msgspec.Struct]) -> Schema:
    schema = msgspec.json.schema(kind)
    definitions = schema["$defs"]
    root = definitions.pop(kind.__name__)
    if kind in (TrackLine, ListLine):
        # The worker decides what the details of a track are: its own schema has them.
        worker = _file("protocol.json")["response"]["$defs"]
        definitions |= {name: worker[name] for name in ("Details", "TempoAlternative")}
        root["properties"]["details"] = {"anyOf": [{"$ref": "#/$defs/Details"}, {"type": "null"}]}
    if (tags := definitions.get("Tags")) is not None:  # all of its fields are printed, though none is needed
        tags |= {"required": list(tags["properties"]), "additionalProperties": False}
    return {"$schema": DIALECT, **root} | ({"$defs": definitions} if definitions else {})


def _file(name: str) -> Any:
    return json.loads(get_data("auralis_cli", f"schema/{name}") or b"")
