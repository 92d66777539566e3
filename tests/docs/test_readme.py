"""What README and manual say that a program can check: tables, commands, flags, exit codes, links."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from auralis_cli import __version__
from auralis_cli.app import COMMANDS, app
from auralis_cli.check.rules.table import RULES
from auralis_cli.lazy_group import load_command
from auralis_cli.model.dimensions import Dimension, dimensions
from auralis_cli.model.errors import ExitCode
from auralis_cli.render.format_names import CONTAINERS
from auralis_cli.settings.environment import OTHER_VARIABLES
from auralis_cli.settings.table import SETTINGS
from auralis_cli.upkeep.doctor import ONLY_BY_FFMPEG

TABLE = re.compile(r"(?<=<!-- table of dimensions -->\n).*?(?=<!-- end of table -->\n)", re.DOTALL)
SETTINGS_TABLE = re.compile(
    r"(?<=<!-- table of settings -->\n).*?(?=<!-- end of table of settings -->\n)", re.DOTALL
)
RULES_TABLE = re.compile(r"(?<=<!-- table of rules -->\n).*?(?=<!-- end of table of rules -->\n)", re.DOTALL)
VARIABLES_TABLE = re.compile(
    r"(?<=<!-- table of variables -->\n).*?(?=<!-- end of table of variables -->\n)", re.DOTALL
)
CODE = re.compile(
    r"^```[a-z]*\n(?P<block>[^`]*)^```$|^ {4}(?P<indented>.+)$|`(?P<span>[^`\n]+)`", re.MULTILINE
)
FLAG = re.compile(r"(?<!\S)--[a-z][a-z0-9-]*")
UNIT = re.compile(r"(?<=<!-- systemd unit -->\n```ini\n).*?(?=```\n)", re.DOTALL)
WRITTEN_BY = "run `AURALIS_WRITE_SCHEMA=1 pytest tests/docs` to write it"


@pytest.fixture(scope="module")
def pages(checkout: Path) -> list[Path]:
    """The README, and the pages of the manual."""
    return [checkout / "README.md", *sorted((checkout / "auralis_cli" / "manual").glob("*.md"))]


@pytest.fixture(scope="module")
def text(pages: list[Path]) -> str:
    return "\n".join(page.read_text("utf-8") for page in pages)


def check_table(pages: list[Path], place: re.Pattern[str], table: str) -> None:
    """The table stands in one page as the program has it; with AURALIS_WRITE_SCHEMA=1 it is written there."""
    if os.environ.get("AURALIS_WRITE_SCHEMA") == "1":
        for page in pages:
            page.write_text(place.sub(lambda _: table, page.read_text("utf-8")), "utf-8")
    found = [there for page in pages for there in place.findall(page.read_text("utf-8"))]
    assert found == [table], f"the table is out of date: {WRITTEN_BY}"


def markdown_table() -> str:
    """Key, unit (the range where there is none) and meaning of each dimension."""
    rows = [f"| `{d.key}` | {_unit(d)} | {d.meaning} |" for d in dimensions()]
    return "\n".join(["| key | unit | meaning |", "|---|---|---|", *rows, ""])


def _unit(dimension: Dimension) -> str:
    return dimension.unit or f"{dimension.minimum:g} to {dimension.maximum:g}"


def commands() -> dict[str, set[str]]:
    """The flags that help shows, by command; `config set` and its like by both words."""
    flags = {"": _flags(get_command(app))}
    for entry in COMMANDS:
        command = load_command(entry)
        flags[entry.name] = _flags(command)
        for name, subcommand in getattr(command, "commands", {}).items():
            flags[f"{entry.name} {name}"] = _flags(subcommand)
    return flags


def _flags(command: Any) -> set[str]:
    shown = [option for option in command.params if not getattr(option, "hidden", False)]
    return {"--help"}.union(*(option.opts + option.secondary_opts for option in shown))


def lines_of_code(text: str) -> list[str]:
    """Each line of a code block, each span of code; a chain of shell commands in its parts."""
    code = [match["block"] or match["indented"] or match["span"] for match in CODE.finditer(text)]
    return [part.strip() for piece in code for part in re.split(r"\n|&&| {2,}", piece) if part.strip()]


def test_the_table_of_dimensions_is_the_program_s(pages: list[Path]) -> None:
    check_table(pages, TABLE, markdown_table())


def test_every_command_exists_and_has_the_flags_it_is_shown_with(text: str) -> None:
    known = commands()
    any_flag = set().union(*known.values())
    groups = {name.partition(" ")[0] for name in known if " " in name}
    seen = set()
    for line in lines_of_code(text):
        if line.startswith("dask "):  # has flags of its own
            continue
        program = re.match(r"(?:\S*/)?auralis(?: ([a-z]+)(?: ([a-z]+))?)?(?= |$)", line)
        first, second = program.groups() if program else (line.partition(" ")[0], None)
        name = f"{first} {second}" if first in groups and second else first or ""
        assert name in known or not program, f"{line}: there is no such command"
        assert set(FLAG.findall(line)) <= known.get(name, any_flag), f"{line}: there is no such flag"
        seen.add(name)
    assert seen >= {entry.name for entry in COMMANDS} - groups, "a command is on no page"
    assert {name.partition(" ")[0] for name in seen if " " in name} >= groups, "a group is on no page"


def table_of_settings() -> str:
    """Key, environment variable, meaning and allowed values of each setting."""
    rows = (f"| `{s.key}` | `{s.environment}` | {s.meaning} | {s.allowed} |" for s in SETTINGS)
    return "\n".join(["| setting | variable | what it is | allowed |", "|---|---|---|---|", *rows, ""])


def test_the_table_of_settings_is_the_program_s(pages: list[Path]) -> None:
    check_table(pages, SETTINGS_TABLE, table_of_settings())


def table_of_rules() -> str:
    """Code, name, level, whether it is on by default, and what each rule finds."""
    rows = (f"| {r.code} | {r.name} | {r.level} | {'yes' if r.is_on else 'no'} | {r.what} |" for r in RULES)
    return "\n".join(["| code | name | level | on | finds |", "|---|---|---|---|---|", *rows, ""])


def test_the_table_of_rules_is_the_program_s(pages: list[Path]) -> None:
    check_table(pages, RULES_TABLE, table_of_rules())


def table_of_variables() -> str:
    """The variables that belong to no setting."""
    rows = (f"| `{name}` | {meaning} |" for name, meaning in OTHER_VARIABLES.items())
    return "\n".join(["| variable | what it is |", "|---|---|", *rows, ""])


def test_the_table_of_variables_is_the_program_s(pages: list[Path]) -> None:
    check_table(pages, VARIABLES_TABLE, table_of_variables())


READS_A_VARIABLE = re.compile(
    r"""(?x) (?: environ\w*(?:\.get\(|\[) | var_os\( | env::var\( | parse_env\( ) "(\w+)"
    | "(\w+)"\s(?:not\s)?in\sos\.environ | "(AURALIS_[A-Z_]+)" """
)
NOT_FOR_USERS = {"AURALIS_WRITE_SCHEMA", "PYTHONUTF8"}
"""For developers; set for the Python of the reference."""


def test_every_variable_that_the_program_reads_is_in_a_table(checkout: Path) -> None:
    files = [*checkout.glob("auralis_cli/**/*.py"), *checkout.glob("rust/*/src/**/*.rs")]
    found = (READS_A_VARIABLE.findall(file.read_text("utf-8")) for file in files)
    read = {name for names in found for groups in names for name in groups if name}
    assert {"AURALIS_CACHE", "COLUMNS", "TERM", "PATH", "LD_LIBRARY_PATH", "AURALIS_WORKER_LOG"} <= read
    assert read - NOT_FOR_USERS <= {*OTHER_VARIABLES, *(setting.environment for setting in SETTINGS)}
    ours = {name for name in OTHER_VARIABLES if name.startswith("AURALIS_")}
    assert ours <= read, "a variable in the table is not read"


def test_the_citation_names_this_version(checkout: Path) -> None:
    citation = (checkout / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {__version__}\n" in citation
    assert "\nlicense: MIT\n" in citation


def test_how_slow_the_reference_is_is_said_with_one_number(checkout: Path, text: str) -> None:
    row = re.search(r"\| the Python reference \|.*?\| (\d+) \|", text)
    assert row
    texts = [text, (checkout / "auralis_cli/reference/README.md").read_text("utf-8")]
    texts += [file.read_text("utf-8") for file in checkout.glob("auralis_cli/**/*.py")]
    said = {n for one in texts for n in re.findall(r"((?:\d+ to )?\d+) times\s+(?:slower|as\s+long)", one)}
    assert said == {row[1]}


def test_no_package_index_is_named_where_the_package_is_not(checkout: Path, text: str) -> None:
    texts = [text, *(file.read_text("utf-8") for file in checkout.glob("auralis_cli/**/*.*[md|py]"))]
    assert not [one for one in texts if re.search(r"pip install '?auralis", one)]


def test_the_list_of_what_only_ffmpeg_decodes_is_the_worker_s(checkout: Path, text: str) -> None:
    source = (checkout / "rust/fp-decode/src/headers/container.rs").read_text("utf-8")
    foreign = set(re.findall(r'foreign\("([a-z0-9]+)"', source))
    names = {CONTAINERS[name] for name in foreign}
    told = re.split(r", (?:and )?", ONLY_BY_FFMPEG.partition(" with more")[0].replace(" and Vorbis", ""))
    assert set(told) == {*names, "HE-AAC", "AAC"}
    assert ONLY_BY_FFMPEG in " ".join(text.split())


def test_the_exit_codes_are_the_program_s(text: str) -> None:
    section = text.partition("## Exit codes\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| (\d+) \| (.+?) \|$", section, re.M)
    assert rows == [(str(int(code)), code.meaning) for code in ExitCode]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_systemd_unit_is_valid(text: str, tmp_path: Path) -> None:
    unit = UNIT.search(text)
    assert unit is not None
    file = tmp_path / "auralis-watch.service"
    # The check wants programs that are there.
    file.write_text(unit[0].replace("%h/.venv/bin/auralis", sys.executable))
    check = subprocess.run(["systemd-analyze", "verify", file], capture_output=True, text=True, check=False)
    assert (check.returncode, check.stderr) == (0, "")


LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")
PAGES_WITH_LINKS = ("*.md", "auralis_cli/**/*.md", "tests/*.md", "rust/*.md")
LINES_OF_THE_FIRST_PAGE = 260
LARGEST_PICTURE = 150_000


def anchors(page: Path) -> set[str]:
    """The anchors of its headings, as code hosts make them."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-") for head in heads}


def test_every_link_leads_somewhere(checkout: Path) -> None:
    for page in (page for pattern in PAGES_WITH_LINKS for page in checkout.glob(pattern)):
        for target, anchor in LINK.findall(page.read_text("utf-8")):
            there = page.parent / target if target else page
            assert there.exists(), f"{page.name}: {target}"
            assert not anchor or anchor in anchors(there), f"{page.name}: {target}#{anchor}"


def test_its_pictures_are_small_have_words_and_ask_for_nothing(checkout: Path) -> None:
    pictures = [*(checkout / "fixtures" / "pictures").iterdir()]
    shown = re.findall(r"^!\[(.+)\]\((.+)\)$", (checkout / "README.md").read_text("utf-8"), re.MULTILINE)
    assert {checkout / file for _, file in shown} == set(pictures)
    assert len(pictures) <= 4
    for picture in pictures:
        svg = picture.read_text("utf-8")
        assert len(svg) <= LARGEST_PICTURE
        assert not re.search(r"(?:href|src)=[\"'](?!#)|url\((?!#)|@import|<script", svg), picture.name


def test_the_first_page_is_short_and_leads_to_all_others(checkout: Path, pages: list[Path]) -> None:
    first = (checkout / "README.md").read_text("utf-8")
    assert first.count("\n") <= LINES_OF_THE_FIRST_PAGE
    linked = {target for target, _ in LINK.findall(first)}
    assert {page.relative_to(checkout).as_posix() for page in pages[1:]} <= linked
