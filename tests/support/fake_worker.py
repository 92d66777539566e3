# ruff: noqa: PLR0912, PLR0915
"""A scripted fp-worker: does to each track what the track's own content says, or misbehaves as a whole.

Run as: fake_worker.py BEHAVIOUR LOG TABLE identity|serve [--ffmpeg …]. BEHAVIOUR is a word of `_begin`, LOG a
file that gets one line per started track, TABLE the table of dimensions. It uses the standard library only,
so that it starts in a few milliseconds. With the behaviour `takes-files` it reads the files that its parent
opens, as fp-worker does, whatever lies at their paths.
"""

import base64
import json
import math
import os
import signal
import socket
import sys
import time
import zlib
from collections.abc import Iterator
from typing import Any

SINE: dict[str, Any] = {
    "lufs": 20 * math.log10(0.5),
    "crest_db": 20 * math.log10(math.sqrt(2)),
    "spectral_centroid": 997.0,
    "silence_ratio": 0.0,
    "stereo_width": 0.0,
    "phase_correlation": 1.0,
}
"""What the self-test's sine measures."""


def say(**message: object) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def say_ready(behaviour: str) -> None:
    say(
        type="ready",
        protocol=99 if behaviour == "other-protocol" else 1,
        analysis_version=1,
        worker_version="9.9.9" if behaviour == "other-version" else "0.1.0",
        build_profile="release",
        decoders=["flac"],
        ffmpeg=None,
        requests=["analyze"] if behaviour == "only-analyze" else ["analyze", "probe", "hash", "trace"],
        descriptors=behaviour == "takes-files",
        later="ignored",
    )


def _begin(behaviour: str) -> None:
    if behaviour == "mute":
        time.sleep(600)
    if behaviour == "dies-at-start":
        sys.exit("no such library: libfft.so")
    if behaviour == "garbage-at-start":
        print("Segmentation fault? hello!", flush=True)
    if behaviour == "flood":
        sys.stderr.write(("x" * 100 + "\n") * 20_000)
    say_ready(behaviour)
    if behaviour == "ready-twice":
        say_ready(behaviour)


def _done(
    request: int,
    table: str,
    duration_s: float,
    dropped: str = "",
    codec: str = "flac",
    *,
    audio_key: str | None = None,
    **changed: float | None,
) -> None:
    with open(table, encoding="utf-8") as file:
        keys = [dimension["key"] for dimension in json.load(file)]
    values: dict[str, float | None] = dict.fromkeys(sorted(keys), 0.25)
    values["tempo_bpm"] = None
    values.update(changed)
    values.pop(dropped, None)
    details = {
        "duration_s": duration_s,
        "samples": int(duration_s * 44100),
        "sample_rate_hz": 44100,
        "channels": 2,
        "container": codec,
        "codec": codec,
        "decoder": "symphonia",
        "tempo_alternatives": [],
    }
    say(
        type="done",
        id=request,
        fingerprint=values,
        nulls={"tempo_bpm": "no_pulse"},
        details=details,
        warnings=[],
        content_key=f"{request:032x}",
        audio_key=audio_key,
    )


def _audio_key(path: bytes) -> str | None:
    """Of all that stands before the tags; None for what says so."""
    with open(path, "rb") as file:
        content = file.read()
    return None if b"no key" in content else f"{zlib.crc32(content.split(b'tags: ')[0]):032x}"


def _script(path: bytes) -> tuple[str, str]:
    """The first word of the file, and the rest of its line."""
    with open(path, "rb") as file:
        word, _, argument = file.readline().decode().strip().partition(" ")
    return word, argument


def _ends_it(request: int, word: str, argument: str) -> bool:
    """Whether the word is one that means the same for each kind of request, and ends it."""
    match word:
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "hang":
            time.sleep(600)
        case "line":
            print(argument.replace("$ID", str(request)), flush=True)
        case "fail":
            _fail(request, argument)
        case _:
            return False
    return True


def _hash(request: int, path: bytes) -> None:
    """The hash is what the file says after `sounds`, as text."""
    if not os.path.exists(path):
        _fail(request, "retry", "not_found", "the file is not there; scan again when it is back")
        return
    word, argument = _script(path)
    if not _ends_it(request, word, argument):
        words = base64.b64encode(argument.encode()).decode() if word == "sounds" else None
        say(type="hashed", id=request, content_key=f"{1:032x}", hash_version=1, acoustic_hash=words)


def _trace(request: int, path: bytes) -> None:
    """One series, with what the file says after `levels`; after `changed`, other fields of the answer."""
    word, argument = _script(path)
    if _ends_it(request, word, argument):
        return
    changes = json.loads(argument) if word == "changed" else {}
    levels = json.loads(argument) if word == "levels" else [-20.0, None]
    series = {"name": "peak_dbfs", "unit": "dBFS", "start_s": 0.0, "step_s": 0.5, "values": levels}
    traced: dict[str, Any] = {
        "content_key": f"{1:032x}",
        "duration_s": 1.0,
        "series": [series],
        "third_octave": [{"centre_hz": 25.0, "level_dbfs": None}],
        "chroma": None,
        "beats": None,
    }
    say(type="traced", id=request, **traced | changes)


def _probe(request: int, path: bytes) -> None:
    """Words without `probe-` before them are for the analysis of the file."""
    word, argument = _script(path)
    if word.startswith("probe-") and _ends_it(request, word.removeprefix("probe-"), argument):
        return
    match word:
        case "probe-grow-once" if not os.path.exists(argument):
            open(argument, "w", encoding="utf-8").close()
            with open(path, "ab") as file:
                file.write(b"more")
        case "probe-remove":
            os.unlink(path)
            say(type="probed", id=request, audio_key=f"{0:032x}")
            return
    say(type="probed", id=request, audio_key=_audio_key(path))


def _fail(
    request: int,
    action: str,
    code: str = "nothing_decoded",
    message: str = "nothing of the audio decodes; replace the file",
) -> None:
    error = {"code": code, "message": message, "action": action, "depends_on_ffmpeg": False}
    say(type="failed", id=request, error=error)


def _replace(path: bytes, at: int = -1) -> None:
    """Another file of the same size and time, as `rsync -a` puts it in place."""
    status = os.stat(path)
    with open(path, "rb") as file:
        content = bytearray(file.read())
    content[at] ^= 1
    with open(path + b".new", "wb") as file:
        file.write(content)
    os.utime(path + b".new", ns=(status.st_atime_ns, status.st_mtime_ns))
    os.replace(path + b".new", path)


HIJACKED: dict[str, float] = {}
"""What a worker that a file has taken over says of every later track."""


def _analyse(request: int, path: bytes, table: str) -> None:
    try:
        with open(path, "rb") as file:
            first = file.readline()
    except FileNotFoundError:
        _fail(request, "retry", "not_found", "the file is not there; scan again when it is back")
        return
    if first.startswith(b"RIFF"):
        once = f"{sys.argv[2]}.tested"
        if sys.argv[1] == "fails-first-test" and not os.path.exists(once):
            open(once, "w", encoding="utf-8").close()
            os.kill(os.getpid(), signal.SIGKILL)
        _done(request, table, 1.0, **SINE)
        return
    word, _, argument = first.decode().strip().partition(" ")
    match word:
        case "crash" | "hang" | "fail":
            _ends_it(request, word, argument)
            return
        case "die":
            name, _, last_words = argument.partition(" ")
            sys.stderr.write(last_words + "\n")
            sys.stderr.flush()
            os.kill(os.getpid(), signal.Signals[name])
        case "kill-parent":
            os.kill(os.getppid(), signal.SIGKILL)
            os._exit(0)
        case "exit":
            os._exit(int(argument))
        case "eat":
            held = bytearray(int(argument) << 20)
            time.sleep(600)
            del held
        case "stall":
            say(type="progress", id=request, audio_seconds=1.0, fraction=0.1)
            time.sleep(600)
        case "talk":
            while True:
                say(type="progress", id=request, audio_seconds=1.0, fraction=None)
        case "endless-line":
            while True:
                sys.stdout.write("x" * 65536)
        case "close-stdout":
            os.close(1)
            time.sleep(600)
        case "crash-once":
            if not os.path.exists(argument):
                open(argument, "w", encoding="utf-8").close()
                os.kill(os.getpid(), signal.SIGKILL)
        case "slow":
            for step in range(1, 11):
                time.sleep(float(argument) / 10)
                say(type="progress", id=request, audio_seconds=18.0 * step, fraction=step / 10)
        case "line" | "garbage":
            print(argument.replace("$ID", str(request)) or "thread 'main' panicked at", flush=True)
        case "half-line":
            sys.stdout.write('{"type":"done","id":')
            sys.stdout.flush()
            os._exit(3)
        case "long-line":
            print("x" * (2 << 20), flush=True)
        case "wrong-id":
            request += 1_000_000
        case "chatter":
            sys.stderr.write(("y" * 100 + "\n") * 20_000)
        case "film" if "--audio-only" in sys.argv:
            _fail(request, "skip", "video", "the file is a film")
            return
        case "key-missing":
            _done(request, table, 180.0, dropped="lufs")
            return
        case "value":
            _done(request, table, 180.0, audio_key=_audio_key(path), **json.loads(argument))
            return
        case "hijack-once" if not os.path.exists(argument):
            open(argument, "w", encoding="utf-8").close()
            HIJACKED["lufs"] = -3.0
            _done(request, table, 180.0, harmonic_ratio=1.5)
            return
        case "grow-once" if not os.path.exists(argument):
            open(argument, "w", encoding="utf-8").close()
            with open(path, "ab") as file:
                file.write(b"more")
        case "replace-once" if not os.path.exists(argument):
            open(argument, "w", encoding="utf-8").close()
            _replace(path)
        case "replace":
            _replace(path)
        case "replace-middle-once" if not os.path.exists(argument):
            open(argument, "w", encoding="utf-8").close()
            _replace(path, at=700_000)
        case "put" if os.path.exists(argument.split()[0]):
            os.replace(*argument.split())
        case "truncate":
            os.truncate(path, os.stat(path).st_size - 1)
        case "remove-others":
            for other in argument.split():
                if other.encode() != path and os.path.exists(other):
                    os.unlink(other)
        case "chmod":
            os.chmod(path, 0o640)
        case "remove":
            os.unlink(path)
        case "grow":
            with open(path, "ab") as file:
                file.write(b"more")
    codec = "pcm_s16le" if path.endswith(b".wav") else "flac"
    audio_key = _audio_key(path) if os.path.exists(path) else None
    _done(request, table, 180.0, "", codec, audio_key=audio_key, **HIJACKED)
    if word == "then-line":
        print(argument.replace("$NEXT", str(request + 1)), flush=True)
    if word == "twice":
        _done(request, table, 180.0)
    if word == "dies-after":
        os._exit(9)
    if word == "hangs-after":
        time.sleep(600)


def _requests(behaviour: str) -> Iterator[tuple[dict[str, Any], int | None]]:
    """The requests, each with the descriptor of its file where files are sent."""
    if behaviour != "takes-files":
        yield from ((json.loads(line), None) for line in sys.stdin)
        return
    parent, waiting, files = socket.socket(fileno=0), b"", dict[int, int]()
    received = 0
    while data := socket.recv_fds(parent, 1 << 16, 8):
        text, descriptors, _, _ = data
        if not text:
            return
        for descriptor in descriptors:
            files[received] = descriptor
            received += 1
        *lines, waiting = (waiting + text).split(b"\n")
        for line in lines:
            message = json.loads(line)
            descriptor = files.pop(message["descriptor"])
            yield message, descriptor
            os.close(descriptor)


def main() -> None:
    behaviour, log, table, mode = sys.argv[1:5]
    if mode == "identity":
        say_ready(behaviour)
        return
    _begin(behaviour)
    for message, descriptor in _requests(behaviour):
        path = message["path"].encode() if "path" in message else base64.b64decode(message["path_b64"])
        with open(log + ".requests", "ab") as file:
            file.write(path + b"\n")
        if behaviour == "dies-on-request" or path.endswith(b"unspeakable.flac"):
            os._exit(7)
        if path.endswith(b"stop.flac"):
            _fail(message["id"], "stop")
            continue
        say(type="started", id=message["id"])
        if behaviour == "broken" or (behaviour == "wrong" and not path.endswith(b".wav")):
            os.kill(os.getpid(), signal.SIGILL)
        if behaviour == "wrong":
            _done(message["id"], table, 1.0, **{**SINE, "lufs": -7.0})
            continue
        where = path if descriptor is None else f"/dev/fd/{descriptor}".encode()
        if message["type"] == "probe":
            with open(log + ".probes", "ab") as file:
                file.write(path + b"\n")
            _probe(message["id"], where)
            continue
        if message["type"] == "trace":
            _trace(message["id"], where)
            continue
        if message["type"] == "hash":
            _hash(message["id"], where)
            continue
        with open(log, "ab") as file:
            file.write(path + b"\n")
        _analyse(message["id"], where, table)


if __name__ == "__main__":
    main()
