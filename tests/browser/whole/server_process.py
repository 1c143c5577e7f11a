"""The real server as an operator starts it: a process of its own, on a free port."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from server.settings import Settings
from server.tokens import Tokens, open_key_file

ROOT = Path(__file__).resolve().parents[3]
READY_WITHIN_S = 180.0
REPORTED_WITHIN_S = 90.0
Json = dict[str, Any]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ServerProcess:
    """``await start()``, then the API as a recruiter uses it; ``kill()`` is ``kill -9``."""

    def __init__(
        self, data: Path, wrapper: tuple[str, ...] = (), host: str = "127.0.0.1", **environment: str
    ) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.public_url = f"http://{host}:{self.port}"
        self._wrapper = wrapper
        self._environment = environment
        self._process: Process | None = None
        self._ordered: list[str] = []
        self.log = data / "server.log"

    async def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not _is_ours(name)}
        if "VIVA_MODELS_DIR" in os.environ:
            environment["VIVA_MODELS_DIR"] = os.environ["VIVA_MODELS_DIR"]
        environment |= {
            "VIVA_PORT": str(self.port),
            "VIVA_PUBLIC_URL": self.public_url,
            "VIVA_DATA_DIR": str(self.data),
            "PYTHONPATH": str(ROOT),
            **self._environment,
        }
        command = (*self._wrapper, sys.executable, "-m", "server.cli", "serve")
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                env=environment,
                cwd=self.data,
                stdout=log,
                stderr=log,
                stdin=PIPE,
                start_new_session=True,
            )
        await self._ready()

    async def _ready(self) -> None:
        begun = time.monotonic()
        async with ClientSession() as session:
            while time.monotonic() - begun < READY_WITHIN_S:
                assert self._process is not None
                if self._process.returncode is not None:
                    break
                try:
                    async with session.get(self.url + "/readyz") as answer:
                        if answer.status == 200:
                            return
                except OSError:
                    pass
                await asyncio.sleep(0.2)
        raise AssertionError(f"the server did not come up:\n{self.log.read_text()[-4000:]}")

    async def be_up(self) -> None:
        """Start it unless it runs."""
        if self._process is None or self._process.returncode is not None:
            await self.start()

    async def kill(self) -> None:
        """As the kernel's memory killer would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        os.killpg(process.pid, how)
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    # --- as a recruiter and an interviewer --------------------------------------------------

    def token(self, role: Any, interview: str | None = None) -> str:
        settings = Settings.from_environment({"VIVA_DATA_DIR": str(self.data), "HOME": str(self.data)})
        tokens = Tokens(open_key_file(settings.secret_file))
        return tokens.issue(role, "desk", now=time.time(), lifetime_s=3600, subject=role, interview=interview)

    async def order(self, job: str, name: str = "Ada Lovelace", **fields: Any) -> Json:
        """A new interview with its links; ``fields``: further ones of the order."""
        body = {"job": job, "candidate": {"name": name}, **fields}
        ordered = await self._call("POST", "/api/v1/interviews", "recruiter", body)
        self._ordered.append(ordered["interview"])
        return ordered

    async def end_what_runs(self) -> None:
        """End what was ordered and is still heard, so that nothing of it is under way any more."""
        while self._ordered:
            interview = self._ordered.pop()
            records = await self.records(interview, "auditor")
            heard = any(change["channel"] == "media" for change in events(records, "connection_changed"))
            if not heard or events(records, "interview_ended"):
                continue
            await self.act(interview, "end")
            async with asyncio.timeout(REPORTED_WITHIN_S):
                while not events(await self.records(interview, "auditor"), "report_ready"):
                    await asyncio.sleep(0.1)

    async def records(self, interview: str, role: str = "interviewer") -> list[Json]:
        body = await self._call("GET", f"/api/v1/interviews/{interview}/log", role)
        records: list[Json] = body["records"]
        return records

    async def act(self, interview: str, command: str) -> None:
        """One command of an interviewer's desk, by the control socket."""
        async with ClientSession() as session, session.ws_connect(self.url + "/api/v1/control") as socket:
            token = self.token("interviewer")
            await socket.send_json({"type": "hello", "token": token, "interview": interview})
            await socket.send_json({"type": "command", "id": "1", "command": command})
            async for message in socket:
                answer = message.json()
                if answer.get("id") == "1":
                    assert answer["type"] == "ack", answer
                    return

    async def session_ms(self, interview: str) -> int:
        """The session time of this moment, from the log's one wall-clock time (same machine, same clock)."""
        (opened,) = events(await self.records(interview, "auditor"), "interview_opened")
        return round(time.time() * 1000) - int(opened["unix_ms"])

    async def report(self, interview: str) -> Json:
        return await self._call("GET", f"/api/v1/interviews/{interview}/report", "interviewer")

    async def recording(self, interview: str) -> Json:
        return await self._call("GET", f"/api/v1/interviews/{interview}/recording", "interviewer")

    async def download(self, path: str) -> bytes:
        headers = {"Authorization": f"Bearer {self.token('interviewer')}"}
        async with ClientSession() as session, session.get(self.url + path, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.read()

    async def report_page(self, interview: str) -> str:
        """The report as HTML."""
        headers = {"Authorization": f"Bearer {self.token('interviewer')}"}
        path = f"/api/v1/interviews/{interview}/report.html"
        async with ClientSession() as session, session.get(self.url + path, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.text()

    async def _call(self, method: str, path: str, role: str, body: Json | None = None) -> Json:
        headers = {"Authorization": f"Bearer {self.token(role)}"}
        async with (
            ClientSession() as session,
            session.request(method, self.url + path, json=body, headers=headers) as answer,
        ):
            assert answer.status in (200, 201), await answer.text()
            result: Json = await answer.json()
            return result


def _is_ours(name: str) -> bool:
    """Settings of the developer, and what makes libraries behave otherwise than at an operator's."""
    return name.startswith("VIVA_") or name in ("CI", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS")


def events(records: list[Json], kind: str) -> list[Json]:
    """The events of one type with their record's time as ``at_ms``."""
    return [{**r["event"], "at_ms": r["at_ms"]} for r in records if r["event"]["type"] == kind]
