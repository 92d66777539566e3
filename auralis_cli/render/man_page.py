"""The manual page, auralis(1), made from the help of the commands: roff with the macros of man(7)."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from auralis_cli.model.errors import ExitCode
from auralis_cli.settings.environment import OTHER_VARIABLES
from auralis_cli.settings.table import SETTINGS

_AS_IT_IS: Final = "\b\n"
"""Begins a paragraph of a help text whose lines are not filled."""


_ROFF: Final = str.maketrans(
    {"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "~": "\\(ti", "^": "\\(ha"}
)
"""Characters that roff would take for commands or for typographic ones."""


def man_page(version: str, program: Any, commands: Sequence[tuple[str, Any]]) -> str:
    """The page. `program` is the group of all commands, `commands` each of them with its full name."""
    lines = [
        f'.TH AURALIS 1 "" "auralis {roff(version)}" "User Commands"',
        ".nh",
        ".ad l",
        ".SH NAME",
        "auralis \\- what each track of a music library sounds like, in 25 numbers",
        ".SH SYNOPSIS",
        "\\fBauralis\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...",
        ".SH DESCRIPTION",
        *_text(program.help),
        ".PP",
        "Data goes to standard output, progress and reports to standard error.",
        ".SH OPTIONS",
        *_parameters(program),
        ".SH COMMANDS",
    ]
    for name, command in commands:
        lines += _command(name, command)
    lines += [".SH EXIT STATUS", *_tagged((str(int(code)), code.meaning) for code in ExitCode)]
    lines += [
        ".SH ENVIRONMENT",
        "Flags win over these variables, and these over the configuration file.",
        ".PP",
    ]
    lines += _tagged((each.environment, f"{each.meaning} ({each.allowed})") for each in SETTINGS)
    lines += _tagged(OTHER_VARIABLES.items())
    lines += [".SH FILES"]
    lines += _tagged(
        [
            ("NAME.auralis.json", "sidecar: the results of one track, beside it or in a mirrored tree"),
            (".auralisignore", "patterns of what scans leave out below this folder, as in a .gitignore"),
            ("auralis.toml", "what 'auralis check' does in this folder and below: rules, limits, target"),
            ("fingerprints.db", "cache: the results of all tracks; 'auralis cache path' says where it is"),
            ("config.toml", "the settings; 'auralis config path' says where it is"),
        ]
    )
    lines += [".SH SEE ALSO", ".BR ffmpeg (1),", ".BR jq (1),", ".BR sqlite3 (1)"]
    return "\n".join(lines) + "\n"


def roff(text: str) -> str:
    """One line of text as roff shows it: nothing in it is a command, and a hyphen can be copied as one."""
    plain = text.translate(_ROFF)
    plain = "".join(each if each.isascii() else f"\\[u{ord(each):04X}]" for each in plain)
    return f"\\&{plain}" if plain.startswith(".") else plain


def _command(name: str, command: Any) -> list[str]:
    """One command: how it is called, what it does, its arguments and options."""
    context = command.make_context(name, [], resilient_parsing=True)
    usage = " ".join(command.collect_usage_pieces(context))
    lines = [f".SS {roff(f'auralis {name} {usage}')}", *_text(command.help)]
    return [*lines, *_parameters(command, context), *_text(command.epilog)]


def _parameters(command: Any, context: Any = None) -> list[str]:
    context = context or command.make_context("auralis", [], resilient_parsing=True)
    records = [each.get_help_record(context) for each in command.get_params(context)]
    return [*_tagged(record for record in records if record is not None and record[0] != "-h, --help")]


def _tagged(pairs: Any) -> Iterator[str]:
    for name, meaning in pairs:
        yield ".TP"
        yield f".B {roff(name)}"
        yield roff(" ".join(meaning.split()))


def _text(text: str | None) -> Iterator[str]:
    """The paragraphs of a help text."""
    for paragraph in (text or "").split("\n\n"):
        content = paragraph.removeprefix(_AS_IT_IS).strip("\n")
        if not content:
            continue
        if content == paragraph.strip("\n"):
            yield ".PP"
            yield roff(" ".join(content.split()))
            continue
        head, _, rest = content.partition("\n")
        yield ".PP"
        yield roff(head)
        yield ".RS 4"
        yield ".nf"
        yield from (roff(line.strip()) for line in rest.split("\n"))
        yield ".fi"
        yield ".RE"
