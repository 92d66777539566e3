"""`auralis.toml` in a folder of the library: read, checked, and told apart line by line.

    select = ["default", "A105"]
    ignore = ["S102"]
    fail_on = "warning"
    target = "streaming"
    baseline = "known.json"

    [limits]
    true_peak_dbtp = -2.0

    [folders."Live/*"]
    ignore = ["T107"]

It comes with the music, so it may come from anybody: it is short, a file and no link, and names no file
outside of its folder.
"""

import difflib
import fnmatch
import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple, NoReturn

import msgspec

from auralis_cli.check.finding import FailOn
from auralis_cli.check.limits import Limits, limit_rows
from auralis_cli.check.rules.table import check_prefix
from auralis_cli.check.targets import target_named
from auralis_cli.model.errors import ConfigError
from auralis_cli.system.safe_open import read_limited

POLICY_FILE: Final = "auralis.toml"
MAX_BYTES: Final = 1 << 16
"""A policy with each key takes 2 KiB."""
MAX_FOLDERS: Final = 200
"""Each is compared with each folder of the library."""
KEYS: Final = ("select", "ignore", "fail_on", "target", "baseline", "limits")


class PolicyValue(NamedTuple):
    """A key with its checked value; `source` is `/music/auralis.toml:3`, or a flag."""

    key: str
    value: Any
    source: str


class PolicyTable(NamedTuple):
    """What a file says about its folder (`pattern` None), or about those below it whose path fits."""

    pattern: str | None
    values: Sequence[PolicyValue]

    def fits(self, folder: str) -> bool:
        """Whether it is about the folder of this path below the file's, or about one that it lies in.

        `*` stands for any characters, also `/`, as in the patterns of `exclude`.
        """
        if self.pattern is None:
            return True
        if not folder:
            return False  # that of the file itself
        parts = folder.split("/")
        paths = ("/".join(parts[:end]) for end in range(1, len(parts) + 1))
        return any(fnmatch.fnmatchcase(path, self.pattern.strip("/")) for path in paths)


def read_policy_file(folder: str) -> Sequence[PolicyTable]:
    """The tables of the folder's file, in order; none where there is no file. Raises ConfigError."""
    path = f"{folder.rstrip('/')}/{POLICY_FILE}"
    try:
        content = read_limited(path, MAX_BYTES, follow_link=False)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise ConfigError(
            f"cannot read {path}: {why}; correct it, or use --isolated, which reads no such file"
        ) from error
    try:
        text = content.decode()
        if deep := _TOO_DEEP.search(text):  # for which tomllib takes the square of their number
            line = text.count("\n", 0, deep.start()) + 1
            raise ConfigError(f"{path}:{line}: no key has so many parts; known keys: {', '.join(KEYS)}")
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"cannot read {path}: not valid TOML ({error}); correct or delete it") from error
    return list(_PolicyReader(path, text).tables(table))


class _PolicyReader:
    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._lines = lines_of(text)

    def tables(self, table: dict[str, Any]) -> Iterator[PolicyTable]:
        """The file's own table, then those of folders."""
        folders = table.pop("folders", {})
        yield PolicyTable(None, list(self._values(table, ())))
        if not isinstance(folders, dict):
            self._wrong(("folders",), "'folders' has a table for each pattern, as [folders.\"Live/*\"]")
        if len(folders) > MAX_FOLDERS:
            self._wrong(
                ("folders",), f"there are more than {MAX_FOLDERS} tables of folders; use wider patterns"
            )
        for pattern, inner in folders.items():
            place = ("folders", pattern)
            if not isinstance(inner, dict):
                self._wrong(place, f"'{pattern}' is no table; write [folders.\"{pattern}\"]")
            yield PolicyTable(pattern, list(self._values(inner, place)))

    def _values(self, table: dict[str, Any], place: tuple[str, ...]) -> Iterator[PolicyValue]:
        for written, value in table.items():
            key = written.replace("-", "_")
            where = (*place, written)
            if key not in KEYS:
                self._unknown(where, written, [*KEYS, *(() if place else ("folders",))])
            if key != "limits":
                yield PolicyValue(key, self._checked(key, value, where), self._source(where))
                continue
            if not isinstance(value, dict):
                self._wrong(where, "'limits' is a table; write [limits]")
            for name, limit in value.items():
                if name.replace("-", "_") not in limit_rows():
                    self._unknown((*where, name), name, list(limit_rows()))
                checked = self._limit(name.replace("-", "_"), limit, (*where, name))
                yield PolicyValue(f"limits.{name.replace('-', '_')}", checked, self._source((*where, name)))

    def _checked(self, key: str, value: Any, where: tuple[str, ...]) -> Any:
        if key in ("select", "ignore"):
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                self._wrong(where, f'\'{key}\' is a list of prefixes of codes, such as ["C", "Q101"]')
            return tuple(check_prefix(each, self._source(where)) for each in value)
        if key == "fail_on":
            if value not in tuple(FailOn):
                self._wrong(where, f"'fail_on' is one of {', '.join(FailOn)}")
            return FailOn(value)
        if key == "target":
            return target_named(value, self._source(where))
        if not isinstance(value, str) or not value or "/" in value or value.startswith(".") or "\0" in value:
            self._wrong(where, "'baseline' is the name of a file in the same folder")
        return f"{self._path.rpartition('/')[0]}/{value}"

    def _limit(self, name: str, value: Any, where: tuple[str, ...]) -> float | None:
        try:
            limit: float | None = getattr(msgspec.convert({name: value}, Limits), name)
        except msgspec.ValidationError as error:
            what = str(error).partition(" - at")[0].replace("`float`", "a number").replace("`", "")
            is_short = isinstance(value, float) or (isinstance(value, int) and value.bit_length() <= 64)
            shown = f" is {value!r}" if is_short else ""  # Python prints no integer of 5,000 digits
            self._wrong(where, f"'{name}'{shown}: {what[:1].lower()}{what[1:]}")
        return limit

    def _unknown(self, where: tuple[str, ...], written: str, known: Sequence[str]) -> NoReturn:
        near = difflib.get_close_matches(written.replace("-", "_"), known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"known keys: {', '.join(known)}"
        self._wrong(where, f"unknown key '{written}'; {hint}")

    def _wrong(self, where: tuple[str, ...], what: str) -> NoReturn:
        raise ConfigError(f"{self._source(where)}: {what}")

    def _source(self, where: tuple[str, ...]) -> str:
        line = self._lines.get(where)
        return self._path if line is None else f"{self._path}:{line}"


_HEADER: Final = re.compile(r"\s*\[([^\[\]].*)\]\s*(#.*)?")
_PART: Final = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_TOO_DEEP: Final = re.compile(rf"(?m)^[ \t]*\[{{0,2}}[ \t]*(?:{_PART}[ \t]*\.[ \t]*){{4}}")
"""The longest key is `folders.pattern.limits.name`."""
_KEY: Final = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")


def lines_of(text: str) -> dict[tuple[str, ...], int]:
    """The line, from 1, on which a TOML text first sets each key, or something below it, by the key's path.

    A key within braces or in a text of several lines is not seen.
    """
    table: tuple[str, ...] = ()
    lines: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.fullmatch(line):
            found = table = _parts(header[1])
        elif key := _KEY.match(line):
            found = (*table, *_parts(key[1]))
        else:
            continue
        for end in range(1, len(found) + 1):
            lines.setdefault(found[:end], number)
    return lines


def _parts(key: str) -> tuple[str, ...]:
    """The parts of a dotted key."""
    try:
        table = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    parts = []
    while isinstance(table, dict):
        ((part, table),) = table.items()
        parts.append(part)
    return tuple(parts)
