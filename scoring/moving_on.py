"""Whether a candidate has asked for the next question: then nothing more is asked about this one."""

from __future__ import annotations

import re

from scoring.answer import Answer

_ASKS_TO_MOVE_ON = {
    "en": re.compile(
        r"\b(?:(?:can|could|may|shall|should) (?:we|i)|let'?s|let us) (?:please |just |maybe )?"
        r"(?:move on|go on to|skip|pass|do the next|take the next|have the next)\b"
        r"|\b(?:i'?d|i would) (?:rather|like to|prefer to) (?:skip|pass|move on|not answer)\b"
        r"|\b(?:move|go) on to the next (?:question|one)\b|\bnext question,? please\b"
        r"|\bpass on (?:this|that) one\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        "(?:下一题|下一道题|下一个问题|换[个一]*(?:问题|题目?))(?:吧|吗|可以|行|好|$|[，。？！,.?!])"
        "|(?:这题|这道题|这个问题|能不能|可以|可不可以|先)(?:就|先)?(?:跳过|过掉|略过)"
    ),
}
_AT_THE_END = {"en": 70, "zh": 24}
"""Characters in which it is looked for: whoever goes on after it has not moved on."""


def asks_to_move_on(answer: Answer) -> bool:
    """Does the answer end with the wish to leave this question?"""
    end = answer.text[-_AT_THE_END[answer.language] :]
    return _ASKS_TO_MOVE_ON[answer.language].search(end) is not None
