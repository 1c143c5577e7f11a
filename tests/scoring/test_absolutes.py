"""Which statement rules out every exception: what is repeated where an answer does not fit together."""

from __future__ import annotations

import pytest

from scoring.absolutes import said_without_exception
from scoring.evidence import read_answer
from scoring.job import Language
from tests.scoring.helpers import SUPERVISOR_EN, SUPERVISOR_ZH, job, said

CASES: list[tuple[Language, str, str | None]] = [
    ("en", "It was a rush order. Every single box went through the leak test.", "Every single box went"),
    ("en", "I was alone that night. I never touched the settings myself.", "I never touched the settings"),
    ("en", "I never left the line. Not a single pallet went out unchecked.", "Not a single pallet went out"),
    ("en", "I did it on a Saturday, and I didn't tell anybody about it.", "I didn't tell anybody"),
    ("en", "I counted the drawer on my own that evening.", "I counted the drawer on my own"),
    ("zh", "当时特别赶，检验一道都没省。", "检验一道都没省"),
    ("zh", "这个改善从头到尾都是我弄的，别人帮着搬。", "这个改善从头到尾都是我弄的"),
    ("zh", "我想了两天，这个事我谁也没商量。", "这个事我谁也没商量"),
    # What a lesson brought, what others say, a part only, next to nothing: no statement to hold up.
    ("en", "Since then it never happened and we never had a complaint again.", None),
    ("en", "She said she never saw the list.", None),
    ("en", "It is a program that never stops.", None),
    ("en", "We checked the boxes every single time we could. Never ever.", None),
    ("en", "We checked most of the boxes on the bench.", None),
    ("zh", "从那以后一次都没有再错过。", None),
    ("zh", "他说他一次都没来过现场。", None),
    ("zh", "一箱没漏。", None),
    ("zh", "我们把箱子都检了一遍。", None),
]


@pytest.mark.parametrize(("language", "text", "begins"), CASES)
def test_the_strongest_statement_that_leaves_no_room_is_found(
    language: Language, text: str, begins: str | None
) -> None:
    the_job = job(SUPERVISOR_EN if language == "en" else SUPERVISOR_ZH)
    reading = read_answer(the_job, the_job.questions[1], said("q2", text, language=language))
    place = said_without_exception(reading)
    found = None if place is None else reading.texts[place]
    assert found is None if begins is None else (found or "").startswith(begins), found


def test_a_statement_too_long_to_repeat_is_not_held_up() -> None:
    the_job = job(SUPERVISOR_EN)
    text = "I never " + "really " * 30 + "looked at the list."
    reading = read_answer(the_job, the_job.questions[1], said("q2", text))
    assert said_without_exception(reading) is None
