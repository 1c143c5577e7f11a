"""A network of our own between a browser and the server, with a cable that can be pulled.

Linux network namespaces joined by a veth pair; nothing of it is reachable from elsewhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path


def can_make_networks() -> bool:
    """Namespaces need root and iproute2."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    name = f"viva-probe-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False)
    if made.returncode == 0:
        subprocess.run(["ip", "netns", "delete", name], check=True)
    return made.returncode == 0


class Cable:
    """The browser's side is a namespace of its own; ``server_address`` is how it reaches the server."""

    def __init__(self, folder: Path) -> None:
        number = os.getpid() % 250
        self._namespace = f"viva-{os.getpid()}"
        self._ours = f"viva{os.getpid() % 100_000}s"
        self._theirs = f"viva{os.getpid() % 100_000}b"
        self.server_address = f"10.213.{number}.1"
        self._browser_address = f"10.213.{number}.2"
        self._folder = folder

    def lay(self) -> None:
        _ip("netns", "add", self._namespace)
        _ip("link", "add", self._ours, "type", "veth", "peer", "name", self._theirs, "netns", self._namespace)
        _ip("addr", "add", f"{self.server_address}/30", "dev", self._ours)
        _ip("link", "set", self._ours, "up")
        inside = ("-n", self._namespace)
        _ip(*inside, "addr", "add", f"{self._browser_address}/30", "dev", self._theirs)
        _ip(*inside, "link", "set", self._theirs, "up")
        _ip(*inside, "link", "set", "lo", "up")

    def pull(self) -> None:
        """From now on nothing gets through, and nobody is told."""
        _ip("link", "set", self._ours, "down")

    def plug_in(self) -> None:
        _ip("link", "set", self._ours, "up")

    def remove(self) -> None:
        subprocess.run(["ip", "link", "delete", self._ours], capture_output=True, check=False)
        subprocess.run(["ip", "netns", "delete", self._namespace], capture_output=True, check=False)

    def browser_command(self, chromium: str) -> Path:
        """A program that starts ``chromium`` on the far side of the cable."""
        script = self._folder / "chromium-behind-the-cable"
        script.write_text(
            f'#!/bin/sh\nexec ip netns exec {self._namespace} {chromium} "$@"\n', encoding="utf-8"
        )
        script.chmod(0o755)
        return script


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")
