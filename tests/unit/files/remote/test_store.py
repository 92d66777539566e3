"""Connecting to stores."""

import threading
from typing import Any

import pytest

from auralis_cli.files.remote import store
from auralis_cli.files.remote.store import Store, forget_stores
from auralis_cli.files.remote.trouble import STALLED, StoreError


class _Files:
    def _strip_protocol(self, url: str) -> str:
        return url.partition("://")[2]


def test_a_server_that_does_not_answer_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()

    def connect(url: str, _: str) -> Any:
        if "asleep" in url:
            answers.wait(30.0)
        return _Files()

    forget_stores()
    monkeypatch.setattr(store, "_connect", connect)
    monkeypatch.setattr(store, "ANSWER_S", 0.3)
    try:
        with pytest.raises(StoreError) as error:
            Store("sftp://asleep/music")
        assert error.value.trouble is STALLED
        assert Store("sftp://awake/music").path == "awake/music"
        assert Store("s3://vault/music").path == "vault/music"
    finally:
        answers.set()
        forget_stores()
