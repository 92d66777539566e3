"""The way of requests to a worker: a Unix socket, because only that can carry open files."""

import contextlib
import socket
import threading
from typing import Self

from auralis_cli.workers.protocol import Work, encode_request


class RequestSocket:
    """The parent's end. Its methods may be called from any thread."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        # A number of a closed socket may soon be that of another file: nothing is sent while it is closed.
        self._lock = threading.Lock()
        self._descriptors_sent = 0

    @classmethod
    def pair(cls) -> tuple[Self, socket.socket]:
        """The parent's end, and the one that becomes the worker's standard input."""
        ours, its = socket.socketpair()
        ours.setblocking(False)
        ours.shutdown(socket.SHUT_RD)  # a worker answers on its output alone
        return cls(ours), its

    def send(
        self, request_id: int, path: str, descriptor: int | None = None, *, work: Work = Work.ANALYZE
    ) -> None:
        """Sends one request, with an open file or without; nothing once the worker has gone or reads nothing.

        Never waits: the two requests that a worker has at most are far below what a socket holds. OSError
        when the system does not let the file be sent.
        """
        with self._lock, contextlib.suppress(BrokenPipeError, ConnectionResetError, BlockingIOError):
            if self._socket.fileno() < 0:
                return
            if descriptor is None:
                self._socket.sendall(encode_request(request_id, path, work=work))
                return
            line = encode_request(request_id, path, self._descriptors_sent, work=work)
            sent = socket.send_fds(self._socket, [line], [descriptor])
            self._descriptors_sent += 1
            if sent < len(line):
                self._socket.sendall(line[sent:])

    def close(self) -> None:
        """The end of the requests."""
        with self._lock:
            self._socket.close()
