"""The ffmpeg child: bound to its worker, told nothing by a file's name, and never led to a second file."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.hostile_media import id3v2, mp3
from support.processes import children, descendants, ffmpeg_of, is_alive, seconds_until

from auralis_cli.settings.values import Settings
from auralis_cli.workers.program import find_worker


@pytest.fixture(scope="session")
def worker() -> Path:
    """The worker that `scan` would use."""
    return find_worker(Settings(cache=Path("cache.db"), jobs=1))


@pytest.fixture(scope="session")
def wavpack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of sine that only ffmpeg decodes."""
    path = tmp_path_factory.mktemp("wavpack") / "sine.wv"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=d=1", str(path)]
    subprocess.run(command, check=True)
    return path


def analyze(worker: Path, folder: Path, name: str, ffmpeg: str = "ffmpeg") -> dict[str, object]:
    """What the worker says of a file, which it is given by a relative path as it stands."""
    program = shutil.which(ffmpeg) or ffmpeg
    run = subprocess.run(
        [worker, "analyze", "--ffmpeg", program, "--", name],
        cwd=folder,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert run.returncode in (0, 1), run.stderr.decode()
    answer: dict[str, object] = json.loads(run.stdout)
    return answer


NAMES = [
    "-y.wv",
    "-i.wv",
    "--help",
    "http:x.wv",
    "pipe:0",
    "concat:a|b.wv",
    "file:x.wv",
    "%03d.wv",
    "a\nb.wv",
    "a'b;c.wv",
    "*.wv",
    "[0:a].wv",
    "\udcff.wv",
    "x" * 252 + ".wv",
]


@pytest.mark.needs("ffmpeg")
@pytest.mark.parametrize("name", NAMES, ids=[ascii(name[:20]) for name in NAMES])
def test_no_file_name_is_an_option_a_protocol_or_a_pattern(
    name: str, tmp_path: Path, worker: Path, wavpack: Path
) -> None:
    shutil.copyfile(wavpack, os.path.join(tmp_path, name))
    answer = analyze(worker, tmp_path, name)
    assert answer["type"] == "done", answer
    details = answer["details"]
    assert isinstance(details, dict)
    assert (details["codec"], details["decoder"], details["samples"]) == ("wavpack", "ffmpeg", 44_100)


SCRIPT = b"ffconcat version 1.0\nfile 'canary.wav'\n"
PLAYLIST = b"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\ncanary.wav\n#EXT-X-ENDLIST\n"
SCRIPTS = {
    "concat.ape": SCRIPT,
    "concat.wav": SCRIPT,
    "concat.dsf": SCRIPT,
    "concat.mp3": id3v2(bytes(20)) + SCRIPT,
    "hls.wma": PLAYLIST,
    "hls.mp3": PLAYLIST,
    "hls-behind-a-tag.mp3": id3v2(bytes(20)) + PLAYLIST,
    "m3u.wv": b"canary.wav\n",
    "pls.tta": b"[playlist]\nFile1=canary.wav\nNumberOfEntries=1\n",
    "sdp.mpc": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n",
    # With the magic of what only ffmpeg reads, so that it is started.
    "concat-with-magic.ape": b"MAC " + SCRIPT,
    "hls-with-magic.wv": b"wvpk" + PLAYLIST,
    "concat-with-magic.wma": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + SCRIPT,
    "concat-with-magic.dsf": b"DSD " + SCRIPT,
    "hls-with-magic.tta": b"TTA1" + PLAYLIST,
}


@pytest.mark.needs("ffmpeg")
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_or_playlist_under_an_audio_name_fails_and_opens_nothing_else(
    name: str, tmp_path: Path, worker: Path
) -> None:
    """The canary is a FIFO: whoever opens it for reading waits there, and is seen from the other end."""
    (tmp_path / name).write_bytes(SCRIPTS[name])
    os.mkfifo(tmp_path / "canary.wav")
    command = [str(worker), "analyze", "--ffmpeg", shutil.which("ffmpeg") or "", str(tmp_path / name)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path) as process:
        end = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < end:
            assert not has_reader(tmp_path / "canary.wav"), "the file that the script names was opened"
            time.sleep(0.002)
        process.kill()
        assert process.stdout is not None
        answer = json.loads(process.stdout.read())
    assert answer["type"] == "failed"
    assert answer["error"]["code"] in ("unrecognised_format", "ffmpeg_failed")


def has_reader(fifo: Path) -> bool:
    """Whether somebody has opened the FIFO for reading, or waits to."""
    try:
        os.close(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))
    except OSError as error:
        if error.errno == errno.ENXIO:
            return False
        raise
    return True


@pytest.mark.needs("ffmpeg")
def test_the_canary_would_be_seen(tmp_path: Path) -> None:
    """Without our demuxer names ffmpeg does follow the script: the other tests can fail."""
    (tmp_path / "concat.ape").write_bytes(SCRIPT)
    os.mkfifo(tmp_path / "canary.wav")
    command = ["ffmpeg", "-nostdin", "-v", "quiet", "-i", "concat.ape", "-f", "null", "-"]
    with subprocess.Popen(command, cwd=tmp_path) as process:
        end = time.monotonic() + 60
        while not (seen := has_reader(tmp_path / "canary.wav")) and time.monotonic() < end:
            time.sleep(0.002)
        process.kill()
    assert seen


def test_mp3_frames_behind_a_script_are_decoded_and_the_script_is_not_read(
    tmp_path: Path, worker: Path
) -> None:
    (tmp_path / "both.mp3").write_bytes(SCRIPT + mp3())
    answer = analyze(worker, tmp_path, "both.mp3")
    assert answer["type"] == "done"


# --- a child that never answers ---


@pytest.fixture
def stuck(tmp_path: Path, worker: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A worker at a track whose ffmpeg never answers, and the process id of that ffmpeg."""
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(0o755)
    track = tmp_path / "track.wv"
    track.write_bytes(b"wvpk" + bytes(100))
    command = [str(worker), "serve", "--ffmpeg", str(program)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=os.environ | {"PASSWORD": "secret"},
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps({"type": "analyze", "id": 1, "path": str(track)}).encode() + b"\n")
    process.stdin.flush()
    seconds_until(lambda: ffmpeg_of(process.pid) is not None, 30)
    ffmpeg = ffmpeg_of(process.pid)
    assert ffmpeg is not None
    yield process, ffmpeg
    process.kill()
    process.wait()


linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's bond is Linux's")


@linux
def test_the_child_dies_with_a_worker_that_is_killed(stuck: tuple[subprocess.Popen[bytes], int]) -> None:
    process, _ = stuck
    below = descendants(process.pid)
    assert all(map(is_alive, below))
    process.kill()
    process.wait()
    seconds_until(lambda: not any(map(is_alive, below)), 5)


@linux
def test_a_worker_whose_launcher_is_gone_says_so_and_ends(stuck: tuple[subprocess.Popen[bytes], int]) -> None:
    process, child = stuck
    (launcher,) = children(process.pid)
    os.kill(launcher, signal.SIGKILL)
    assert process.wait(5) == 2
    assert process.stderr is not None
    said = process.stderr.read()
    assert b"the process that starts ffmpeg" in said
    assert b"cannot go on without it" in said
    seconds_until(lambda: not is_alive(child), 5)


@linux
def test_the_child_is_in_the_workers_process_group_and_has_limits(
    stuck: tuple[subprocess.Popen[bytes], int],
) -> None:
    process, child = stuck
    assert os.getpgid(child) == os.getpgid(process.pid) == process.pid
    limits = Path(f"/proc/{child}/limits").read_text().splitlines()
    found = {line[:25].strip(): line[25:].split()[:2] for line in limits[1:]}
    assert found["Max address space"] == [str(2 << 30)] * 2
    assert found["Max file size"] == found["Max core file size"] == ["0", "0"]
    assert found["Max open files"] == ["32", "32"]
    assert found["Max cpu time"] == ["14400", "14400"]
    status = Path(f"/proc/{child}/status").read_text()
    assert "NoNewPrivs:\t1" in status
    assert "Seccomp:\t2" in status


@linux
def test_the_child_is_told_no_secrets_and_holds_nothing_but_its_streams(
    stuck: tuple[subprocess.Popen[bytes], int],
) -> None:
    _, child = stuck
    environment = Path(f"/proc/{child}/environ").read_bytes().split(b"\0")
    names = {entry.partition(b"=")[0] for entry in environment if entry}
    assert names - {b"PWD", b"_", b"OLDPWD", b"SHLVL"} <= {
        b"PATH",
        b"LD_LIBRARY_PATH",
        b"LD_PRELOAD",
        b"AV_LOG_FORCE_NOCOLOR",
    }
    assert sorted(os.listdir(f"/proc/{child}/fd")) == ["0", "1", "2"]
