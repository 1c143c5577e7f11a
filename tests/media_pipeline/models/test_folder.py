from __future__ import annotations

import os
from pathlib import Path

import pytest

from media_pipeline.errors import ModelError
from media_pipeline.models import ModelFolder, default_root
from media_pipeline.models import folder as folder_module
from media_pipeline.models.folder import STAMP, verify
from tests.media_pipeline.models.carriers import model, write_folder

NAME = "faster-whisper-base"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_folder(tmp_path)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were hashed."""
    names: list[str] = []
    hash_file = folder_module.sha256_of

    def counted(path: Path) -> str:
        names.append(path.name)
        return hash_file(path)

    monkeypatch.setattr(folder_module, "sha256_of", counted)
    return names


def test_the_root_follows_the_settings() -> None:
    assert default_root({"VIVA_MODELS_DIR": "/srv/models"}) == Path("/srv/models")
    assert default_root({"XDG_CACHE_HOME": "/var/cache"}) == Path("/var/cache/viva/models")
    assert default_root({}) == Path.home() / ".cache/viva/models"
    # The specification says that a relative path is to be ignored.
    assert default_root({"XDG_CACHE_HOME": "cache"}) == Path.home() / ".cache/viva/models"


def test_a_second_check_hashes_nothing(root: Path, hashed: list[str]) -> None:
    verify(model(), root / NAME)
    assert hashed == ["weights.bin", "config.json"]
    verify(model(), root / NAME)
    assert len(hashed) == 2


def test_a_full_check_hashes_everything_again(root: Path, hashed: list[str]) -> None:
    verify(model(), root / NAME)
    verify(model(), root / NAME, full=True)
    assert hashed == ["weights.bin", "config.json"] * 2


def test_a_file_changed_after_the_check_is_hashed_and_refused(root: Path, hashed: list[str]) -> None:
    verify(model(), root / NAME)
    path = root / NAME / "weights.bin"
    before = path.stat()
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    with pytest.raises(ModelError, match=r"weights\.bin.*SHA-256.*viva models"):
        verify(model(), root / NAME)


def test_a_stamp_for_another_version_of_the_model_does_not_count(root: Path) -> None:
    verify(model(), root / NAME)
    other = model(weights=bytes(10_240))
    with pytest.raises(ModelError, match="SHA-256"):
        verify(other, root / NAME)


@pytest.mark.parametrize("stamp", ["", "[]", "{", '{"weights.bin": 1}'])
def test_a_broken_stamp_is_no_stamp(root: Path, stamp: str, hashed: list[str]) -> None:
    (root / NAME / STAMP).write_text(stamp)
    verify(model(), root / NAME)
    assert len(hashed) == 2


def test_a_missing_file_says_what_to_do(root: Path) -> None:
    (root / NAME / "config.json").unlink()
    with pytest.raises(ModelError, match=r"config\.json is missing.*viva models"):
        verify(model(), root / NAME)


def test_a_shortened_file_is_refused_without_hashing(root: Path, hashed: list[str]) -> None:
    (root / NAME / "weights.bin").write_bytes(b"short")
    with pytest.raises(ModelError, match="5 bytes instead of"):
        verify(model(), root / NAME)
    assert not hashed


def test_paths_are_only_given_for_what_the_manifest_has(tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path)
    assert folder.file(NAME) == tmp_path / NAME / "model.bin"
    assert folder.file(NAME, "vocabulary.txt") == tmp_path / NAME / "vocabulary.txt"
    with pytest.raises(ModelError, match="no file called"):
        folder.file(NAME, "../../etc/passwd")
    with pytest.raises(ModelError, match="no model called"):
        folder.path("..")


def test_what_is_missing_is_listed(tmp_path: Path) -> None:
    assert NAME in ModelFolder(tmp_path).missing()
    assert ModelFolder(tmp_path).missing([]) == []


def test_the_installed_models_are_the_promised_ones(model_folder: ModelFolder) -> None:
    model_folder.require([NAME, "smart-turn-v3.2", "silero-vad-v6", "face-landmarker", "piper-en-joe"])
