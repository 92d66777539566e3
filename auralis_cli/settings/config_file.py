"""The configuration file: where it is, how it is read, and how one key of it is changed."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from auralis_cli.model.errors import ConfigError
from auralis_cli.settings.table import SETTINGS, Setting, find_setting

PATH_VARIABLE = "AURALIS_CONFIG"


def config_path(environment: Mapping[str, str]) -> Path:
    """The file's path: $AURALIS_CONFIG, else config.toml in the user's configuration folder."""
    named = environment.get(PATH_VARIABLE)
    if named:
        return Path(os.path.normpath(Path.cwd() / Path(named).expanduser()))
    from platformdirs import user_config_dir

    return Path(user_config_dir("auralis", appauthor=False)) / "config.toml"


def read_table(path: Path) -> dict[str, Any]:
    """The file's keys as they stand, known or not; a file that does not exist has none."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(
            f"cannot read {path}: {error.strerror}; make it readable or set {PATH_VARIABLE} to another file"
        ) from error
    import tomllib

    try:
        return tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:  # the latter: brackets in brackets in brackets …
        raise ConfigError(
            f"cannot read {path}: not valid TOML ({error}); correct or delete the file"
        ) from error


def known_setting(key: str, where: str) -> Setting:
    """The setting of this key.

    An unknown key is an error and not a warning: whoever writes `sidecar = "none"` relies on no file being
    written beside the music.
    """
    setting = find_setting(key)
    if setting is not None:
        return setting
    import difflib

    names = [known.key for known in SETTINGS]
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'?" if near else f"known settings: {', '.join(names)}"
    raise ConfigError(f"unknown setting '{key}' in {where}; {hint}")


def check_value(setting: Setting, value: object, folder: Path, where: str) -> Any:
    """The checked value; a wrong one is a ConfigError that names its source and what is allowed."""
    try:
        return setting.check(value, folder)
    except ValueError as error:
        shown = value if isinstance(value, str) else repr(value)
        raise ConfigError(f"{setting.key} in {where} is '{shown}'; allowed: {setting.allowed}") from error


def read_values(path: Path) -> dict[str, Any]:
    """The file's settings, checked; relative paths are taken from the file's folder."""
    values = {}
    for key, value in read_table(path).items():
        setting = known_setting(key, str(path))
        values[setting.key] = check_value(setting, value, path.parent, str(path))
    return values


def write_table(path: Path, table: Mapping[str, Any]) -> None:
    """Replace the file in one step, so that a crash leaves either the old or the new one.

    A symbolic link, as dotfile collections use them, stays one: its target is replaced.
    """
    import tempfile

    import tomli_w

    try:
        text = tomli_w.dumps(table).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ConfigError(
            f"cannot write {path}: TOML holds UTF-8 only; use an environment variable"
        ) from error
    target = path.resolve()
    temporary = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=".config-", suffix=".toml", dir=target.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        raise ConfigError(
            f"cannot write {path}: {error.strerror}; make its folder writable or set {PATH_VARIABLE}"
        ) from error
