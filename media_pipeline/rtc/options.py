"""Everything about connections that can be set, with units and defaults."""

from __future__ import annotations

from dataclasses import dataclass, field

from media_pipeline.rtc.jitter import JitterOptions


@dataclass(frozen=True, slots=True)
class IceOptions:
    """Where media comes in. No STUN or TURN server is ever asked: nothing leaves the host."""

    bind_hosts: tuple[str, ...] = ()
    """Local addresses to listen on; empty: all of this machine (loopback only if there is no other)."""

    port_min: int = 0
    """First UDP port to use, for a firewall; 0: any free port."""

    port_max: int = 0
    """Last UDP port to use. Each connection takes one port on each address."""

    public_host: str = ""
    """Address told to candidates instead of the local one, where the server is behind a 1:1 NAT."""

    max_remote_candidates: int = 20
    """Addresses of the peer that are tried; the rest of a long list is ignored."""


@dataclass(frozen=True, slots=True)
class LimitOptions:
    """What one connection may cost. Beyond it packets are dropped, never the process."""

    max_offer_bytes: int = 64 * 1024
    packets_per_s: float = 1_500.0
    """Datagrams a second, all kinds; 640×360 video and audio together are about 150."""
    packets_burst: float = 1_500.0
    max_datagrams_waiting: int = 1_024
    """Datagrams between socket and decryption; the newest is dropped beyond."""
    max_pixels: int = 1_920 * 1_088
    """Largest picture that is decoded."""
    max_video_bits_per_s: int = 1_200_000
    """What the sender is told the path can carry (REMB)."""
    audio_packets_waiting: int = 500
    """Encoded audio between network and decoder: 10 s. Beyond, the newest is dropped and counted lost."""
    video_frames_waiting: int = 45
    """Encoded pictures before the decoder: 3 s. Beyond, all are dropped and a keyframe is asked for."""


@dataclass(frozen=True, slots=True)
class LivenessOptions:
    """When a silent peer is asked, given up on, and forgotten."""

    ping_after_ms: float = 1_000.0
    """Nothing heard for this long: a STUN binding request is sent."""
    lost_after_ms: float = 3_000.0
    close_after_ms: float = 30_000.0
    """A lost connection is closed; the page has long since made a new one."""
    connect_within_ms: float = 15_000.0
    """Offer to first media packet's keys; then the attempt is closed."""


@dataclass(frozen=True, slots=True)
class RtcOptions:
    ice: IceOptions = field(default_factory=IceOptions)
    limits: LimitOptions = field(default_factory=LimitOptions)
    liveness: LivenessOptions = field(default_factory=LivenessOptions)
    audio_jitter: JitterOptions = field(default_factory=JitterOptions)
    video_jitter: JitterOptions = field(
        default_factory=lambda: JitterOptions(max_wait_ms=500.0, capacity=512)
    )
    max_fill_ms: float = 2_000.0
    """A longer gap in audio is not filled: the session's time moves on without samples."""
    pictures_per_s: float = 5.0
    """Decoded pictures handed on, a little more than are looked at; 0: video is not decoded at all."""
    audio_threads: int = 1
    video_threads: int = 1
    """Decoder threads of the process, shared by all connections."""
