"""Whether a candidate asks for the next question, finds no case, tells one in a line, or breaks off.

Who wants to move on is asked nothing more; who "never made an error" is helped by an easier way in, not by
being asked for an error once more.
"""

from __future__ import annotations

import re

from scoring.answer import Answer
from scoring.evidence import AnswerReading

_ASKS_TO_MOVE_ON = {
    "en": re.compile(
        r"\b(?:(?:can|could|may|shall|should|maybe|perhaps) (?:we|i|you)(?: can| could)?|let'?s|let us) "
        r"(?:please |just |maybe |perhaps )*"
        r"(?:move on|go on|carry on|continue|skip|pass|(?:go to|do|take|have) the next)\b"
        r"|\b(?:i'?d|i would|i) (?:rather|like to|prefer to|want to) "
        r"(?:skip|pass|move on|go on|continue|not answer)\b"
        r"|\b(?:move|go) on to the next (?:question|one)\b|\bnext question,? please\b"
        r"|\bpass on (?:this|that) one\b"
        r"|\b(?:have you got|do you have|is there) another (?:question|one)\b"
        r"|\bwe (?:take|do|go to) the next (?:one|question)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        "(?:下一题|下一道题|下一?个问题|(?:可以|[说问讲来聊到换])下一?个|换[个一]*(?:问题|题目?))(?:吧|吗|可以|行|好|$|[，。？！,.?!])"
        "|(?:这题|这道题|这个问题|能不能|可以|可不可以|先)(?:就|先)?(?:跳过|过掉|略过)"
    ),
}
_AT_THE_END = {"en": 70, "zh": 24}
"""Characters in which it is looked for: whoever goes on after it has not moved on."""


_GOES_ON = {
    "en": re.compile(r"(?<!there )\b(?:and|but|because|(?:and|but|so) then|and so)[\s,.…-]*$", re.IGNORECASE),
    "zh": re.compile("(?:然后|后来|结果|但是|所以|因为|接着|于是)(?:呢|嗯|就)?[\\s，。,.…]*$"),
}
"""What nobody ends a story with; none of 3 400 blind answers does."""


MOSTLY_COPIED = 0.35
"""Share of an answer's characters; of 3 900 written answers two come near."""

_FINDS_NO_CASE = {
    "en": re.compile(
        r"\b(?:never|haven't|have not|didn't|did not) (?:really |actually |ever )*"
        r"(?:had|made|have|make|happened|happen|come across|experienced)\b"
        r"|\b(?:can't|cannot|couldn't) (?:really |honestly )?(?:think of|remember|recall|come up with)\b"
        r"|\bdon't (?:really |actually )?(?:think|believe) (?:that )?i(?:'ve| have) (?:ever |really )?had\b"
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


A_LINE = {"en": 24, "zh": 40}
"""Up to so many words (Chinese: characters) a case has been named rather than told."""


def told_in_a_line(reading: AnswerReading) -> bool:
    """Is a case named in a sentence or two ("The press kept stopping, so I replaced the belt")?

    Then another one is not asked for, nor one picked: more is wanted of this one.
    """
    lived = any(
        "action" in clause.marks and clause.who in ("i", "we") and not clause.marks & {"hedged", "habit"}
        for place, clause in enumerate(reading.clauses)
        if place not in reading.without_credit
    )
    return (
        lived and reading.question.kind == "structured" and reading.length <= A_LINE[reading.answer.language]
    )


def says_the_question_again(reading: AnswerReading) -> bool:
    """Is a good part of the answer the question, read back, and no deed told beside it?"""
    tells = any(
        "action" in clause.marks and place not in reading.without_credit
        for place, clause in enumerate(reading.clauses)
    )
    copied = sum(len(reading.texts[place]) for place, why in reading.without_credit.items() if why == "copy")
    return not tells and 0 < copied >= MOSTLY_COPIED * sum(map(len, reading.texts))


def breaks_off(answer: Answer) -> bool:
    """Does the answer stop at a word that should have gone on: "and then"?"""
    return _GOES_ON[answer.language].search(answer.text) is not None


def asks_to_move_on(answer: Answer) -> bool:
    """Does the answer end with the wish to leave this question?"""
    end = answer.text[-_AT_THE_END[answer.language] :]
    return _ASKS_TO_MOVE_ON[answer.language].search(end) is not None
