"""A bad network for one synthetic candidate: a UDP forwarder on loopback that loses packets.

The answer's candidates are rewritten to the forwarder's port, so that everything between candidate
and server goes through it, by nothing but public protocol.
"""

from __future__ import annotations

import asyncio
import random
import re
from typing import Any

_CANDIDATE = re.compile(r"^(a=candidate:\S+ \d+ udp \d+) (\S+) (\d+) (typ host.*)$", re.IGNORECASE)


class LossyPath(asyncio.DatagramProtocol):
    """Loses ``loss`` (0–1) of the media packets towards the server; with ``cut``, everything both ways."""

    def __init__(self, loss: float, dice: random.Random) -> None:
        self.loss = loss
        self.cut = False
        self.dropped = 0
        self.forwarded = 0
        self._dice = dice
        self._server: tuple[str, int] | None = None
        self._client: tuple[str, int] | None = None
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self, answer_sdp: str) -> str:
        """Binds, and returns the answer with this path in place of the server's own addresses."""
        lines, rewritten = answer_sdp.splitlines(), []
        for line in lines:
            found = _CANDIDATE.match(line)
            if found is None:
                rewritten.append(line)
            elif ":" not in found[2] and (self._server is None or self._server[1] == int(found[3])):
                self._server = (found[2], int(found[3]))
                await self._bind(found[2])
                own = self._own_address()
                rewritten.append(f"{found[1]} {own[0]} {own[1]} {found[4]}")
        return "\r\n".join(rewritten) + "\r\n"

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, address: tuple[Any, ...]) -> None:
        if self._transport is None or self.cut:
            return
        if address[:2] == self._server:
            if self._client is not None:
                self._transport.sendto(data, self._client)
            return
        self._client = (address[0], address[1])
        if data and 128 <= data[0] <= 191 and self._dice.random() < self.loss:
            self.dropped += 1
            return
        self.forwarded += 1
        self._transport.sendto(data, self._server)

    async def _bind(self, host: str) -> None:
        if self._transport is None:
            loop = asyncio.get_running_loop()
            await loop.create_datagram_endpoint(lambda: self, local_addr=(host, 0))

    def _own_address(self) -> tuple[str, int]:
        if self._transport is None:
            raise RuntimeError("the path is not open")
        name = self._transport.get_extra_info("sockname")
        return name[0], name[1]
