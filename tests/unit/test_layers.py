"""The rooms of `auralis_cli` and the floors that they lie on: every import goes down."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

FLOOR = {
    "model": 1,
    "system": 1,
    "lazy_group": 1,
    "settings": 2,
    "files": 2,
    "similarity": 2,
    "workers": 3,
    "store": 3,
    "lookup": 4,
    "upkeep": 4,
    "reference": 4,
    "cluster": 4,
    "scan": 5,
    "library": 5,
    "watch": 6,
    "check": 6,
    "render": 7,
    "plots": 7,
    "bench": 8,
    "report": 8,
    "commands": 9,
    "api": 9,
    "app": 10,
    "__main__": 11,
}
"""Rooms, and modules outside of any. What is on one floor knows nothing of its neighbours."""
ALONE = {
    "reference": {
        "auralis_cli",
        "auralis_cli.model.record",
        "auralis_cli.system.programs",
        "auralis_cli.workers.protocol",
    }
}
"""Rooms that stand for themselves, and all that they import of auralis."""
KNOWN_TO = {"reference": {"bench"}}
"""Rooms that only these may import. `workers.program` starts the reference by its module's name."""
RUNS = {"auralis_cli.reference": "workers"}
"""Modules that are started by name, as programs, and the one room where that name may stand."""
MAX_AT_THE_TOP = 6
"""Modules outside of any room."""


class Import(NamedTuple):
    """One import, wherever it stands: at the top, in a function, under `if TYPE_CHECKING`."""

    file: Path
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: imports {self.module}"


@pytest.fixture(scope="module")
def package(checkout: Path) -> Path:
    return checkout / "auralis_cli"


def room_of(file: Path, package: Path) -> str:
    return file.relative_to(package).parts[0].removesuffix(".py")


def imports_of(file: Path, package: Path) -> Iterator[Import]:
    """What the file imports of the package, each with its full name."""
    shown = file.relative_to(package.parent)
    here = [*shown.parts[:-1]]
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = here[: len(here) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            names = [_module(f"{module}.{alias.name}", module, package) for alias in node.names]
        else:
            continue
        for name in dict.fromkeys(names):
            if name.split(".")[0] == package.name:
                yield Import(shown, node.lineno, name)


def _module(name: str, parent: str, package: Path) -> str:
    """What `from parent import …` imports: the module of that name, if there is one, else the parent."""
    path = package.parent.joinpath(*name.split("."))
    return name if path.is_dir() or path.with_suffix(".py").is_file() else parent


def objection(found: Import, room: str) -> str | None:
    """What is wrong with an import from this room, and what it may import instead."""
    parts = found.module.split(".")
    other = parts[1] if len(parts) > 1 else None
    if other == room:
        return None
    if room in ALONE:
        if found.module in ALONE[room]:
            return None
        return f"{room} stands alone: of auralis it may import {', '.join(sorted(ALONE[room]))}"
    if other is None:
        return None
    if room not in KNOWN_TO.get(other, {room}):
        return f"{other} is known to {', '.join(KNOWN_TO[other])} alone"
    if FLOOR[other] < FLOOR[room]:
        return None
    below = [name for name, floor in FLOOR.items() if floor < FLOOR[room] and name not in KNOWN_TO]
    return (
        f"{other} is on floor {FLOOR[other]}, {room} on floor {FLOOR[room]}; "
        f"{room} may import {', '.join(below) or 'nothing'}"
    )


def test_imports_go_down(package: Path) -> None:
    wrong = [
        f"{found}; {reason}"
        for file in sorted(package.rglob("*.py"))
        if file.parent != package or file.name != "__init__.py"
        for found in imports_of(file, package)
        if (reason := objection(found, room_of(file, package)))
    ]
    assert not wrong, "\n".join(["imports against the floors (tests/unit/test_layers.py):", *wrong])


def test_the_package_itself_loads_nothing_of_it(package: Path) -> None:
    """`import auralis_cli` for the version costs nothing; what is public is known to type checkers alone."""
    assert {found.module for found in imports_of(package / "__init__.py", package)} == {"auralis_cli.api"}
    show = "import sys, auralis_cli; print([name for name in sys.modules if name.startswith('auralis_cli.')])"
    run = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_every_room_has_its_floor_and_says_what_it_is(package: Path) -> None:
    rooms = [path for path in package.iterdir() if path.is_dir() and list(path.glob("*.py"))]
    assert {room_of(path, package) for path in [*rooms, *package.glob("*.py")]} == FLOOR.keys() | {"__init__"}
    for folder in {file.parent for file in package.rglob("*.py")}:
        face = folder / "__init__.py"
        assert face.is_file(), f"{folder.relative_to(package.parent)} has no __init__.py"
        assert ast.get_docstring(ast.parse(face.read_text("utf-8"))), (
            f"{face.relative_to(package.parent)} has no docstring: say what lives here, and what never"
        )


def test_few_modules_lie_outside_of_any_room(package: Path) -> None:
    at_the_top = sorted(path.name for path in package.glob("*.py"))
    assert len(at_the_top) <= MAX_AT_THE_TOP, f"give these a room: {', '.join(at_the_top)}"


def test_dask_is_imported_in_its_room_alone(package: Path) -> None:
    """Whoever does without it need not install it, and no other command waits for its import."""
    found = {
        room_of(file, package)
        for file in package.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        for name in _imported(node)
        if name.partition(".")[0] in ("dask", "distributed")
    }
    assert found == {"cluster"}
    show = "import sys, auralis_cli.commands.run_scan; print([m for m in sys.modules if 'distributed' in m])"
    run = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_programs_are_named_in_one_room_alone(package: Path) -> None:
    named = {
        (node.value, room_of(file, package))
        for file in package.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in RUNS
    }
    assert named == set(RUNS.items())


@pytest.mark.parametrize(
    ("room", "code", "module"),
    [
        ("store", "from auralis_cli.scan.pipeline import Scan", "auralis_cli.scan.pipeline"),
        ("store", "import auralis_cli.workers.queue", "auralis_cli.workers.queue"),
        ("store", "def f():\n    from auralis_cli.lookup import lookup", "auralis_cli.lookup.lookup"),
        ("model", "if TYPE_CHECKING:\n    from auralis_cli import settings", "auralis_cli.settings"),
        ("files", "from ..similarity import distance", "auralis_cli.similarity.distance"),
        ("reference", "from auralis_cli.model.dimensions import keys", "auralis_cli.model.dimensions"),
        ("scan", "import auralis_cli.reference.key", "auralis_cli.reference.key"),
        ("commands", "from auralis_cli.reference import key", "auralis_cli.reference.key"),
    ],
)
def test_an_import_that_goes_up_or_sideways_is_found(
    package: Path, tmp_path: Path, room: str, code: str, module: str
) -> None:
    copy = tmp_path / package.name
    for path in package.rglob("*.py"):
        (copy / path.relative_to(package)).parent.mkdir(parents=True, exist_ok=True)
        (copy / path.relative_to(package)).touch()
    wrong = copy / room / "wrong.py"
    wrong.write_text(code)
    (found,) = imports_of(wrong, copy)
    assert found.module == module
    assert objection(found, room)
