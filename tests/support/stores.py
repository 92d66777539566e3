"""Stores with URLs on loopback: an S3 server, and a web server that fails as real ones do."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import Request, urlopen

import pytest

from auralis_cli.files.remote.store import forget_stores

SECRET = "wJalrXUtnFEMI"
BUCKET = "vault"


class Bucket:
    """A bucket of an S3 server."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def put(self, key: str, content: bytes) -> str:
        """Stores an object; its URL."""
        self._client.put_object(Bucket=BUCKET, Key=key, Body=content)
        return f"s3://{BUCKET}/{key}"

    def delete(self, key: str) -> None:
        self._client.delete_object(Bucket=BUCKET, Key=key)

    def clear(self) -> None:
        for item in self._client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
            self.delete(item["Key"])


@contextmanager
def s3_server() -> Iterator[Bucket]:
    """A bucket of an S3 server (moto), and the variables with which programs find it. Skips without moto."""
    server_of = pytest.importorskip("moto.server", reason="needs moto[server]")
    boto3 = pytest.importorskip("boto3", reason="needs moto[server]")
    pytest.importorskip("s3fs", reason="needs auralis-cli[remote]")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = server_of.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_S3", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_CONFIG_FILE", "/dev/null")
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        forget_connections()
        yield Bucket(client)
    forget_connections()
    with urlopen(Request(f"http://{host}:{port}/moto-api/reset", method="POST")):  # closes its large objects
        server.stop()


def forget_connections() -> None:
    """File systems are kept, with the credentials and servers that they were made with."""
    forget_stores()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "WebServer"

    def do_HEAD(self) -> None:
        self._answer(head=True)

    def do_GET(self) -> None:
        self._answer(head=False)

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, *, head: bool) -> None:
        server, (fault, _, name) = self.server, self.path.lstrip("/").partition("/")
        server.asked.append((self.command, self.path))
        times = server.times[self.command, self.path] = server.times[self.command, self.path] + 1
        status = {"missing": 404, "forbidden": 403, "broken": 503, "teapot": 418}.get(fault, 200)
        if fault == "broken-once" and times == 1 and not head:
            status = 503
        if fault == "flaky" and times == 1:
            status = 503
        if fault == "signed":
            self.send_response(302)
            self.send_header("Location", f"/forbidden/{name}?X-Amz-Signature={SECRET}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if fault == "hang":
            server.ended.wait(30.0)
            return
        content = server.content if status == 200 else b"no"
        if fault == "listing":
            content = server.listing
        self.send_response(status)
        for header, value in self._headers(fault, content, head=head):
            self.send_header(header, value)
        self.end_headers()
        if not head:
            self._send(fault, content, times)

    def _headers(self, fault: str, content: bytes, *, head: bool) -> Iterator[tuple[str, str]]:
        if fault not in ("bare", "endless", "chunked"):
            changed = fault == "changes" and not head
            yield "ETag", '"other"' if changed else self.server.etag
        if fault == "listing":
            yield "Content-Type", "text/html"
        if fault in ("chunked", "endless"):
            yield "Transfer-Encoding", "chunked"
            return
        lie = {"says-more": 100, "says-less": -100}.get(fault, 0) if head else 0
        yield "Content-Length", str(len(content) + lie)

    def _send(self, fault: str, content: bytes, times: int) -> None:
        half = content[: len(content) // 2]
        if fault == "drop" or (fault == "drop-once" and times == 1):
            self.wfile.write(half)
            self.close_connection = True
        elif fault == "stall":
            self.wfile.write(half)
            self.wfile.flush()
            self.server.ended.wait(30.0)
        elif fault == "chunked":
            self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), content))
        elif fault == "endless":
            while not self.server.ended.is_set():
                self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
                time.sleep(0.001)
        else:
            self.wfile.write(content)


class WebServer(ThreadingHTTPServer):
    """Answers `/FAULT/NAME` with the content, but for the fault. `asked` are the requests."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = content
        self.etag = '"one"'
        self.listing = b""
        self.asked: list[tuple[str, str]] = []
        self.times: Counter[tuple[str, str]] = Counter()
        self.ended = threading.Event()

    def url(self, path: str) -> str:
        """Of what lies at a path of this server."""
        return f"http://127.0.0.1:{self.server_address[1]}/{path}"

    def handle_error(self, *_: Any) -> None:
        """A client that goes away is what these tests are about."""


@contextmanager
def web_server(content: bytes) -> Iterator[WebServer]:
    """Runs one. Skips without aiohttp."""
    pytest.importorskip("aiohttp", reason="needs auralis-cli[remote]")
    server = WebServer(content)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
