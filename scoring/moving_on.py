"""Whether a candidate asks for the next question, or says that there was no such case.

Who wants to move on is asked nothing more; who "never made an error" is helped by an easier way in, not by
being asked for an error once more.
"""

from __future__ import annotations

import re

from scoring.answer import Answer

_ASKS_TO_MOVE_ON = {
    "en": re.compile(
        r"\b(?:(?:can|could|may|shall|should|maybe|perhaps) (?:we|i|you)(?: can| could)?|let'?s|let us) "
        r"(?:please |just |maybe |perhaps )?"
        r"(?:move on|go on|carry on|continue|skip|pass|(?:go to|do|take|have) the next)\b"
        r"|\b(?:i'?d|i would|i) (?:rather|like to|prefer to|want to) "
        r"(?:skip|pass|move on|go on|continue|not answer)\b"
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


_FINDS_NO_CASE = {
    "en": re.compile(
        r"\b(?:never|haven't|have not|didn't|did not) (?:really |actually |ever )*"
        r"(?:had|made|have|make|happened|happen|come across|experienced)\b"
        r"|\b(?:can't|cannot|couldn't) (?:really |honestly )?(?:think of|remember|recall|come up with)\b"
        r"|\bnothing (?:comes|came) to mind\b|\bno such (?:thing|case|time)\b|\bno examples?\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        "(?:没有?|从来没有?|还没)(?:怎么|真正|太)?(?:碰到|遇到|出过|犯过|发生过|经历过)"
        "|想不(?:起来|到|出)|没什么(?:印象|例子|特别)|没有(?:什么)?(?:例子|分歧|矛盾|差错)"
    ),
}


def finds_no_case(answer: Answer) -> bool:
    """Does the answer say that there was nothing of the kind, or that none comes to mind?

    By its words alone; whether a case was told after all is weighed where a question is chosen.
    """
    return _FINDS_NO_CASE[answer.language].search(answer.text) is not None


def asks_to_move_on(answer: Answer) -> bool:
    """Does the answer end with the wish to leave this question?"""
    end = answer.text[-_AT_THE_END[answer.language] :]
    return _ASKS_TO_MOVE_ON[answer.language].search(end) is not None
