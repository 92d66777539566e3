"""What a check found, for other programs: CSV, JUnit XML, and the commands of GitHub workflows.

Of findings that a baseline knows none of them tells.
"""

import csv
import io
import os
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final
from xml.etree import ElementTree

from auralis_cli.check.finding import Finding, Level
from auralis_cli.check.rules.table import rules_by_code
from auralis_cli.check.verdict import AlbumVerdict, Verdict
from auralis_cli.render.check_report import finding_text
from auralis_cli.render.safe_text import safe_text

CSV_COLUMNS: Final = (
    "path",
    "code",
    "name",
    "level",
    "fails",
    "message",
    "value",
    "limit",
    "unit",
    "times_s",
)
_GITHUB: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "notice"}
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, clause 2.2, not even as a reference."""


def check_csv(verdict: Verdict) -> bytes:
    """A header and a line for each new finding; by RFC 4180 but for the line ends. Paths byte for byte."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for each in verdict.new:
        found, name = each.found, rules_by_code()[each.code].name
        times = " ".join(f"{time:.3f}" for time in found.times_s)
        what = (each.path, each.code, name, each.level.value, int(each.fails), finding_text(each))
        writer.writerow((*what, found.value, found.limit, found.unit, times))
    return os.fsencode(text.getvalue())


def check_junit(verdict: Verdict) -> bytes:
    """A test suite for each album, in it a test case for each track and one for the album as a whole.

    What fails the check is the failure of its test case; what does not is in its output.
    """
    root = ElementTree.Element("testsuites", name="auralis check")
    tests = failures = 0
    for each in verdict.albums:
        suite = _suite(each)
        root.append(suite)
        tests += int(suite.attrib["tests"])
        failures += int(suite.attrib["failures"])
    root.attrib |= {"tests": str(tests), "failures": str(failures), "errors": "0"}
    ElementTree.indent(root)
    encoded: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return encoded + b"\n"


def _suite(verdict: AlbumVerdict) -> ElementTree.Element:
    album = verdict.album
    asked = album.asked
    by_path = {path: list(group) for path, group in groupby(verdict.new, key=lambda finding: finding.path)}
    tracks = [t for t in (*album.tracks, *album.failed) if asked is None or t.path in asked]
    paths = [*([album.place] if album.place in by_path else []), *(track.path for track in tracks)]
    suite = ElementTree.Element("testsuite", name=_xml(album.name))
    for path in dict.fromkeys(paths):
        name = "(album)" if path == album.place else os.path.basename(path)
        case = ElementTree.SubElement(
            suite, "testcase", name=_xml(name), classname=_xml(album.place), time="0"
        )
        _fill(case, by_path.get(path, []))
    failures = sum(case.find("failure") is not None for case in suite)
    suite.attrib |= {
        "tests": str(len(suite)),
        "failures": str(failures),
        "errors": "0",
        "skipped": "0",
        "time": "0",
    }
    return suite


def _fill(case: ElementTree.Element, findings: list[Finding]) -> None:
    failing = [finding for finding in findings if finding.fails]
    others = [finding for finding in findings if not finding.fails]
    if failing:
        first = failing[0]
        failure = ElementTree.SubElement(
            case,
            "failure",
            message=_xml(_line(first)),
            type=f"{first.code} {rules_by_code()[first.code].name}",
        )
        failure.text = _xml("\n".join(map(_line, failing)))
    if others:
        ElementTree.SubElement(case, "system-out").text = _xml("\n".join(map(_line, others)))


def _line(finding: Finding) -> str:
    return f"{finding.code} {finding.level.value}: {finding_text(finding)}"


def _xml(text: str) -> str:
    """The text on one line for each of its own, without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", "\n".join(map(safe_text, text.split("\n"))))


def check_github(verdict: Verdict, folder: str) -> Iterator[str]:
    """A workflow command for each new finding: `::error file=…,title=…::…`. Paths below `folder` begin
    there."""
    for each in verdict.new:
        path = (
            os.path.relpath(each.path, folder)
            if each.path.startswith(folder.rstrip("/") + "/")
            else each.path
        )
        title = f"{each.code} {rules_by_code()[each.code].name}"
        yield (
            f"::{_GITHUB[each.level]} file={_property(safe_text(path))},title={_property(title)}"
            f"::{_data(f'{safe_text(os.path.basename(each.path))}: {finding_text(each)}')}"
        )


def _data(text: str) -> str:
    """As the message of a workflow command needs it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """As a property of a workflow command needs it."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
