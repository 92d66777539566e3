"""`python -m auralis_cli.reference`: the fingerprints of files, or the reference as a worker.

    python -m auralis_cli.reference FILE…                      one JSON line per file
    python -m auralis_cli.reference decode FILE WAV [--ffmpeg P]
                                                               its samples as 32-bit floats, for comparisons
    python -m auralis_cli.reference identity [--ffmpeg P]      its versions, as a line of the protocol
    python -m auralis_cli.reference serve [--ffmpeg P]         answers requests from standard input

A line of the first form has `path`, `fingerprint`, `nulls` and `details`, or `path` and `error`. Exit code 1
means that a file failed. Write `./serve` for a file of that name; so for `identity` and `decode`.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from auralis_cli.reference.identity import INSTALL_THE_EXTRA, MissingPackageError, ready
from auralis_cli.reference.serve import ParentGoneError, serve
from auralis_cli.reference.undecodable import UndecodableError

THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def main(arguments: Sequence[str]) -> int:
    """Runs one of the four forms and returns the exit code."""
    try:
        match arguments:
            case ["serve" | "identity" as mode, *options]:
                return _act_as_worker(mode, _ffmpeg_of(options))
            case ["decode", path, wav, *options]:
                return _write_samples(path, wav, _ffmpeg_of(options))
            case [first, *_] if not first.startswith("-"):
                return _print_fingerprints(arguments)
    except MissingPackageError as missing:
        sys.stderr.write(f"{missing}\n")
        return 2
    sys.stderr.write((__doc__ or "").partition("\n\n")[2])
    return 2


def _ffmpeg_of(options: Sequence[str]) -> str | None:
    match options:
        case []:
            return None
        case ["--ffmpeg", program]:
            return program
    sys.stderr.write(f"unknown options: {' '.join(options)}\n")
    raise SystemExit(2)


def _act_as_worker(mode: str, ffmpeg: str | None) -> int:
    identity = ready(ffmpeg)
    if mode == "identity":
        sys.stdout.buffer.write(msgspec.json.encode(identity) + b"\n")
        return 0
    # Several workers run side by side, so each uses one core. NumPy reads these when it is imported, later.
    for variable in THREAD_LIMITS:
        os.environ.setdefault(variable, "1")

    def analyse(path: str) -> Mapping[str, Any]:
        from auralis_cli.reference.answer import analyse_file

        return analyse_file(path, ffmpeg)

    # What a library prints must not get between the lines of the protocol.
    protocol = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        serve(sys.stdin.buffer, protocol, identity, analyse)
    except ParentGoneError:
        return 1
    return 0


def _write_samples(path: str, wav: str, ffmpeg: str | None) -> int:
    try:
        import soundfile

        from auralis_cli.reference.decoding import decode
    except ModuleNotFoundError as missing:
        raise MissingPackageError(
            f"{missing}: the reference needs the extra; {INSTALL_THE_EXTRA}"
        ) from missing
    try:
        decoded = decode(path, ffmpeg)
    except UndecodableError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    container = "WAV" if decoded.samples.shape[1] <= 2 else "WAVEX"
    soundfile.write(wav, decoded.samples, decoded.rate_hz, subtype="FLOAT", format=container)
    return 0


def _print_fingerprints(paths: Sequence[str]) -> int:
    try:
        from auralis_cli.reference.fingerprint import analyze
    except ModuleNotFoundError as missing:
        raise MissingPackageError(
            f"{missing}: the reference needs the extra; {INSTALL_THE_EXTRA}"
        ) from missing
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
