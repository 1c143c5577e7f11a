"""The media side's own numbers, told to Prometheus."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from media_pipeline.services import MediaServices
from media_pipeline.session import MediaSession
from server.metrics import Metrics


def tell_media(metrics: Metrics, services: MediaServices | None, sessions: Iterable[MediaSession]) -> None:
    """Recognition's load and, summed over the running sessions, where every second of audio is."""
    if services is None:
        return
    measured = services.scheduler.metrics()
    gauge, total = metrics.gauge, metrics.total
    gauge("viva_recognition_sessions", "Sessions the recogniser listens to.", measured.sessions)
    gauge(
        "viva_recognition_load_level",
        "0: full effort; above: partials are slower, smaller, off.",
        measured.level,
    )
    gauge(
        "viva_recognition_busy_share", "Share of the recognition workers that is busy.", measured.busy_share
    )
    for kind, waiting in measured.waiting.items():
        gauge("viva_recognition_waiting", "Windows waiting to be recognised.", waiting, {"kind": kind})
    for kind, seconds in measured.decoding_s.items():
        total("viva_recognition_seconds", "Seconds spent recognising.", seconds, {"kind": kind})
    for kind, audio_ms in measured.audio_decoded_ms.items():
        total("viva_recognition_audio_seconds", "Audio recognised.", audio_ms / 1000, {"kind": kind})
    total("viva_recognition_failed", "Windows on which recognition failed.", measured.failed)
    sums: dict[str, float] = {}
    for session in sessions:
        account = session.account()
        for place, value in asdict(account).items() if account is not None else ():
            sums[place] = sums.get(place, 0.0) + value
    for place, value in sums.items():
        name = place.removesuffix("_ms")
        gauge(
            "viva_audio_seconds",
            "Audio of the running sessions, by where it is.",
            value / 1000,
            {"place": name},
        )
