"""The kinds of evidence an answer can hold."""

from __future__ import annotations

from typing import Literal

EvidenceKind = Literal[
    "situation",
    "task",
    "action",
    "result",
    "number",
    "own_role",
    "team_role",
    "method",
    "time",
    "comparison",
    "expected_point",
    "contradiction",
    "off_topic",
]

StarPart = Literal["situation", "task", "action", "result"]
STAR: tuple[StarPart, ...] = ("situation", "task", "action", "result")
