"""Fetching from web servers that fail as real ones do: all of the file that was listed, or why not."""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.stores import SECRET, WebServer, web_server

from auralis_cli.files.remote.discover import discover_urls
from auralis_cli.files.remote.fetch import fetch
from auralis_cli.files.remote.outage import Outages
from auralis_cli.files.remote.store import before_path
from auralis_cli.files.remote.trouble import StoreError
from auralis_cli.files.selection import Selection
from auralis_cli.files.skipped import Refused
from auralis_cli.model.record import Track
from auralis_cli.model.stamps import BY_SIZE, UNKNOWN

CONTENT = bytes(range(256)) * 400


@pytest.fixture(scope="module")
def server() -> Iterator[WebServer]:
    with web_server(CONTENT) as running:
        yield running


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch, server: WebServer) -> None:
    monkeypatch.setattr("auralis_cli.files.remote.fetch.PAUSES_S", (0.01, 0.01))
    monkeypatch.setattr("auralis_cli.files.remote.fetch.SILENCE_S", 0.4)
    monkeypatch.setattr("auralis_cli.files.remote.store.ANSWER_S", 1.0)
    monkeypatch.setattr("auralis_cli.files.remote.store.PAUSE_S", 0.01)
    server.asked.clear()
    server.times.clear()
    server.etag = '"one"'
    monkeypatch.setattr("auralis_cli.files.remote.fetch.outages", Outages())


def find(url: str) -> Track:
    (found,) = discover_urls([url], Selection())
    assert isinstance(found, Track), found
    return found


def listed(url: str, version: str = 'etag "one"', size: int = len(CONTENT)) -> Track:
    return Track(url, size, 0, version=version)


def read(track: Track, memory_bytes: int = 1 << 20, deadline_s: float = 5.0) -> bytes:
    descriptor = fetch(track, memory_bytes=memory_bytes, deadline_s=deadline_s)
    with open(descriptor, "rb") as file:
        return file.read()


def nameless_files() -> set[str]:
    """The open files of this process that no folder has."""
    links = set()
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            links.add(os.readlink(f"/proc/self/fd/{name}"))
    return {link for link in links if link.endswith("(deleted)")}


def failure(track: Track, deadline_s: float = 5.0) -> tuple[str, str]:
    """Code and message. Nothing of what came is left."""
    before = nameless_files()
    with pytest.raises(StoreError) as error:
        read(track, deadline_s=deadline_s)
    told = error.value.about(track.path)
    assert nameless_files() == before
    return told.code, told.message


def test_what_is_listed_is_fetched(server: WebServer) -> None:
    track = find(server.url("good/a.flac"))
    assert (track.size, track.version) == (len(CONTENT), 'etag "one"')
    assert read(track) == CONTENT
    assert [command for command, _ in server.asked] == ["HEAD", "GET"]


@pytest.mark.parametrize("memory_bytes", [0, 1000, len(CONTENT) - 1, len(CONTENT)])
def test_what_does_not_fit_into_memory_lies_in_a_file_without_a_name(
    server: WebServer,
    memory_bytes: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    descriptor = fetch(find(server.url("good/a.flac")), memory_bytes=memory_bytes, deadline_s=5.0)
    with open(descriptor, "rb") as file:
        place = os.readlink(f"/proc/self/fd/{descriptor}")
        assert place.startswith("/dev/shm/" if memory_bytes >= len(CONTENT) else str(tmp_path))
        assert "127.0.0.1" not in place, "the URL is nobody's business"
        assert not list(tmp_path.iterdir())
        assert file.read() == CONTENT
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(descriptor, b"x")


@pytest.mark.parametrize("fault", ["drop-once", "broken-once"])
def test_what_passes_is_tried_again(server: WebServer, fault: str) -> None:
    assert read(listed(server.url(f"{fault}/a.flac"))) == CONTENT
    assert [command for command, _ in server.asked] == ["GET", "GET"]


def test_a_look_at_a_file_is_tried_again_too(server: WebServer) -> None:
    assert find(server.url("flaky/a.flac")).size == len(CONTENT)
    assert len(server.asked) == 3  # HEAD and GET fail, HEAD succeeds


@pytest.mark.parametrize(
    ("fault", "code", "word", "tries"),
    [
        ("missing", "not_found", "nothing is there", 1),
        ("forbidden", "permission_denied", "does not allow", 1),
        ("teapot", "read_error", "HTTP status 418", 1),
        ("broken", "read_error", "HTTP status 503", 3),
        ("drop", "read_error", "broke off", 3),
        ("hang", "read_stalled", "stopped answering", 3),
        ("stall", "read_stalled", "stopped answering", 3),
        ("changes", "changed_during_analysis", "changed", 1),
    ],
)
def test_a_failure_says_what_to_do(server: WebServer, fault: str, code: str, word: str, tries: int) -> None:
    told, message = failure(listed(server.url(f"{fault}/a.flac"), 'etag "one"'))
    assert (told, len(server.asked)) == (code, tries)
    assert word in message
    assert "; " in message, "what to do"


@pytest.mark.parametrize(("fault", "word"), [("says-more", "less than"), ("says-less", "more than")])
def test_a_server_that_lies_about_the_size(server: WebServer, fault: str, word: str) -> None:
    code, message = failure(find(server.url(f"{fault}/a.flac")))
    assert code == "read_error"
    assert word in message


def test_a_server_that_never_ends_is_left_at_the_size_that_was_listed(server: WebServer) -> None:
    code, message = failure(listed(server.url("endless/a.flac"), BY_SIZE))
    assert (code, "more than it said" in message) == ("read_error", True)


def test_a_stream_without_a_size_ends_at_a_limit(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auralis_cli.files.remote.fetch.MAX_UNKNOWN_BYTES", 3 * len(CONTENT))
    code, message = failure(listed(server.url("endless/a.flac"), UNKNOWN, 0))
    assert (code, "does not end" in message) == ("read_error", True)


def test_nothing_is_known_of_a_chunked_answer_and_it_is_fetched(server: WebServer) -> None:
    track = find(server.url("chunked/a.flac"))
    assert (track.size, track.version) == (0, UNKNOWN)
    assert read(track) == CONTENT


def test_without_an_etag_and_a_time_the_size_is_the_version_and_that_is_said(server: WebServer) -> None:
    selection = Selection()
    (track,) = discover_urls([server.url("bare/a.flac")], selection)
    assert isinstance(track, Track)
    assert track.version == BY_SIZE
    assert "neither an ETag nor a time of 1 track:" in "".join(selection.warnings)
    selection = Selection()
    list(discover_urls([server.url("good/a.flac")], selection))
    assert not selection.warnings


def test_the_deadline_counts_for_all_tries(server: WebServer) -> None:
    began = time.monotonic()
    code, _ = failure(listed(server.url("hang/a.flac")), deadline_s=0.5)
    assert code == "read_stalled"
    assert time.monotonic() - began < 3.0


def test_a_listing_that_hangs_ends_and_one_that_nobody_waits_for_at_once(server: WebServer) -> None:
    (found,) = discover_urls([server.url("hang/a.flac")], Selection())
    assert isinstance(found, Refused)
    assert found.error.code == "read_stalled"
    asked = threading.Event()
    asked.set()
    began = time.monotonic()
    assert not list(discover_urls([server.url("hang/b.flac")], Selection(), cancelled=asked.is_set))
    assert time.monotonic() - began < 0.9


def test_a_signed_link_to_which_a_server_sends_on_is_not_told(server: WebServer) -> None:
    _, message = failure(listed(server.url("signed/a.flac")))
    assert SECRET not in message
    (found,) = discover_urls([server.url("signed/a.flac")], Selection())
    assert isinstance(found, Refused)
    assert SECRET not in found.error.message


def test_no_server(server: WebServer) -> None:
    code, message = failure(listed("http://127.0.0.1:1/a.flac"))
    assert (code, "no connection" in message) == ("read_error", True)
    assert server.asked == []


def test_where_memory_for_files_is_full_the_disk_has_room(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write

    def full(descriptor: int, part: bytes) -> int:
        if os.readlink(f"/proc/self/fd/{descriptor}").startswith("/dev/shm/"):
            write(descriptor, part[:10])
            raise OSError(28, "No space left on device")
        return write(descriptor, part)

    monkeypatch.setattr("auralis_cli.files.remote.holder.os.write", full)
    assert read(listed(server.url("good/a.flac"))) == CONTENT


def test_a_full_disk_is_no_failure_of_the_server(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("auralis_cli.files.remote.holder.os.write", full)
    code, message = failure(listed(server.url("good/a.flac"), 'etag "one"'))
    assert (code, "No space left" in message) == ("read_error", True)


def test_a_page_of_links_is_a_folder(server: WebServer) -> None:
    server.listing = (
        b'<a href="../">up</a> <a href="?C=N;O=D">Name</a> <a href="b%20c.flac">b</a> '
        b'<a href="notes.txt">n</a> <a href=".hidden.flac">h</a> <a href="http://elsewhere.example/x.flac">x</a>'
    )
    found = list(discover_urls([server.url("listing/")], Selection()))
    assert [(type(item).__name__, item.path) for item in found] == [
        ("Skipped", server.url("listing/.hidden.flac")),
        ("Track", server.url("listing/b%20c.flac")),
    ]


def test_a_server_that_is_out_of_reach_for_long_costs_no_time_for_each_track(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auralis_cli.files.remote.outage.PATIENCE_S", 0.3)
    monkeypatch.setattr("auralis_cli.files.remote.fetch.outages", Outages())
    for _ in range(2):
        failure(listed(server.url("broken/a.flac")))  # what it answers itself counts as long as it may pass
        time.sleep(0.2)
    server.asked.clear()
    failure(listed(server.url("broken/a.flac")))  # one tries in a while
    assert len(server.asked) == 3
    code, message = failure(listed(server.url("good/a.flac")))
    assert (code, "out of reach" in message, len(server.asked)) == ("read_stalled", True, 3)
    monkeypatch.setattr("auralis_cli.files.remote.outage.AGAIN_S", 0.0)
    assert read(listed(server.url("good/a.flac"))) == CONTENT
    assert read(listed(server.url("good/a.flac"))) == CONTENT
    failure(listed(server.url("missing/a.flac")))
    assert read(listed(server.url("good/a.flac"))) == CONTENT


@pytest.mark.parametrize(
    ("url", "path", "before"),
    [
        ("s3://vault/music", "vault/music", "s3://"),
        ("sftp://anna@nas/music", "/music", "sftp://anna@nas/"),
        ("ftp://nas", "/", "ftp://nas/"),
        ("memory://music", "/music", "memory://"),
    ],
)
def test_urls_keep_the_host_of_their_store(url: str, path: str, before: str) -> None:
    assert before_path(url, path) == before


def test_a_link_that_leads_up_by_its_code_is_not_followed(server: WebServer) -> None:
    hrefs = (b"%2e%2e/good/a.flac", b"..%2fgood/b.flac", b"c.flac")
    server.listing = b"".join(b'<a href="%s">a</a>' % href for href in hrefs)
    found = list(discover_urls([server.url("listing/")], Selection()))
    assert [item.path for item in found] == [server.url("listing/c.flac")]


def test_a_page_of_links_that_is_too_large_is_not_taken_into_memory(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.listing = b'<a href="a.flac">a</a>' * 10
    (track,) = discover_urls([server.url("listing/")], Selection())
    assert track.path == server.url("listing/a.flac")
    monkeypatch.setattr("auralis_cli.files.remote.web_page.MAX_PAGE_BYTES", len(server.listing) - 1)
    (refused,) = discover_urls([server.url("listing/")], Selection())
    assert isinstance(refused, Refused)
    assert "page of links is larger" in refused.error.message
