"""Downloads: what can be seen of them while they run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from media_pipeline.models.sources import _files_by_name


def test_a_folder_that_goes_while_it_is_looked_at_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pip-download-1", "kept"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.whl").write_bytes(b"12345")
    look = os.scandir

    def scandir(path: Any) -> Any:
        if "pip-download" in str(path):
            raise FileNotFoundError(path)
        return look(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert _files_by_name(tmp_path) == {"kept.whl": 5}
