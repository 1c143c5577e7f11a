"""The repository itself: no machine's paths, no registry's host, no wall with a hole, no broken lock."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")

# Spelled so that this file does not find itself.
REGISTRY_HOSTS = re.compile(
    "|".join(
        re.escape("".join(parts))
        for parts in (
            ("pypi", ".org"),
            ("python", "hosted.org"),
            ("registry.npm", "js.org"),
            ("registry.", "yarnpkg.com"),
            ("deb.", "debian.org"),
            ("hugging", "face.co"),
            ("proxy.", "golang.org"),
        )
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w./$~-])/(?:work|root|home/(?!ada|viva)\w+|Users/\w+)(?:/|\b(?!\w))")

# Where a path of these names is the thing meant, not the machine it was written on.
SPEAKS_OF_PATHS = {"tests/test_repository.py"}


def committed() -> Iterator[tuple[str, str]]:
    """Path and text of every file that git tracks and that is text."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file():
            try:
                yield name, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    found = dict(committed())
    assert "pyproject.toml" in found
    return found


def lines_with(texts: dict[str, str], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts.items()
        if name not in SPEAKS_OF_PATHS
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_registry_is_named(texts: dict[str, str]) -> None:
    assert lines_with(texts, REGISTRY_HOSTS) == []


def test_no_path_of_somebodys_machine(texts: dict[str, str]) -> None:
    assert lines_with(texts, MACHINE_PATHS) == []


def test_the_search_would_find_them() -> None:
    assert MACHINE_PATHS.search('open("/root/x")')
    assert MACHINE_PATHS.search("cd /work/main")
    assert MACHINE_PATHS.search("/home/eve/viva")
    assert not MACHINE_PATHS.search("GET /api/v1/work/x, ./root/y, $HOME/work/z")
    assert REGISTRY_HOSTS.search("https://files." + "python" + "hosted.org/x")


def test_nothing_large_or_binary_but_pictures(texts: dict[str, str]) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if not path.is_file():
            continue
        assert path.stat().st_size < 2_000_000, name
        assert name in texts or path.suffix in (".png", ".jpg", ".webp", ".woff2", ".ico"), name


def test_the_walls_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith(("#", "--hash")):
            continue
        assert "--hash=sha256:" in line, f"{lock}: {line[:80]} has no hash"
        requirement = Requirement(line.split("--hash", 1)[0].strip())
        found[canonicalize_name(requirement.name)] = str(requirement.specifier)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_pin_every_package_by_hash(lock: str) -> None:
    versions = pins(lock)
    assert versions
    assert all(re.fullmatch(r"==[^,*]+", version) for version in versions.values()), lock


def test_locks_agree_with_each_other_and_hold_what_is_declared() -> None:
    running, testing = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: testing.get(name) for name in running} == running
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = project["project"]["dependencies"]
    for line in declared:
        requirement = Requirement(line)
        pinned = running[canonicalize_name(requirement.name)].removeprefix("==")
        assert requirement.specifier.contains(pinned), line
    for line in project["dependency-groups"]["dev"]:
        assert canonicalize_name(Requirement(line).name) in testing, line


def test_the_jobs_and_pages_are_where_the_server_looks() -> None:
    for path in ("static_client/candidate/index.html", "static_client/interviewer/index.html", "LICENSE"):
        assert (ROOT / path).is_file(), path


@pytest.mark.parametrize("script", ["deploy/system_packages.sh", "deploy/find_python.sh"])
def test_scripts_are_plain_sh(script: str) -> None:
    assert subprocess.run([shutil.which("sh") or "sh", "-n", ROOT / script], check=False).returncode == 0


def test_a_python_is_found() -> None:
    found = subprocess.run(
        ["sh", ROOT / "deploy/find_python.sh"], capture_output=True, text=True, check=True
    ).stdout.strip()
    version = subprocess.run(
        [found, "-c", "import sys; print(sys.version_info >= (3, 11))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert version.stdout == "True\n"
