"""A server of our own for a load test: fresh data, loopback, on cores of its own."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from loadtest.server_watch import pin

START_WITHIN_S = 180.0


@dataclass(frozen=True, slots=True)
class OwnServer:
    url: str
    token: str
    pid: int


@asynccontextmanager
async def own_server(
    interviews: int | None, cores: set[int] | None, settings: dict[str, str] | None = None
) -> AsyncIterator[OwnServer]:
    """Runs ``viva serve`` until the block ends.

    ``interviews`` are its places; None: as many as it gives itself by the cores it may use.

    Raises:
        RuntimeError: it does not become ready.
    """
    with tempfile.TemporaryDirectory(prefix="viva-loadtest-") as folder:
        port = _free_port()
        environment = os.environ | {
            "VIVA_HOST": "127.0.0.1",
            "VIVA_PORT": str(port),
            "VIVA_DATA_DIR": folder,
            "VIVA_INTERVIEWS": str(interviews or 0),
            "VIVA_REQUESTS_PER_MINUTE": "60000",
            "VIVA_REQUEST_BURST": "5000",
            "VIVA_LOG_LEVEL": "warning",
        }
        environment |= settings or {}
        log = Path(folder) / "server.log"
        process = await _start(environment, log)
        try:
            if cores:
                pin(process.pid, cores)  # at once: threads and helper processes inherit it
            url = f"http://127.0.0.1:{port}"
            await _ready(url, process, log)
            yield OwnServer(url, await _token(environment), process.pid)
        finally:
            await _stop(process)


async def _start(environment: dict[str, str], log: Path) -> asyncio.subprocess.Process:
    with log.open("wb") as file:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "server.cli", "serve", env=environment, stdout=file, stderr=file
        )


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(15):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _ready(url: str, process: asyncio.subprocess.Process, log: Path) -> None:
    deadline_s = asyncio.get_running_loop().time() + START_WITHIN_S
    async with aiohttp.ClientSession() as http:
        while asyncio.get_running_loop().time() < deadline_s and process.returncode is None:
            try:
                async with http.get(f"{url}/readyz") as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)
    said = await asyncio.to_thread(log.read_text, errors="replace")
    raise RuntimeError("The server did not become ready:\n" + said[-2_000:])


async def _token(environment: dict[str, str]) -> str:
    """A recruiter's, as an operator would make one."""
    made = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server.cli",
        "token",
        "recruiter",
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await made.communicate()
    if made.returncode:
        raise RuntimeError("`viva token recruiter` failed.")
    return said.decode().split()[-1]
