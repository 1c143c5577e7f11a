"""What one synthetic candidate experienced, and how many experiences become figures. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

STAGES = {
    "sign_in": "entry page and sign-in answered",
    "join": "media offer sent → media connected",
    "first_partial": "utterance begins → its first words shown",
    "final": "speech ends (media time) → final text shown",
    "follow_up": "follow-up decided → its first sound heard",
    "question": "question asked → its first sound heard",
    "barge_in": "candidate begins to speak over a question → the question is silent",
    "barge_in_decided": "server takes it for an interruption → the question is silent",
    "metric": "delivery figures made → on the interviewer's page",
    "report": "interview over → report can be read",
}
"""Each stage's name and what is measured, from the candidate's side; all in milliseconds."""


@dataclass(slots=True)
class Journey:
    """One candidate's times and troubles."""

    number: int
    times_ms: dict[str, list[float]] = field(default_factory=lambda: {stage: [] for stage in STAGES})
    errors: Counter[str] = field(default_factory=Counter)
    refused: bool = False
    """The server was full and said so (503 with Retry-After): not an error."""
    connected: bool = False
    finished: bool = False
    spoken_words: int = 0
    word_errors: int = 0
    spoken_s: float = 0.0
    follow_ups: int = 0
    outages: int = 0

    def took(self, stage: str, milliseconds: float) -> None:
        self.times_ms[stage].append(milliseconds)


def percentile(values: Sequence[float], share: float) -> float | None:
    """Nearest-rank percentile; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def summary(journeys: Iterable[Journey]) -> dict[str, Any]:
    """Percentiles for each stage, errors by cause, and how much was understood."""
    all_of_them = list(journeys)
    stages: dict[str, Any] = {}
    for stage in STAGES:
        times = [time for journey in all_of_them for time in journey.times_ms[stage]]
        stages[stage] = {
            "count": len(times),
            "p50_ms": _rounded(percentile(times, 0.50)),
            "p95_ms": _rounded(percentile(times, 0.95)),
            "p99_ms": _rounded(percentile(times, 0.99)),
            "max_ms": _rounded(max(times, default=None)),
        }
    errors: Counter[str] = Counter()
    for journey in all_of_them:
        errors += journey.errors
    words = sum(journey.spoken_words for journey in all_of_them)
    wrong = sum(journey.word_errors for journey in all_of_them)
    return {
        "sessions": len(all_of_them),
        "connected": sum(journey.connected for journey in all_of_them),
        "refused": sum(journey.refused for journey in all_of_them),
        "finished": sum(journey.finished for journey in all_of_them),
        "stages": stages,
        "errors": dict(errors),
        "word_error_rate": round(wrong / words, 4) if words else None,
        "spoken_s": round(sum(journey.spoken_s for journey in all_of_them), 1),
        "follow_ups": sum(journey.follow_ups for journey in all_of_them),
    }


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond these a run counts as overloaded."""

    join_p95_ms: float = 2_000
    final_p95_ms: float = 1_500
    loop_lag_p99_ms: float = 20
    audio_lost_s: float = 0.0


def broken(figures: dict[str, Any], limits: Limits, *, full: bool = False) -> list[str]:
    """Which limits a run's figures break, as sentences; none: it held.

    ``full``: more came than the server has places for, so that refusals are what it should do.
    """
    stages, server = figures["stages"], figures.get("server", {})
    found = []
    for stage, limit in (("join", limits.join_p95_ms), ("final", limits.final_p95_ms)):
        p95 = stages[stage]["p95_ms"]
        if p95 is not None and p95 > limit:
            found.append(f"{stage} p95 {p95:.0f} ms, over {limit:.0f} ms")
    if figures["errors"]:
        found.append(
            "errors: " + ", ".join(f"{cause} ×{count}" for cause, count in figures["errors"].items())
        )
    if figures["refused"] and not full:
        found.append(f"{figures['refused']} interviews refused: the server was full")
    lag = server.get("loop_lag_p99_ms")
    if lag is not None and lag > limits.loop_lag_p99_ms:
        found.append(f"event loop late by {lag:.0f} ms (p99)")
    lost = server.get("audio_failed_s")
    if lost is not None and lost > limits.audio_lost_s:
        found.append(f"{lost:.1f} s of audio lost")
    return found


def limiting_resource(figures: dict[str, Any]) -> str:
    """What ran out first, by the server's own figures."""
    server = figures.get("server", {})
    shares = {
        "recognition workers": server.get("recognition_busy_share") or 0.0,
        "event loop": min(1.0, (server.get("loop_lag_p99_ms") or 0.0) / Limits().loop_lag_p99_ms),
        "server CPU": (server.get("cpu_cores") or 0.0) / (server.get("cores_given") or 1),
        "generator CPU": figures.get("generator", {}).get("cpu_cores", 0.0),
    }
    if figures["refused"] and max(shares.values()) < 0.9:
        return "admission (configured or expected load)"
    return max(shares, key=lambda name: shares[name])


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
