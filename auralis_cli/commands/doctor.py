"""`auralis doctor`: is everything in place?"""

import typer

from auralis_cli.commands.options import AsJson, CacheFile
from auralis_cli.model.errors import ExitCode


def doctor(*, as_json: AsJson = False, cache: CacheFile = None) -> None:
    """Check worker, decoders, ffmpeg, cache, disk and settings, and say how to fix what is wrong.

    Nothing is changed.

    \b
    Examples:
      auralis doctor
      auralis doctor --json | jq .checks

    Exit codes: 0 everything works, perhaps with warnings; 2 something is broken
    """
    from auralis_cli.upkeep.doctor import State, run_checks

    checks = run_checks({"cache": cache})
    broken = any(check.state is State.FAIL for check in checks)
    if as_json:
        from auralis_cli.render.doctor_report import checks_json
        from auralis_cli.render.output import write_json

        write_json(checks_json(checks, ok=not broken))
    else:
        from auralis_cli.render.console import open_console
        from auralis_cli.render.doctor_report import render_checks

        console = open_console()
        console.print(render_checks(checks, console.width))
    if broken:
        raise typer.Exit(int(ExitCode.BROKEN))
