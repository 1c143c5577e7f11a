"""A PostgreSQL of our own on a free loopback port, for the tests of what may stand on one."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


def server_programs() -> Path | None:
    """The folder of initdb and postgres; None where PostgreSQL's server is not installed."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


@contextlib.contextmanager
def running_postgres() -> Iterator[str]:
    """The address of an empty database ``viva``; the server and its files are gone afterwards."""
    programs = server_programs()
    if programs is None:
        raise FileNotFoundError("PostgreSQL's server is not installed")
    folder = Path(tempfile.mkdtemp(prefix="viva-postgres-"))
    process: subprocess.Popen[bytes] | None = None
    try:
        as_user = _ordinary_user(folder)
        data = folder / "data"
        options: list[str | Path] = [
            "-A",
            "trust",
            "-U",
            "viva",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        subprocess.run(
            [*as_user, programs / "initdb", "-D", data, *options], check=True, stdout=subprocess.DEVNULL
        )
        port = _free_port()
        process = subprocess.Popen(
            [*as_user, programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder],
            stdout=subprocess.DEVNULL,
            stderr=(folder / "log").open("wb"),
        )
        subprocess.run(
            [programs / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-t", "30"],
            stdout=subprocess.DEVNULL,
            check=False,
        )
        _create_database(programs, port, process, folder / "log")
        yield f"postgresql+asyncpg://viva@127.0.0.1:{port}/viva"
    finally:
        if process is not None:
            process.send_signal(signal.SIGQUIT)  # At once: nothing of it is kept.
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _create_database(programs: Path, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Once it takes connections. pg_isready answers at once while nobody listens, so we ask again."""
    command: list[str | Path] = [
        programs / "createdb",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "-U",
        "viva",
        "viva",
    ]
    for _ in range(300):
        if subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
    raise RuntimeError(f"PostgreSQL takes no connections:\n{log.read_text()}")


def _ordinary_user(folder: Path) -> list[str | Path]:
    """PostgreSQL refuses to run as root; become somebody else for it."""
    if os.geteuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
