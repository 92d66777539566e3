"""The way out: everything that a command prints goes through here or through the console beside it.

What is shown contains words of strangers: file names, tags of a crafted cache, a worker's messages. The
gate is here, once, so that no caller can forget it.
"""

import sys

import typer

from auralis_cli.render.safe_text import safe_json, safe_text


def write_text(text: str, *, err: bool = False) -> None:
    """Prints text of one or more lines on stdout, or on stderr. Nothing in it can steer a terminal."""
    typer.echo("\n".join(map(safe_text, text.split("\n"))), err=err)


def write_json(encoded: bytes, *, end: bytes = b"\n") -> None:
    """Writes JSON to stdout; what could steer a terminal is escaped in its strings, which stay the same."""
    sys.stdout.flush()
    sys.stdout.buffer.write(safe_json(encoded) + end)
    sys.stdout.buffer.flush()
