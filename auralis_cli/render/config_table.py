"""The settings as a table and as JSON: the value of each and where it comes from."""

from typing import Annotated

import msgspec
from msgspec import Meta
from rich.text import Text

from auralis_cli.render.json_types import Printed, indented_json
from auralis_cli.render.safe_text import safe_text, utf8_text
from auralis_cli.settings.resolve import Layer, ResolvedSettings
from auralis_cli.settings.table import SETTINGS, to_plain

UNSET = {
    "timeout": "2 minutes to 1 hour, by size",
    "max_memory": "1024 for a worker, no limit for the reference",
    "sidecar_dir": "none",
    "exclude": "nothing",
    "worker": "found automatically",
    "ffmpeg": "from PATH",
    "scheduler": "none",
    "scheduler_file": "none",
    "path_map": "the same paths everywhere",
}
"""What is shown for a setting without a value."""
GAP = 2
"""Columns between two columns."""


Plain = str | int | bool | list[str] | None
"""A setting's value in JSON."""


class SettingObject(Printed, frozen=True):
    """The value of one setting, and where it comes from."""

    value: Plain
    layer: Annotated[str, Meta(extra_json_schema={"enum": [layer.name.lower() for layer in Layer]})]
    source: str


SettingsObject = msgspec.defstruct(
    "SettingsObject",
    [(setting.key, SettingObject) for setting in SETTINGS],
    bases=(Printed,),
    frozen=True,
    namespace={"__doc__": "All settings, by key."},
)


class ConfigObject(Printed, frozen=True):
    """Output of `config show --json`."""

    config_file: str
    exists: bool
    settings: SettingsObject  # type: ignore[valid-type]


def settings_json(resolved: ResolvedSettings) -> bytes:
    """Every setting with its source, and the configuration file."""
    settings = {
        key: SettingObject(
            _as_utf8(to_plain(getattr(resolved.settings, key))),
            source.layer.name.lower(),
            utf8_text(source.name),
        )
        for key, source in resolved.sources.items()
    }
    return indented_json(
        ConfigObject(
            utf8_text(str(resolved.config_path)), resolved.config_path.exists(), SettingsObject(**settings)
        )
    )


def settings_lines(resolved: ResolvedSettings, width: int) -> list[Text]:
    """A line for each setting: key, value, source. A value too long for its column pushes the source on, so
    that no path is broken: the terminal wraps the line, and it is copied whole.
    """
    rows = []
    for setting in SETTINGS:
        source = resolved.sources[setting.key]
        style = "dim" if source.layer == Layer.DEFAULT else ""
        name = "file" if source.layer == Layer.FILE else safe_text(source.name)
        value = _describe(setting.key, to_plain(getattr(resolved.settings, setting.key)))
        rows.append((Text(setting.key), value, Text(name, style=style)))
    keys = max(len(key) for key, *_ in rows) + GAP
    room = width - keys - GAP - max(len(origin) for *_, origin in rows)
    values = max([5, *(len(value) for _, value, _ in rows if len(value) <= room)]) + GAP
    head = Text(f"{'setting':<{keys}}{'value':<{values}}from", style="bold")
    lines = [head]
    for key, value, origin in rows:
        key.pad_right(keys - len(key))
        value.pad_right(max(GAP, values - len(value)))
        lines.append(Text.assemble(key, value, origin))
    return lines


def config_file_line(resolved: ResolvedSettings) -> str:
    """The file that `config set` writes: not part of the table, so that its path is never broken."""
    state = "" if resolved.config_path.exists() else " (does not exist yet)"
    return f"configuration file: {safe_text(str(resolved.config_path))}{state}"


def _as_utf8(value: Plain) -> Plain:
    if isinstance(value, list):
        return [utf8_text(pattern) for pattern in value]
    return utf8_text(value) if isinstance(value, str) else value


def _describe(key: str, value: Plain) -> Text:
    if value is None or value == []:
        return Text(UNSET[key], style="dim")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    return Text(safe_text(", ".join(value) if isinstance(value, list) else str(value)))
