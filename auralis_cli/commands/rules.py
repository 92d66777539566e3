"""`auralis rules` and `auralis rule`: what `auralis check` looks for, and why."""

from typing import Annotated

import typer

from auralis_cli.commands.options import AsJson


def rules(
    prefixes: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PREFIX]…", help="Only rules whose codes begin so, such as C or Q1."),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List the rules of 'auralis check': code, level, whether it is on by default, what it finds.

    C is for clipping and peaks, L for loudness, S for stereo, Q for quality, T for completeness, A for what
    an album has in common, D for duplicates within an album.

    \b
    Examples:
      auralis rules
      auralis rules C Q
      auralis rules --json | jq -r .source

    Exit codes: 0 listed; 2 usage
    """
    from auralis_cli.check.rules.table import ALL, check_prefix, selected
    from auralis_cli.render.output import stdout_columns, write_json, write_text
    from auralis_cli.render.rule_list import rule_json_lines, rule_lines

    chosen = selected([check_prefix(prefix, "auralis rules") for prefix in prefixes or [ALL]], ())
    if as_json:
        write_json(rule_json_lines(chosen), end=b"")
        return
    write_text("\n".join(rule_lines(chosen, stdout_columns())))


def rule(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Its code or its name.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Explain one rule of 'auralis check'.

    What it finds, why that matters, how to judge a finding, who can mend it, its limits, and the standard
    that it comes from.

    \b
    Examples:
      auralis rule C101
      auralis rule true-peak --json

    Exit codes: 0 shown; 2 usage or no such rule
    """
    from auralis_cli.check.rules.table import rule_named
    from auralis_cli.render.json_types import indented_json
    from auralis_cli.render.output import write_json, write_report
    from auralis_cli.render.rule_list import explained, rule_json

    found = rule_named(code)
    if as_json:
        write_json(indented_json(rule_json(found)))
        return
    write_report(explained(found))
