"""Findings as text, CSV, JUnit and workflow commands: what strangers wrote stays text in each of them."""

import csv
import io
from xml.etree import ElementTree

import pytest
from support.checked_tracks import album, track

from auralis_cli.check.policy import Policies
from auralis_cli.check.track import Album, Track
from auralis_cli.check.verdict import Verdict, verdict
from auralis_cli.render.check_formats import check_csv, check_github, check_junit
from auralis_cli.render.check_report import finding_lines, summary

HOSTILE = "a,b:c%\x1b[31m\r\n::error::x\x00\udcff\ufffe<&\"'.flac"


@pytest.fixture
def found() -> Verdict:
    """A clean track, one with findings of two levels, one that failed, one with a hostile name."""
    tracks = [
        track("01.flac"),
        track("02.flac", channel_relation="right_dead", true_peak_dbtp=0.8, true_peak_at_s=62.4),
        track(HOSTILE, true_peak_dbtp=1.0),
    ]
    failed = Track("/m/Album/03.flac", error=("nothing_decoded", "50 % of it\n::set-output"))
    both = [Album("Album", "/m/Album", tracks, failed=[failed]), album([track("/m/Other/1.flac")])]
    return verdict(both, Policies([]))


def test_the_text_has_code_level_figure_limit_and_place(found: Verdict) -> None:
    lines = list(finding_lines(found))
    assert lines[:4] == [
        "Album (/m/Album)",
        "  02.flac",
        "    C102 warning true peak +0.8 dBTP (limit -1.0) at 1:02.4",
        "    S101 error   the right channel is silent from start to end",
    ]
    assert lines[4:6] == [
        "  03.flac",
        "    T101 error   cannot be analysed: 50 % of it\\n::set-output (nothing_decoded)",
    ]
    assert all(line.isprintable() for line in lines)
    assert list(summary(found)) == [
        "5 tracks of 2 albums: 2 errors, 2 warnings",
        "'auralis rule S101' says why, and how to judge it",
    ]


def test_many_places_are_shortened() -> None:
    clip = {"runs": 40, "samples": 99, "longest_samples": 9, "ceiling_dbfs": 0.0, "times_s": [*range(20)]}
    lines = list(finding_lines(verdict([album([track(clipping=clip)])], Policies([]))))
    assert lines[-1].endswith(" at 0:00.0, 0:01.0, 0:02.0, 0:03.0, 0:04.0 and later")


def test_places_that_read_alike_are_told_once() -> None:
    clip = {
        "runs": 40,
        "samples": 99,
        "longest_samples": 9,
        "ceiling_dbfs": 0.0,
        "times_s": [3.01, 3.02, 7.0],
    }
    lines = list(finding_lines(verdict([album([track(clipping=clip)])], Policies([]))))
    assert lines[-1].endswith(" at 0:03.0, 0:07.0")


def test_what_is_known_is_told_apart_from_what_is_clean() -> None:
    loud = album([track(true_peak_dbtp=1.0, content_key="aa")])
    assert list(summary(verdict([loud], Policies([]), {"C102:aa"}))) == [
        "1 track of 1 album: nothing new",
        "1 finding is known from the baseline",
    ]


def test_a_clean_check_says_so() -> None:
    assert list(summary(verdict([album([track()])], Policies([])))) == ["1 track of 1 album: nothing found"]


def test_the_csv_has_a_line_for_each_finding(found: Verdict) -> None:
    rows = list(csv.DictReader(io.StringIO(check_csv(found).decode("utf-8", "surrogateescape"), newline="")))
    assert [(row["code"], row["fails"]) for row in rows] == [
        ("C102", "0"),
        ("S101", "1"),
        ("T101", "1"),
        ("C102", "0"),
    ]
    assert (rows[0]["value"], rows[0]["limit"], rows[0]["unit"], rows[0]["times_s"]) == (
        "0.8",
        "-1.0",
        "dBTP",
        "62.400",
    )
    assert rows[3]["path"] == f"/m/Album/{HOSTILE}"


def test_the_junit_is_as_its_schemas_want_it(found: Verdict) -> None:
    root = ElementTree.fromstring(check_junit(found))  # raises for what XML cannot hold
    assert (root.tag, root.attrib["tests"], root.attrib["failures"]) == ("testsuites", "5", "2")
    assert [suite.tag for suite in root] == ["testsuite", "testsuite"]
    for suite in root:
        assert suite.attrib.keys() == {"name", "tests", "failures", "errors", "skipped", "time"}
        assert int(suite.attrib["tests"]) == len(suite.findall("testcase")) == len(suite)
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        names = [case.attrib["name"] for case in suite]
        assert len(set(names)) == len(names)
        for case in suite:
            assert case.attrib.keys() == {"name", "classname", "time"}
            # One failure at most, and before any output: the order that the strictest schema wants.
            assert [child.tag for child in case] in (
                [],
                ["failure"],
                ["system-out"],
                ["failure", "system-out"],
            )
            for failure in case.findall("failure"):
                assert failure.attrib.keys() == {"message", "type"}
    second = root[0][1]
    assert second.attrib["name"] == "02.flac"
    assert second[0].attrib["type"] == "S101 dead-channel"
    assert second[1].text == "C102 warning: true peak +0.8 dBTP (limit -1.0) at 1:02.4"
    assert "\x1b" not in ElementTree.tostring(root, "unicode")


def test_workflow_commands_are_one_line_each_and_escaped(found: Verdict) -> None:
    lines = list(check_github(found, "/m"))
    assert lines[0] == (
        "::warning file=Album/02.flac,title=C102 true-peak"
        "::02.flac: true peak +0.8 dBTP (limit -1.0) at 1:02.4"
    )
    assert lines[2].startswith(
        "::error file=Album/03.flac,title=T101 failed::03.flac: cannot be analysed: 50 %25"
    )
    assert len(lines) == 4
    for line in lines:
        assert "\n" not in line
        assert "\r" not in line
        assert line.isprintable()
    assert lines[3].startswith("::warning file=Album/a%2Cb%3Ac%25\\x1b[31m\\r\\n%3A%3Aerror%3A%3Ax")
    assert next(check_github(found, "/other")).startswith("::warning file=/m/Album/02.flac,")


def test_what_a_whole_album_is_about_has_its_own_test_case() -> None:
    missing = album([track(f"{n}.flac", track=n) for n in (1, 2, 4)])
    suite = ElementTree.fromstring(check_junit(verdict([missing], Policies([], {"fail_on": "warning"}))))[0]
    assert [case.attrib["name"] for case in suite] == ["(album)", "1.flac", "2.flac", "4.flac"]
    assert suite[0][0].attrib["message"] == "A106 warning: track 3 is missing"
