"""One page's WebSocket: hello, then two loops, one telling and one listening, until either ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from media_pipeline.errors import VivaError
from server.control.commands import MAX_MESSAGE_BYTES, CommandError, Pong
from server.refusals import reason_of
from server.store.codec import to_json

log = logging.getLogger(__name__)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SocketOptions:
    hello_timeout_s: float = 5.0
    ping_every_s: float = 3.0
    silent_after_s: float = 10.0
    """Without any message (pongs included) for this long the page counts as gone."""
    send_timeout_s: float = 10.0
    least_gap_s: float = 0.025
    """Between two batches to one page; events of one moment travel together."""
    messages_per_s: float = 20.0
    message_burst: int = 60


class CloseCode:
    TOKEN = 4401
    FORBIDDEN = 4403
    TAKEN_OVER = 4409
    TOO_MANY = 4429
    RESTART = 1012


@dataclass(slots=True, eq=False)
class Page:
    """A page at the other end. ``answer`` handles one message; ``batch`` says what is new."""

    socket: web.WebSocketResponse
    options: SocketOptions = field(default_factory=SocketOptions)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    heard_at: float = field(default_factory=time.monotonic)
    round_trip_ms: float | None = None
    _budget: float = 60.0
    _budget_at: float = field(default_factory=time.monotonic)
    _ping_sent_at: float | None = None

    async def run(self, batch: Callable[[], Iterable[Json]], answer: Callable[[str], Json | None]) -> None:
        """Tell and listen until the page goes, falls silent or is told to go."""
        telling = asyncio.create_task(self._tell(batch), name="tell page")
        pinging = asyncio.create_task(self._ping(), name="ping page")
        self.wake.set()
        try:
            await self._listen(answer)
        finally:
            for task in (telling, pinging):
                task.cancel()
            await asyncio.gather(telling, pinging, return_exceptions=True)

    async def close(self, code: int, reason: str) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            await asyncio.wait_for(self.socket.close(code=code, message=reason.encode()[:120]), 2.0)

    async def send(self, message: Json) -> None:
        text = to_json(message).decode()
        # Not wait_for: in Python 3.11 it makes a task of every message, which then waits for its turn.
        async with asyncio.timeout(self.options.send_timeout_s):
            await self.socket.send_str(text)

    async def _tell(self, batch: Callable[[], Iterable[Json]]) -> None:
        try:
            while True:
                await self.wake.wait()
                self.wake.clear()
                for message in batch():
                    await self.send(message)
                await asyncio.sleep(self.options.least_gap_s)
        except (ConnectionError, TimeoutError):
            await self.close(1001, "too slow")
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("a page could not be told what is new")
            await self.close(1011, "internal error")

    async def _ping(self) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            while True:
                await asyncio.sleep(self.options.ping_every_s)
                if time.monotonic() - self.heard_at > self.options.silent_after_s:
                    await self.close(1001, "no sign of life")
                    return
                self._ping_sent_at = time.monotonic()
                await self.send({"type": "ping", "at_ms": int(time.monotonic() * 1000)})

    async def _listen(self, answer: Callable[[str], Json | None]) -> None:
        async for message in self.socket:
            if message.type is not WSMsgType.TEXT:
                if message.type is WSMsgType.BINARY:
                    await self.close(1003, "text messages only")
                return
            self.heard_at = time.monotonic()
            if not self._may_speak():
                await self.close(CloseCode.TOO_MANY, "too many messages")
                return
            reply = _answered(answer, message.data)
            if reply is not None:
                with contextlib.suppress(ConnectionError, TimeoutError):
                    await self.send(reply)

    def ponged(self, _: Pong) -> None:
        if self._ping_sent_at is not None:
            self.round_trip_ms = (time.monotonic() - self._ping_sent_at) * 1000
            self._ping_sent_at = None

    def _may_speak(self) -> bool:
        now = time.monotonic()
        refilled = self._budget + (now - self._budget_at) * self.options.messages_per_s
        self._budget = min(float(self.options.message_burst), refilled) - 1
        self._budget_at = now
        return self._budget >= 0


def _answered(answer: Callable[[str], Json | None], message: str) -> Json | None:
    try:
        return answer(message)
    except VivaError as error:
        return problem_message(error, getattr(error, "id", None))


def problem_message(error: VivaError, command_id: str | None) -> Json:
    body: Json = {"type": "problem", "code": error.code, "title": str(error), **reason_of(error)}
    if command_id:
        body["id"] = command_id
    return body


def obeyed(command_id: str, obey: Callable[[], None]) -> Json:
    """Carry out a command; the answer says that it was done, or why not."""
    try:
        obey()
    except VivaError as error:
        return problem_message(error, command_id)
    return {"type": "ack", "id": command_id}


async def first_message(socket: web.WebSocketResponse, options: SocketOptions) -> str:
    """The hello's text. Raises ``CommandError`` if none comes in time."""
    try:
        message = await asyncio.wait_for(socket.receive(), options.hello_timeout_s)
    except TimeoutError as error:
        raise CommandError("No hello came.") from error
    if message.type is not WSMsgType.TEXT:
        raise CommandError("The first message must be a hello.")
    return str(message.data)


def new_socket() -> web.WebSocketResponse:
    """Uncompressed: a desk's view would be compressed anew for each desk, above 16 KiB in another thread."""
    return web.WebSocketResponse(max_msg_size=MAX_MESSAGE_BYTES, autoping=True, compress=False)
