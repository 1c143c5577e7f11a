"""The door of the ICE layer: who may pass, by first byte, proof and amount."""

from __future__ import annotations

import pytest
from aioice import Candidate, stun
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.rtc.aiortc_private.ice import Door, GuardedIceConnection, GuardedProtocol, first_byte_kind
from media_pipeline.rtc.options import IceOptions, LimitOptions

FRIEND, STRANGER = ("192.0.2.1", 4_000), ("192.0.2.66", 4_000)
RTP, DTLS, STUN = b"\x80" + bytes(20), b"\x16\xfe\xfd" + bytes(20), b"\x00\x01" + bytes(18)


def test_empty_datagrams_never_pass() -> None:
    door = Door(LimitOptions(), lambda: 0.0)
    door.validate(FRIEND)
    assert not door.admits(b"", FRIEND)
    assert door.turned_away == 1


def test_media_and_handshake_pass_only_from_whoever_proved_the_password() -> None:
    door = Door(LimitOptions(), lambda: 0.0)
    for data in (RTP, DTLS):
        assert not door.admits(data, FRIEND)
    door.validate(FRIEND)
    for data in (RTP, DTLS):
        assert door.admits(data, FRIEND)
        assert not door.admits(data, STRANGER)
        assert not door.admits(data, (FRIEND[0], FRIEND[1] + 1)), "another port is another peer"


def test_checks_pass_from_anywhere_since_they_are_the_proof() -> None:
    assert Door(LimitOptions(), lambda: 0.0).admits(STUN, STRANGER)


@given(st.binary(min_size=1, max_size=64))
def test_the_first_byte_decides_as_in_rfc_7983(data: bytes) -> None:
    kind = first_byte_kind(data)
    ranges = {"stun": range(4), "dtls": range(20, 64), "rtp": range(128, 192)}
    assert kind == next((name for name, span in ranges.items() if data[0] in span), "other")


def test_a_flood_is_cut_to_the_limit() -> None:
    now_ms = 0.0
    door = Door(LimitOptions(packets_per_s=100, packets_burst=50), lambda: now_ms)
    door.validate(FRIEND)
    assert sum(door.admits(RTP, FRIEND) for _ in range(1_000)) == 50
    now_ms = 1_000.0
    assert sum(door.admits(RTP, FRIEND) for _ in range(1_000)) == 50


def test_media_is_a_sign_of_life_a_strangers_check_is_none() -> None:
    heard: list[float] = []
    door = Door(LimitOptions(), lambda: 7.0)
    door.heard = heard.append
    door.admits(STUN, STRANGER)
    door.admits(RTP, STRANGER)
    assert heard == []
    door.validate(FRIEND)
    door.admits(RTP, FRIEND)
    assert heard == [7.0, 7.0]


async def guarded() -> tuple[GuardedIceConnection, GuardedProtocol, Door]:
    door = Door(LimitOptions(max_datagrams_waiting=8), lambda: 0.0)
    connection = GuardedIceConnection(
        IceOptions(bind_hosts=("127.0.0.1",)), LimitOptions(max_datagrams_waiting=8), door
    )
    await connection.gather_candidates()
    (protocol,) = connection._protocols
    assert isinstance(protocol, GuardedProtocol)
    return connection, protocol, door


async def test_only_a_check_with_the_right_password_opens_the_door() -> None:
    connection, protocol, door = await guarded()

    def check(password: str) -> bytes:
        request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{connection.local_username}:peer"
        request.attributes["PRIORITY"] = 1
        request.attributes["ICE-CONTROLLING"] = 1
        request.add_message_integrity(password.encode())
        return bytes(request)

    protocol.datagram_received(check("wrong" * 5), STRANGER)
    assert not door.admits(RTP, STRANGER)
    protocol.datagram_received(check(connection.local_password), FRIEND)
    assert door.admits(RTP, FRIEND)
    await connection.close()


async def test_what_nobody_reads_yet_does_not_pile_up() -> None:
    connection, protocol, door = await guarded()
    door.validate(FRIEND)
    for _ in range(100):
        protocol.datagram_received(DTLS, FRIEND)
    assert connection._queue.qsize() == 8
    await connection.close()


async def test_no_name_is_looked_up_and_a_long_list_is_cut() -> None:
    connection, _, _ = await guarded()

    def candidate(host: str, number: int = 1, transport: str = "udp") -> Candidate:
        return Candidate("1", 1, transport, 1, host, 10_000 + number, "host")

    await connection.add_remote_candidate(candidate("a1b2c3d4-0000-4000-8000-000000000000.local"))
    await connection.add_remote_candidate(candidate("192.0.2.1", transport="tcp"))
    assert connection.remote_candidates == []
    for number in range(100):
        await connection.add_remote_candidate(candidate("192.0.2.1", number))
    assert len(connection.remote_candidates) == IceOptions().max_remote_candidates
    await connection.add_remote_candidate(None)
    await connection.add_remote_candidate(None)
    await connection.close()


async def test_ports_come_from_the_range() -> None:
    options = IceOptions(bind_hosts=("127.0.0.1",), port_min=42_310, port_max=42_319)
    connections = [
        GuardedIceConnection(options, LimitOptions(), Door(LimitOptions(), lambda: 0.0)) for _ in range(5)
    ]
    ports = []
    for connection in connections:
        await connection.gather_candidates()
        ports += [candidate.port for candidate in connection.local_candidates]
    assert len(set(ports)) == 5
    assert all(42_310 <= port <= 42_319 for port in ports)
    for connection in connections:
        await connection.close()


@pytest.mark.parametrize(("public", "told"), [("203.0.113.7", "203.0.113.7"), ("2001:db8::7", "127.0.0.1")])
async def test_behind_a_nat_the_public_address_is_told(public: str, told: str) -> None:
    """To peers of the same kind of address; our own side keeps what is bound."""
    options = IceOptions(bind_hosts=("127.0.0.1",), public_host=public)
    connection = GuardedIceConnection(options, LimitOptions(), Door(LimitOptions(), lambda: 0.0))
    await connection.gather_candidates()
    (candidate,), (protocol,) = connection.local_candidates, connection._protocols
    assert (candidate.host, candidate.port) == (told, protocol.local_candidate.port)
    assert protocol.local_candidate.host == "127.0.0.1"
    await connection.close()
