from __future__ import annotations

import re

import pytest

from media_pipeline.errors import ModelError
from media_pipeline.models import MANIFEST, Model, model_named


@pytest.mark.parametrize("model", MANIFEST, ids=lambda model: model.name)
def test_each_model_can_be_had_and_checked(model: Model) -> None:
    assert model.licence
    assert model.files
    for file in (*model.files, *model.fetched_files):
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256), file.name
        assert file.size > 0
    for file in model.fetched_files:
        assert file.package, f"no package carries {file.name}"
        assert all(re.fullmatch(r"[a-z0-9-]+==[0-9.]+", member.package) for member in file.package)
        assert (file.hub_path is None) == (model.hub_repository is None)


def test_names_are_unique_and_fit_for_folders() -> None:
    names = [model.name for model in MANIFEST]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9.-]+", name) for name in names)


def test_no_network_address_is_written_down() -> None:
    assert "://" not in repr(MANIFEST)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ModelError, match="faster-whisper-base"):
        model_named("faster-whisper-bass")
