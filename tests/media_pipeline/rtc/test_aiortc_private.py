"""Every private part of aiortc, aioice and pyOpenSSL that ``aiortc_private`` uses is still there.

When one of these fails, a new version has moved something: read the named class again, mend
``media_pipeline/rtc/aiortc_private`` and this list together.
"""

from __future__ import annotations

import ast
import importlib.metadata
import inspect
from pathlib import Path

import aiortc
import pytest
from aioice import ice
from aiortc import RTCCertificate, RTCPeerConnection, rtcdtlstransport, rtcicetransport, rtcrtpreceiver
from aiortc.rtcconfiguration import RTCConfiguration
from OpenSSL import SSL

import media_pipeline
from media_pipeline.rtc.aiortc_private import gnutls
from media_pipeline.rtc.aiortc_private.ice import GuardedIceConnection
from media_pipeline.rtc.aiortc_private.peer import PeerConnection
from media_pipeline.rtc.aiortc_private.receiver import MediaReceiver
from media_pipeline.rtc.options import RtcOptions


def parameters(function: object) -> list[str]:
    return list(inspect.signature(function).parameters)  # type: ignore[arg-type]


def test_the_versions_are_the_ones_that_were_read() -> None:
    assert importlib.metadata.version("aiortc") == "1.16.0"
    assert importlib.metadata.version("aioice") == "0.13.0"


def test_peer_connection_makes_its_parts_by_the_methods_we_override() -> None:
    create_dtls = RTCPeerConnection._RTCPeerConnection__createDtlsTransport  # type: ignore[attr-defined]
    create_transceiver = RTCPeerConnection._RTCPeerConnection__createTransceiver  # type: ignore[attr-defined]
    assert parameters(create_dtls) == ["self"]
    assert parameters(create_transceiver) == ["self", "direction", "kind", "sender_track"]
    source = inspect.getsource(RTCPeerConnection)
    assert "self.__createTransceiver(" in source
    assert "self.__createDtlsTransport()" in source
    assert "self.__iceTransports.add(iceTransport)" in source


def test_the_ice_transport_reaches_its_connection_by_these_names() -> None:
    source = inspect.getsource(rtcicetransport.RTCIceTransport)
    for part in ("self._connection = gatherer._connection", "self._recv = ", "self._send = "):
        assert part in source
    assert "await self._connection.gather_candidates()" in inspect.getsource(rtcicetransport.RTCIceGatherer)


def test_aioice_calls_what_we_override() -> None:
    assert parameters(ice.Connection.get_component_candidates) == [
        "self",
        "component",
        "addresses",
        "timeout",
    ]
    assert parameters(ice.Connection.data_received) == ["self", "data", "component"]
    assert parameters(ice.Connection.add_remote_candidate) == ["self", "remote_candidate"]
    assert parameters(ice.StunProtocol.datagram_received) == ["self", "data", "addr"]
    assert parameters(ice.StunProtocol.send_stun) == ["self", "message", "addr"]
    assert parameters(ice.StunProtocol.request) == [
        "self", "request", "addr", "integrity_key", "retransmissions",
    ]  # fmt: skip


async def test_aioice_keeps_what_we_read() -> None:
    connection = ice.Connection(ice_controlling=False)
    for name in (
        "_queue", "_protocols", "_nominated", "_local_candidates", "_local_candidates_start", "_id",
        "_local_candidates_end", "_remote_candidates", "_remote_candidates_end", "_local_username",
        "_local_password",
    ):  # fmt: skip
        assert hasattr(connection, name), f"aioice's Connection has no {name} any more"
    assert parameters(connection.build_request) == ["pair", "nominate"]


def test_success_is_answered_only_after_the_integrity_check() -> None:
    """The door opens to whoever is sent a success response; that must stay proof of the password."""
    source = inspect.getsource(ice.Connection.request_received)
    assert source.index("check_message_integrity") < source.index("stun.Class.RESPONSE")
    assert source.count("stun.Class.RESPONSE") == 1


def test_our_receiver_has_all_that_aiortc_calls_on_one() -> None:
    used = {"track", "_track", "transport", "setTransport", "_set_rtcp_ssrc", "receive", "stop", "getStats"}
    used |= {"_handle_disconnect", "_handle_rtcp_packet", "_handle_rtp_packet", "_enabled"}
    theirs = {name for name in vars(rtcrtpreceiver.RTCRtpReceiver) if not name.startswith("_RTCRtpReceiver")}
    known = used | {"getCapabilities", "getSynchronizationSources", "_run_rtcp", "_send_rtcp"}
    known |= {"_send_rtcp_nack", "_send_rtcp_pli"}
    new = {name for name in theirs if not name.startswith("__")} - known
    assert not new, f"aiortc's receiver has new parts that ours may need: {new}"
    ours = set(dir(MediaReceiver)) | set(
        inspect.getsource(MediaReceiver.__init__).replace("self.", " ").split()
    )
    assert {name for name in used if name not in ours and f"{name}:" not in ours} == set()


def test_the_transport_hands_packets_over_as_before() -> None:
    transport = rtcdtlstransport.RTCDtlsTransport
    assert parameters(transport._register_rtp_receiver) == ["self", "receiver", "parameters"]
    assert parameters(transport._unregister_rtp_receiver) == ["self", "receiver"]
    assert parameters(transport._send_rtp) == ["self", "data"]
    assert "await receiver._handle_rtp_packet(packet, arrival_time_ms=" in inspect.getsource(
        transport._handle_rtp_data
    )


def test_the_dtls_handshake_uses_no_more_of_openssl_than_gnutls_stands_in_for() -> None:
    source = inspect.getsource(rtcdtlstransport.RTCDtlsTransport)
    called = {piece.split("(")[0] for piece in source.split("self._ssl.")[1:]}
    called -= {"set_accept_state", "set_connect_state"}  # called before GnuTLS takes over
    called -= {"send"}  # data channels, which are not offered
    assert called <= set(dir(gnutls.GnutlsClient)), "aiortc calls something new on the DTLS connection"
    certificate = RTCCertificate.generateCertificate()
    assert hasattr(certificate, "_key")
    assert hasattr(certificate, "_cert")
    assert {"WantReadError", "ZeroReturnError", "Error"} <= set(dir(SSL))


async def test_a_peer_connection_is_made_of_our_parts_and_asks_no_server() -> None:
    class Sink:
        def packet(self, packet: object, codec: str) -> None: ...

    peer = PeerConnection(RtcOptions(), lambda kind: Sink(), lambda: 0.0)
    peer.addTransceiver("audio")
    (connection,) = peer._ice_connections()
    assert isinstance(connection, GuardedIceConnection)
    assert connection.stun_server is None
    assert connection.turn_server is None
    assert isinstance(peer.getTransceivers()[0].receiver, MediaReceiver)
    configuration: RTCConfiguration = peer._RTCPeerConnection__configuration  # type: ignore[attr-defined]
    assert configuration.iceServers == []
    await peer.close()


def test_sctp_chunks_fit_small_tunnels() -> None:
    """Data channels are turned down; should they come one day, 1200-byte chunks would stall on VPNs."""
    from aiortc import rtcsctptransport

    assert rtcsctptransport.SCTP_MAX_PACKET_LENGTH < 1_200


def test_private_parts_are_touched_in_one_folder_only() -> None:
    """No other module reads an underscored attribute of anything but ``self``, ``cls`` or its own kind."""
    package = Path(media_pipeline.__file__).parent / "rtc"
    guilty = []
    for path in package.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Attribute)
                and node.attr.startswith("_")
                and not node.attr.startswith("__")
            ):
                owner = node.value.id if isinstance(node.value, ast.Name) else ""
                if owner not in ("self", "cls", "connection") and not _own_part(node):
                    guilty.append(f"{path.name}:{node.lineno} {ast.unparse(node)}")
    assert guilty == []


def _own_part(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Attribute) and ast.unparse(node.value).startswith("self._audio")


@pytest.mark.parametrize("name", ["RTCRtpReceiver", "RTCConfiguration", "RTCCertificate"])
def test_public_names(name: str) -> None:
    assert hasattr(aiortc, name)
