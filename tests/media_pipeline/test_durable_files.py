"""A small file is there whole or not at all, and for its owner only."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from media_pipeline.durable_files import write_durably


def test_the_first_stands_where_it_must_not_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    write_durably(path, b"first", replace=False)

    with pytest.raises(FileExistsError):
        write_durably(path, b"second", replace=False)

    assert path.read_bytes() == b"first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path], "no draft is left behind"


def test_a_replaced_file_has_the_new_content_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    write_durably(path, b"first", replace=True)
    write_durably(path, b"second", replace=True)

    assert path.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [path]
