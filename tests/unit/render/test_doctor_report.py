"""How the findings of `doctor` are laid out."""

from support.plain_text import plain_lines

from auralis_cli.render.doctor_report import render_checks
from auralis_cli.upkeep.doctor import (
    Check,
    State,
)


def test_the_report_has_one_line_per_finding_and_its_advice_below() -> None:
    checks = [
        Check("worker", State.OK, "/bin/fp-worker 0.1.0"),
        Check("ffmpeg", State.WARN, "not found [x]", "install it"),
    ]
    assert plain_lines(render_checks(checks, 100)) == [
        "ok    worker  /bin/fp-worker 0.1.0",
        "warn  ffmpeg  not found [x]",
        "              -> install it",
    ]


def test_long_findings_wrap_under_themselves() -> None:
    lines = plain_lines(render_checks([Check("worker", State.FAIL, "word " * 30, "do " * 30)], 50), 50)
    assert all(len(line) <= 50 for line in lines)
    assert all(line.startswith(" " * 14) for line in lines[1:])
