"""`cluster check`: what is asked of machines, what they see, and what is said of them."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.made_records import ANALYZER, write_file
from support.scripted_tracks import FakeWorker

from auralis_cli import __version__
from auralis_cli.cluster.check import CheckedMachine, Use, check_machines, find_roots, judge, refuse_unknown
from auralis_cli.cluster.inquiry import Inquiry, MachineReport, Root, RootSeen, look
from auralis_cli.cluster.link import Sent, TaskLostError
from auralis_cli.cluster.wire import Refusal, encode
from auralis_cli.model.errors import ConfigError, WrongPathError
from auralis_cli.render.cluster_report import cluster_json
from auralis_cli.settings.values import PathMap
from auralis_cli.workers.protocol import Protection, Ready, Sandbox

ALL = Sandbox(**{name: Protection(True, "on") for name in Sandbox.__struct_fields__})
READY = Ready(
    protocol=1,
    analysis_version=ANALYZER.analysis_version,
    worker_version=__version__,
    build_profile="release",
    decoders=("flac",),
    ffmpeg=None,
    sandbox=ALL,
    descriptors=True,
)
GOOD = MachineReport(
    "beta", "Linux x86_64", "3.11.7", __version__, 4, (), ready=READY, ffmpeg="7.1", test_s=0.2
)


def told(**changes: Any) -> list[tuple[Use, str]]:
    """What is wrong with a good machine after these changes."""
    threads = changes.pop("threads", 4)
    report = msgspec.structs.replace(GOOD, **changes)
    return [(problem.use, problem.what) for problem in judge(report, threads, ANALYZER, "7.1", 0.2)]


def test_nothing_is_said_of_a_good_machine() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("changes", "use", "what"),
    [
        ({"trouble": "cannot start fp-worker: x; reinstall"}, Use.OUT, "cannot start fp-worker: x"),
        ({"ready": msgspec.structs.replace(READY, analysis_version=2)}, Use.OUT, "its analysis version is 2"),
        ({"ready": msgspec.structs.replace(READY, protocol=9)}, Use.OUT, "its fp-worker speaks protocol 9"),
        ({"ready": msgspec.structs.replace(READY, build_profile="debug")}, Use.OUT, "is a debug build"),
        ({"ready": msgspec.structs.replace(READY, sandbox=None)}, Use.WARN, "runs without a sandbox"),
        ({"ffmpeg": None}, Use.WARN, "it has no ffmpeg"),
        ({"test_s": 0.7}, Use.WARN, "3.5 times as long"),
        ({"threads": 8}, Use.WARN, "8 threads on 4 cores"),
        ({"roots": (RootSeen(b"/m", b"/m", "unseen", "gone"),)}, Use.OUT, "it does not see /m: gone"),
        (
            {"roots": (RootSeen(b"/m", b"/m", "unseen", "gone"), RootSeen(b"/n", b"/n", "same"))},
            Use.WARN,
            "it does not see /m: gone",
        ),
    ],
)
def test_what_is_wrong_is_said(changes: dict[str, Any], use: Use, what: str) -> None:
    ((found, said),) = told(**changes)
    assert found is use
    assert what in said


def test_a_machine_proves_that_it_sees_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AURALIS_WORKER", str(FakeWorker(tmp_path).program))
    monkeypatch.setenv("AURALIS_CONFIG", str(tmp_path / "none.toml"))
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        write_file(folder / "a.flac", b"one")
    (root,) = find_roots([str(ours)])
    maps = (PathMap(str(ours), str(theirs)),)

    def sight(path_map: tuple[PathMap, ...] = maps) -> RootSeen:
        (seen,) = look(Inquiry((root,), path_map)).roots
        return seen

    assert sight() == RootSeen(os.fsencode(ours), os.fsencode(theirs), "same")
    assert sight((PathMap(str(ours), str(theirs), "gamma"),)).there == os.fsencode(ours)
    write_file(theirs / "a.flac", b"two")
    assert (sight().sight, "another content" in sight().why) == ("unseen", True)
    (theirs / "a.flac").unlink()
    assert (sight().sight, "does not exist" in sight().why) == ("unseen", True)
    assert "there is no folder" in sight((PathMap(str(ours), "/nowhere"),)).why
    report = look(Inquiry(find_roots([str(theirs)])))
    assert [seen.sight for seen in report.roots] == ["unproven"]
    assert report.trouble is None
    assert report.test_s is not None


class Answer:
    """A task that was sent."""

    def __init__(self, answer: object) -> None:
        self._answer = answer
        self.released = False

    async def answer(self) -> object:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def release(self) -> None:
        self.released = True


class Cluster:
    """Machines whose answers are scripted."""

    def __init__(self, answers: Mapping[str, object], packages: Mapping[str, str | None]) -> None:
        self.sent = {machine: Answer(answer) for machine, answer in answers.items()}
        self._packages = packages

    async def members(self) -> dict[str, int]:
        return dict.fromkeys(self.sent, 2)

    async def packages(self, package: str) -> Mapping[str, str | None]:
        assert package == "auralis_cli"
        return self._packages

    def call(self, machine: str, function: str, message: bytes) -> Sent:
        assert function == "report"
        assert message
        return self.sent[machine]


def test_machines_that_give_no_report_are_named_with_what_to_install() -> None:
    lost = TaskLostError("lost")
    cluster = Cluster(
        {
            "tcp://a": encode(GOOD),
            "tcp://b": lost,
            "tcp://c": lost,
            "tcp://d": encode(Refusal("no", "delta")),
            "tcp://e": 1,
            "tcp://f": encode(msgspec.structs.replace(GOOD, trouble="x" * (1 << 20))),
        },
        {"tcp://c": "9.9", "tcp://d": __version__, "tcp://e": __version__, "tcp://f": __version__},
    )
    machines = asyncio.run(check_machines(cluster, Inquiry(), ANALYZER, None))
    assert all(sent.released for sent in cluster.sent.values())
    said = {machine.address: [problem.what for problem in machine.problems] for machine in machines}
    assert said == {
        "tcp://a": [],
        "tcp://b": ["auralis is not installed there"],
        "tcp://c": [f"it has auralis 9.9, this machine {__version__}"],
        "tcp://d": ["no"],
        "tcp://e": ["it answered what is no report"],
        "tcp://f": ["it answered what is no report"],
    }
    assert [machine.name for machine in machines] == [
        "beta",
        "delta",
        "tcp://b",
        "tcp://c",
        "tcp://e",
        "tcp://f",
    ]
    assert [machine.use for machine in machines] == [Use.OK, *[Use.OUT] * 5]
    shown = msgspec.json.decode(cluster_json("tcp://s", machines))
    assert not shown["ok"]
    assert shown["machines"][0]["name"] == "beta"


def test_a_cluster_without_machines_is_not_ok() -> None:
    none: list[CheckedMachine] = []
    assert not msgspec.json.decode(cluster_json("tcp://s", none))["ok"]


REPORT = encode(GOOD)


@pytest.mark.parametrize(
    "answer",
    [
        REPORT.replace(b'"cores":4', b'"cores":-4'),
        REPORT.replace(b'"cores":4', b'"cores":99999999999999999999999'),
        REPORT.replace(b"0.2", b"-1"),
        REPORT.replace(b'"beta"', b'"%s"' % (b"b" * 100_000)),
        REPORT.replace(b'"beta"', b'"\\ud800"'),
        b'{"type":"report","x":' + b"[" * 100_000,
        encode(msgspec.structs.replace(GOOD, roots=(RootSeen(b"/other", b"/other", "same"),))),
    ],
)
def test_a_report_that_no_machine_sends_is_not_believed(answer: bytes) -> None:
    cluster = Cluster({"tcp://a": answer}, {"tcp://a": __version__})
    (machine,) = asyncio.run(check_machines(cluster, Inquiry(), ANALYZER, None))
    assert machine.use is Use.OUT
    assert [problem.what for problem in machine.problems] == ["it answered what is no report"]


def test_a_path_map_to_copy_is_one_word_of_the_shell() -> None:
    seen = RootSeen(b"/my music", b"/my music", "unseen", "gone")
    report = msgspec.structs.replace(GOOD, host="x;reboot", roots=(seen,))
    (problem,) = judge(report, 4, ANALYZER, "7.1", 0.2)
    assert "--path-map 'x;reboot@/my music=FOLDER'" in problem.advice


def test_a_name_that_is_not_utf_8_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AURALIS_WORKER", str(tmp_path / "none"))
    report = look(Inquiry((Root(b"/nowhere/\xff"),)))
    (seen,) = msgspec.json.decode(encode(report), type=MachineReport).roots
    assert (seen.path, seen.sight) == (b"/nowhere/\xff", "unseen")


def test_only_folders_that_are_here_can_be_compared(tmp_path: Path) -> None:
    refuse_unknown([str(tmp_path)])
    with pytest.raises(WrongPathError, match="typo is not there"):
        refuse_unknown([str(tmp_path / "typo")])
    with pytest.raises(ConfigError, match="s3://vault/music is none"):
        refuse_unknown(["s3://vault/music"])
