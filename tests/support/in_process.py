"""A command on a cache, in this process."""

from pathlib import Path

from typer.testing import CliRunner, Result

from auralis_cli.app import app


def run_on(cache: Path, *arguments: str, code: int = 0, **variables: str) -> Result:
    """`auralis ARGUMENTS` on this cache, without settings of the user. Checks the exit code."""
    environment = {"AURALIS_CACHE": str(cache), "AURALIS_CONFIG": str(cache.parent / "none.toml")}
    done = CliRunner().invoke(app, arguments, env={**environment, **variables})
    assert done.exit_code == code, f"{done.output}\n{done.exception!r}"
    return done
