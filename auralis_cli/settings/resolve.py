"""Makes one Settings of defaults, configuration file, environment and flags.

The later one wins; sources are kept.
"""

import os
from collections.abc import Mapping
from enum import IntEnum
from pathlib import Path
from typing import Any

import msgspec

from auralis_cli.model.errors import ConfigError
from auralis_cli.settings.config_file import check_value, config_path, read_values, user_folder
from auralis_cli.settings.table import SETTINGS, find_setting
from auralis_cli.settings.values import EngineName, Settings, SidecarMode
from auralis_cli.system.cpus import usable_cpus


class Layer(IntEnum):
    """Where a value can come from; a higher layer wins."""

    DEFAULT = 0
    FILE = 1
    ENVIRONMENT = 2
    FLAG = 3


class SettingSource(msgspec.Struct, frozen=True):
    """Where one value comes from: its layer, and the file, variable or flag."""

    layer: Layer
    name: str


class ResolvedSettings(msgspec.Struct, frozen=True):
    """The settings, the source of each by key, and the configuration file that was looked at."""

    settings: Settings
    sources: dict[str, SettingSource]
    config_path: Path


def default_cache() -> Path:
    """The path of the cache where no setting names one.

    The user's data folder and not the cache folder: the results of an evening's work must survive a program
    that empties caches.
    """
    from platformdirs import user_data_dir

    folder = user_folder(user_data_dir)
    if folder is None:
        raise ConfigError(
            "cannot tell where the cache lies: HOME is not set, and the system knows no home of this user; "
            "set HOME, or name the cache with --cache or AURALIS_CACHE"
        )
    return folder / "fingerprints.db"


def resolve_settings(flags: Mapping[str, object]) -> Settings:
    """The settings of a run. A flag that is None, or an empty list, was not given. Raises ConfigError."""
    return resolve_with_sources(flags).settings


def resolve_with_sources(
    flags: Mapping[str, object], environment: Mapping[str, str] | None = None
) -> ResolvedSettings:
    """The settings with the source of each value; `environment` is the process's unless given."""
    variables = os.environ if environment is None else environment
    path = config_path(variables)
    default = SettingSource(Layer.DEFAULT, "default")
    values: dict[str, Any] = {}
    sources: dict[str, SettingSource] = {setting.key: default for setting in SETTINGS}
    for key, value in read_values(path).items():
        values[key], sources[key] = value, SettingSource(Layer.FILE, str(path))
    for key, value in _read_environment(variables).items():
        setting = find_setting(key)
        assert setting is not None
        values[key], sources[key] = value, SettingSource(Layer.ENVIRONMENT, setting.environment)
    for key, value in _read_flags(flags).items():
        values[key], sources[key] = value, SettingSource(Layer.FLAG, "--" + key.replace("_", "-"))
    _combine_sidecar_settings(values, sources)
    _combine_cluster_settings(values, sources)
    if "cache" not in values:
        values["cache"] = default_cache()
    if "jobs" not in values:
        values["jobs"] = usable_cpus()
    return ResolvedSettings(Settings(**values), sources, path)


def _read_environment(variables: Mapping[str, str]) -> dict[str, Any]:
    """The settings given by the environment; an empty variable counts as unset."""
    values = {}
    for setting in SETTINGS:
        text = variables.get(setting.environment, "")
        if not text:
            continue
        where = f"the environment ({setting.environment})"
        try:
            plain = setting.parse(text)
        except ValueError as error:
            raise ConfigError(f"{setting.key} in {where} is '{text}'; allowed: {setting.allowed}") from error
        values[setting.key] = check_value(setting, plain, Path.cwd(), where)
    return values


def _read_flags(flags: Mapping[str, object]) -> dict[str, Any]:
    """The settings given by flags."""
    values = {}
    for key, value in flags.items():
        setting = find_setting(key)
        if setting is None:
            raise LookupError(f"no setting is called {key}")
        if value is None or (isinstance(value, list | tuple) and not value):
            continue
        values[setting.key] = check_value(setting, value, Path.cwd(), f"the flag {setting.flag}")
    return values


def _combine_sidecar_settings(values: dict[str, Any], sources: dict[str, SettingSource]) -> None:
    """Applies the rules between the two: a folder named in a higher layer than the mode means `mirror`, and
    `mirror` needs a folder. Raises ConfigError.
    """
    folder, mode = sources["sidecar_dir"], sources["sidecars"]
    if folder.layer > mode.layer:
        values["sidecars"], sources["sidecars"] = SidecarMode.MIRROR, folder
        return
    mirrored = values.get("sidecars") == SidecarMode.MIRROR
    if mirrored and values.get("sidecar_dir") is None:
        raise ConfigError(
            f"sidecars is 'mirror' ({mode.name}), but no folder is given; "
            "add --sidecar-dir DIR or run 'auralis config set sidecar_dir DIR'"
        )
    if folder.layer == Layer.FLAG and not mirrored:
        raise ConfigError(
            f"--sidecar-dir is for mirrored sidecars, but sidecars is '{values['sidecars']}' ({mode.name}); "
            "use --sidecars mirror or leave out --sidecar-dir"
        )


def _combine_cluster_settings(values: dict[str, Any], sources: dict[str, SettingSource]) -> None:
    """Applies the rules between the settings of a cluster: of address and file the one in the higher layer
    counts, and a flag with either asks for the cluster. Raises ConfigError for two in one layer.
    """
    address, file, engine = sources["scheduler"], sources["scheduler_file"], sources["engine"]
    if values.get("scheduler") and values.get("scheduler_file"):
        if address.layer == file.layer:
            raise ConfigError(
                f"two schedulers are named: scheduler ({address.name}) and scheduler_file ({file.name}); "
                "leave out one"
            )
        values["scheduler" if file.layer > address.layer else "scheduler_file"] = None
    if Layer.FLAG in (address.layer, file.layer) and engine.layer < Layer.FLAG:
        values["engine"] = EngineName.DASK
        sources["engine"] = address if address.layer == Layer.FLAG else file
