"""What `auralis check` does in a folder, and which file or flag says so: as a table and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final

from msgspec import Meta

from auralis_cli.check.limits import limit_rows
from auralis_cli.check.policy import Policy
from auralis_cli.check.policy_file import POLICY_FILE
from auralis_cli.render.json_types import Printed, indented_json
from auralis_cli.render.output import Whole
from auralis_cli.render.safe_text import safe_text, utf8_text

GAP: Final = "  "
_DEFAULT: Final = "default"


class LimitValueObject(Printed, frozen=True):
    """One limit as it holds in the folder."""

    name: str
    value: Annotated[float | None, Meta(description="Null: not set.")]
    unit: str
    source: Annotated[str, Meta(description="`default`, or the file and line that set it.")]


class PolicyObject(Printed, frozen=True):
    """The output of `config show PATH --json`."""

    folder: str
    files: Annotated[tuple[str, ...], Meta(description="Each auralis.toml that counts, the nearest last.")]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    fail_on: str
    baseline: str | None
    rules: Annotated[tuple[str, ...], Meta(description="The codes of the rules that apply.")]
    limits: tuple[LimitValueObject, ...]
    sources: Annotated[dict[str, str], Meta(description="Where each key that is set comes from.")]


def policy_json(folder: str, policy: Policy, files: Sequence[str]) -> bytes:
    """The object, indented."""
    return indented_json(
        PolicyObject(
            folder=utf8_text(folder),
            files=tuple(map(utf8_text, files)),
            select=policy.select,
            ignore=policy.ignore,
            fail_on=policy.fail_on,
            baseline=None if policy.baseline is None else utf8_text(policy.baseline),
            rules=tuple(rule.code for rule in policy.rules),
            limits=tuple(
                LimitValueObject(name, _value(policy, name), row.unit, utf8_text(_source(policy, name)))
                for name, row in limit_rows().items()
            ),
            sources={key: utf8_text(source) for key, source in policy.sources.items()},
        )
    )


def policy_lines(folder: str, policy: Policy, files: Sequence[str]) -> Iterator[str]:
    """A line for each key: its value, and where it comes from."""
    yield Whole(f"checks in {safe_text(folder)}")
    rows = [
        ("select", ", ".join(policy.select), policy.sources.get("select", _DEFAULT)),
        ("ignore", ", ".join(policy.ignore) or "nothing", policy.sources.get("ignore", _DEFAULT)),
        ("fail_on", policy.fail_on, policy.sources.get("fail_on", _DEFAULT)),
        ("baseline", policy.baseline or "none", policy.sources.get("baseline", _DEFAULT)),
    ]
    for name, limit in limit_rows().items():
        value = _value(policy, name)
        shown = "not set" if value is None else f"{value:g} {limit.unit}".strip()
        rows.append((name, shown, _source(policy, name)))
    names, values = (max(len(row[at]) for row in rows) for at in (0, 1))
    for name, shown, source in rows:
        yield Whole(f"  {name:<{names}}{GAP}{safe_text(shown):<{values}}{GAP}{safe_text(source)}")
    found = ", ".join(map(safe_text, files)) or f"no {POLICY_FILE}"
    yield Whole(f"files: {found}")


def _value(policy: Policy, name: str) -> float | None:
    value: float | None = getattr(policy.limits, name)
    return value


def _source(policy: Policy, name: str) -> str:
    return policy.sources.get(f"limits.{name}", _DEFAULT)
