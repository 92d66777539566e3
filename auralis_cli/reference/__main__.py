"""`python -m auralis_cli.reference FILE…`: one JSON line per file.

A line has `path`, `fingerprint`, `nulls` and `details`, or `path` and `error`. Exit code 1: a file failed.
"""

import json
import sys


def main(paths: list[str]) -> int:
    """Analyse the files one after the other and print each result as soon as it is there."""
    if not paths:
        sys.stderr.write("usage: python -m auralis_cli.reference FILE…\n")
        return 2
    try:
        from auralis_cli.reference.fingerprint import analyze
        from auralis_cli.reference.signal import UndecodableError
    except ModuleNotFoundError as missing:
        sys.stderr.write(f"{missing}: the reference needs the extra; run pip install 'auralis-cli[bench]'\n")
        return 2
    failed = False
    for path in paths:
        line: dict[str, object] = {"path": path}
        try:
            line |= analyze(path)
        except UndecodableError as error:
            line["error"] = str(error)
            failed = True
        sys.stdout.write(json.dumps(line, allow_nan=False) + "\n")
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
