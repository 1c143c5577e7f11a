"""What of an interview is recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.conductor.state import InterviewState
from server.live.recorded import reason_for_none, should_record

RUNNING = InterviewState(consents={"recording": True}, started_at_ms=1_000, phase="answering")


def test_a_running_interview_with_consent_is_recorded() -> None:
    assert should_record(RUNNING)
    assert should_record(replace(RUNNING, mode="voice"))


@pytest.mark.parametrize(
    "change",
    [
        {"consents": {}},
        {"consents": {"recording": False}},
        {"consents": {"ai_analysis": True}},
        {"mode": "text"},
        {"started_at_ms": None},
        {"paused_since_ms": 2_000},
        {"phase": "ended"},
    ],
)
def test_nothing_else_is(change: dict[str, object]) -> None:
    assert not should_record(replace(RUNNING, **change))  # type: ignore[arg-type]


def test_why_there_is_none() -> None:
    assert reason_for_none(replace(RUNNING, mode="text"), True) == "text"
    assert reason_for_none(replace(RUNNING, consents={"recording": False}), True) == "no_consent"
    assert reason_for_none(RUNNING, False) == "off"
    assert reason_for_none(RUNNING, True) is None
    assert reason_for_none(InterviewState(), True) is None
