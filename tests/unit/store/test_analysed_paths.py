from pathlib import Path

import pytest
from support.made_records import ANALYZER, FAILURE, make_record

from auralis_cli.model.errors import CacheError
from auralis_cli.model.record import Track
from auralis_cli.store import analysed_paths
from auralis_cli.store.cache import Cache


def test_all_paths_with_a_record_come_in_order_some_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysed_paths, "_AT_ONCE", 2)
    names = ["/b", "/a/2", "/\udcff", "/a/1", "/c"]
    with Cache(tmp_path / "cache.db") as cache:
        for name in names:
            cache.note_result(Track(name, 1, 1), "", make_record(), ANALYZER, None)
        cache.note_result(Track("/failed", 1, 1), "", FAILURE, ANALYZER, None)
        cache.commit()
        found = list(analysed_paths.analysed_paths(cache.path, ANALYZER.name))
    assert found == [b"/a/1", b"/a/2", b"/b", b"/c", b"/\xff"]
    with pytest.raises(CacheError, match="no cache"):
        next(analysed_paths.analysed_paths(tmp_path / "none.db", ANALYZER.name))
