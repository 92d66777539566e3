"""The codes of failures and warnings: a closed set, so that nothing else is stored or shown as one.

Those of the worker are read from the protocol's schema, which the Rust side generates.
"""

from collections.abc import Collection
from functools import cache
from typing import Any, Final

import msgspec

from auralis_cli.model.errors import ConfigError

OWN_ERROR_CODES: Final = frozenset(
    {
        "worker_crashed",
        "timed_out",
        "out_of_memory",
        "read_stalled",
        "invalid_result",
        "changed_during_analysis",
        "changed_since_analysis",
        "absent",
        "not_seen_here",
    }
)
"""What the Python side says about a track, and fp-worker never does."""


@cache
def error_codes() -> frozenset[str]:
    """Every code that a failed track may have."""
    return OWN_ERROR_CODES | _variants("ErrorCode")


@cache
def warning_codes() -> frozenset[str]:
    """Every code of a warning about a track."""
    return _variants("WarningCode")


def check_codes(codes: Collection[str], known: Collection[str], what: str) -> None:
    """Raises ConfigError for the first code that is not known; `what` has codes: a failure, a warning."""
    unknown = next((code for code in codes if code not in known), None)
    if unknown is None:
        return
    import difflib

    near = difflib.get_close_matches(unknown, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"known codes: {', '.join(sorted(known))}"
    raise ConfigError(f"no {what} has the code '{unknown}'; {hint}")


def _variants(enumeration: str) -> frozenset[str]:
    return frozenset(variant["const"] for variant in _definitions()[enumeration]["oneOf"])


@cache
def _definitions() -> dict[str, Any]:
    from pkgutil import get_data  # `auralis --version` needs no code

    schema = get_data("auralis_cli", "schema/protocol.json")
    definitions: dict[str, Any] = msgspec.json.decode(schema or b"")["response"]["$defs"]
    return definitions
