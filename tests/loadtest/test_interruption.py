"""Who speaks over a question, and when the question is silent."""

from __future__ import annotations

from typing import Any

import pytest

from loadtest.interruption import INTERRUPTS_AFTER_S, Interruption


def view(index: int = 2, speaking: bool = True) -> dict[str, Any]:
    return {"question": {"id": f"q{index}", "index": index}, "speaking": {"text": "…"} if speaking else None}


def hearing(interruption: Interruption, from_s: float, to_s: float) -> None:
    for step in range(round((to_s - from_s) / 0.02) + 1):
        interruption.sound.loud(from_s + step * 0.02)


def test_every_second_question_once_and_not_before_it_has_been_heard() -> None:
    interruption = Interruption()
    hearing(interruption, 10.0, 11.0)
    assert not interruption.is_due(view(), 11.0)
    hearing(interruption, 11.02, 10.1 + INTERRUPTS_AFTER_S)
    now_s = 10.1 + INTERRUPTS_AFTER_S
    assert not interruption.is_due(view(index=1), now_s)
    assert not interruption.is_due(view(speaking=False), now_s)
    assert interruption.is_due(view(), now_s)
    assert not interruption.is_due(view(), now_s)


def test_a_pause_between_words_is_not_the_end_but_silence_is() -> None:
    interruption = Interruption()
    hearing(interruption, 0.0, 1.0)
    hearing(interruption, 1.3, 2.0)
    assert interruption.sound.lasting_s(2.0) == pytest.approx(2.0)
    assert interruption.sound.lasting_s(2.5) == 0.0
    hearing(interruption, 3.0, 3.2)
    assert interruption.sound.lasting_s(3.2) == pytest.approx(0.2)


def test_silence_counts_from_the_voice_and_from_the_decision() -> None:
    interruption = Interruption()
    hearing(interruption, 0.0, 2.9)
    interruption.voice_began(2.0)
    stages = interruption.silent_after_s(decided_s=2.8)
    assert stages["barge_in"] == pytest.approx(0.9)
    assert stages["barge_in_decided"] == pytest.approx(0.1)
    assert interruption.silent_after_s(decided_s=3.0)["barge_in_decided"] == 0.0
