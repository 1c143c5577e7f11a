"""A confined process has no way out; shown by a process that tries them all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

_TRIES = """
import ctypes, errno, json, os, socket, subprocess, sys, threading
if {confined}:
    from media_pipeline.sandbox import confine
    before = threading.Event()
    results = {{}}
    def late():
        before.wait()
        try_("socket in an older thread", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    older = threading.Thread(target=late)
    older.start()
    confine()
else:
    results = {{}}

def try_(name, action):
    try:
        action()
    except OSError as error:
        results[name] = errno.errorcode.get(error.errno, str(error))
    else:
        results[name] = "allowed"

libc = ctypes.CDLL(None, use_errno=True)
def call(name, *arguments):
    if getattr(libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)

families = {{"AF_INET": 2, "AF_INET6": 10, "AF_UNIX": 1, "AF_NETLINK": 16, "AF_PACKET": 17, "AF_VSOCK": 40}}
for name, number in families.items():
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        try_(f"socket {{name}} {{kind.name}}", lambda: socket.socket(number, kind).close())
try_("io_uring_setup", lambda: call("syscall", 425, 1, 0))
try_("execve", lambda: subprocess.run(["/bin/true"], check=True))
try_("ptrace", lambda: call("ptrace", 16, os.getpid(), 0, 0))
try:
    socket.getaddrinfo("localhost.example", 80)
except socket.gaierror:
    results["look-up"] = "no answer"
else:
    results["look-up"] = "allowed"
if {confined}:
    before.set()
    older.join()
    results["file"] = open(__file__).read(1) and "allowed"
print(json.dumps(results))
"""


def attempt(tmp_path: Path, *, confined: bool) -> dict[str, str]:
    script = tmp_path / "tries.py"
    script.write_text(_TRIES.format(confined=confined))
    done = subprocess.run(
        [sys.executable, str(script)],
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    results: dict[str, str] = json.loads(done.stdout)
    return results


def test_no_way_out_of_a_confined_process(tmp_path: Path) -> None:
    results = attempt(tmp_path, confined=True)
    sockets = {name: result for name, result in results.items() if name.startswith("socket")}
    assert len(sockets) == 19
    assert set(sockets.values()) == {"EACCES"}
    assert results["io_uring_setup"] == results["execve"] == results["ptrace"] == "EACCES"
    assert results["look-up"] == "no answer"
    assert results["file"] == "allowed"


def test_the_tries_can_succeed(tmp_path: Path) -> None:
    """Without the filter they do, or the test above would say nothing."""
    results = attempt(tmp_path, confined=False)
    assert results["socket AF_INET SOCK_STREAM"] == results["socket AF_UNIX SOCK_STREAM"] == "allowed"
    assert results["execve"] == "allowed"


@pytest.mark.parametrize("module", ["media_pipeline.vision.worker", "media_pipeline.voice.worker"])
def test_a_worker_does_not_start_without_the_filter(tmp_path: Path, module: str) -> None:
    """Where libseccomp cannot be loaded there is no vision and no voice, and the reason is said."""
    (tmp_path / "pyseccomp.py").write_text("raise RuntimeError('Unable to find libseccomp')")
    done = subprocess.run(
        [sys.executable, "-P", "-m", module],
        env={"PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[2]}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 69
    assert "libseccomp2" in done.stderr
    assert "mediapipe" not in done.stderr
