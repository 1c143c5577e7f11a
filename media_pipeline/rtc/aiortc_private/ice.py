"""The ICE layer with a door: what comes in, from whom, and where sockets are bound.

aioice passes every datagram that is not STUN on to DTLS and SRTP, from any address, empty ones
too; an empty one ends the call (``data[0]``) and a forged ClientHello disturbs the handshake.
Here only authenticated peers get through the door (RFC 8445 §12.2 asks for validated pairs), by
the first byte of RFC 7983.
"""

from __future__ import annotations

import asyncio
import copy
import socket
from collections.abc import Callable
from typing import Any, Final

from aioice import Candidate, ice, mdns, stun
from aioice.candidate import candidate_foundation, candidate_priority

from media_pipeline.rtc.options import IceOptions, LimitOptions
from media_pipeline.rtc.ports import bind_order, pick_hosts
from media_pipeline.rtc.rate_limit import TokenBucket

Address = tuple[str, int]

_SOCKET_BUFFER: Final = 512 * 1024


def first_byte_kind(data: bytes) -> str:
    """What a datagram claims to be, by RFC 7983 §7: stun, dtls, rtp or other."""
    if not data:
        return "empty"
    first = data[0]
    if first <= 3:
        return "stun"
    if 20 <= first <= 63:
        return "dtls"
    return "rtp" if 128 <= first <= 191 else "other"


class Door:
    """Who may pass, and how much. One for each connection; counts what it turned away."""

    def __init__(self, limits: LimitOptions, now_ms: Callable[[], float]) -> None:
        self._now_ms = now_ms
        self._bucket = TokenBucket(limits.packets_per_s, limits.packets_burst)
        self._validated: set[Address] = set()
        self.turned_away = 0
        self.heard: Callable[[float], None] = lambda now_ms: None

    def validate(self, address: Address) -> None:
        """``address`` has shown that it knows this connection's password."""
        if len(self._validated) < 64:
            self._validated.add(address)
        self.heard(self._now_ms())

    def admits(self, data: bytes, address: Address) -> bool:
        now_ms = self._now_ms()
        kind = first_byte_kind(data)
        known = address in self._validated
        wanted = kind == "stun" or (kind in ("dtls", "rtp") and known)
        if not wanted or not self._bucket.take(now_ms):
            self.turned_away += 1
            return False
        if known and kind == "rtp":
            self.heard(now_ms)
        return True


class GuardedProtocol(ice.StunProtocol):
    """One UDP socket of a connection, behind the door."""

    def __init__(self, receiver: GuardedIceConnection, door: Door) -> None:
        super().__init__(receiver)
        self._door = door

    def datagram_received(self, data: bytes | str, addr: tuple[Any, ...]) -> None:
        address = (addr[0], addr[1])
        if not isinstance(data, bytes) or not self._door.admits(data, address):
            return
        if data[0] <= 3:
            super().datagram_received(data, addr)
        else:
            self.receiver.data_received(data, self.local_candidate.component)

    def send_stun(self, message: stun.Message, addr: Address) -> None:
        # aioice answers with success only after it has checked the request's integrity.
        if message.message_class == stun.Class.RESPONSE:
            self._door.validate(addr)
        super().send_stun(message, addr)

    async def request(
        self,
        request: stun.Message,
        addr: Address,
        integrity_key: bytes | None = None,
        retransmissions: int | None = None,
    ) -> tuple[stun.Message, Address]:
        answer, source = await super().request(request, addr, integrity_key, retransmissions)
        self._door.validate(source)
        return answer, source


class GuardedIceConnection(ice.Connection):
    """aioice's connection with guarded sockets, bounded queue and no servers asked."""

    def __init__(self, options: IceOptions, limits: LimitOptions, door: Door) -> None:
        super().__init__(ice_controlling=False)
        self._options = options
        self._limits = limits
        self._door = door

    async def gather_candidates(self) -> None:
        if self._local_candidates_start:
            return
        self._local_candidates_start = True
        hosts = pick_hosts(self._options.bind_hosts, ice.get_host_addresses(use_ipv4=True, use_ipv6=True))
        self._local_candidates += await self.get_component_candidates(1, hosts)
        self._local_candidates_end = True

    async def get_component_candidates(
        self,
        component: int,
        addresses: list[str],
        timeout: int = 5,  # noqa: ASYNC109 (aioice's signature)
    ) -> list[Candidate]:
        """One socket for each address, as host candidates; there are no others."""
        candidates = []
        for host in addresses:
            protocol = await self._bind(host)
            if protocol is None:
                continue
            address, port = protocol.transport.get_extra_info("sockname")[:2]
            protocol.local_candidate = Candidate(
                foundation=candidate_foundation("host", "udp", address),
                component=component,
                transport="udp",
                priority=candidate_priority(component, "host"),
                host=address,
                port=port,
                type="host",
            )
            self._protocols.append(protocol)
            candidates.append(self._told(protocol.local_candidate))
        return candidates

    async def add_remote_candidate(self, remote_candidate: Candidate | None) -> None:
        # Names are not looked up: such a peer's own checks reveal its address (RFC 8445 §7.3.1.3).
        if remote_candidate is not None and (
            mdns.is_mdns_hostname(remote_candidate.host)
            or remote_candidate.transport.lower() != "udp"
            or len(self._remote_candidates) >= self._options.max_remote_candidates
        ):
            return
        if remote_candidate is None and self._remote_candidates_end:
            return
        await super().add_remote_candidate(remote_candidate)

    def data_received(self, data: bytes, component: int) -> None:
        if self._queue.qsize() < self._limits.max_datagrams_waiting:
            super().data_received(data, component)

    async def ping(self) -> bool:
        """One binding request on the chosen pair; True where it was answered."""
        password = self.remote_password
        for pair in list(self._nominated.values()):
            if password is None:
                return False
            try:
                await pair.protocol.request(
                    self.build_request(pair, nominate=False),
                    pair.remote_addr,
                    integrity_key=password.encode(),
                    retransmissions=0,
                )
            except stun.TransactionError:
                return False
            return True
        return False

    def _told(self, candidate: Candidate) -> Candidate:
        """The candidate as the peer is told it; our own side keeps the address that is bound."""
        public = self._options.public_host
        if not public or (":" in public) != (":" in candidate.host):
            return candidate
        told = copy.copy(candidate)
        told.host = public
        return told

    async def _bind(self, host: str) -> GuardedProtocol | None:
        loop = asyncio.get_running_loop()
        for port in bind_order(self._options.port_min, self._options.port_max, self._id):
            try:
                transport, protocol = await loop.create_datagram_endpoint(
                    lambda: GuardedProtocol(self, self._door), local_addr=(host, port)
                )
            except OSError:
                continue
            sock: socket.socket = transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SOCKET_BUFFER)
            return protocol
        return None
