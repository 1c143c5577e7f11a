"""Whether a follow-up makes sense to whoever has heard the answer.

Two things say so. What it asks for has to be missing and what it takes for granted has to be there, by what
readers marked in answers like this one (``sense_of_asking``). And judges who were shown question, answer and
follow-up have to have found such a question worth asking (``chance_of_approval``): that a further question
passes by what cries out to be asked, say, stands in no mark. The table is fitted by
``python -m tests.scoring.fit_follow_ups``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, get_args

from scoring.alike import PARTS, TYPES, Likely, Part
from scoring.follow_up_types import PlannedFollowUp
from scoring.job import QuestionKind

Request = Literal["end", "figure", "own_part", "example", "steps", "further", "point", "question"]
"""What a follow-up asks for: how it ended, a figure, what was the speaker's own, an example, how exactly,
something further, an expected point, or an answer to the question."""
REQUESTS: tuple[Request, ...] = get_args(Request)
KINDS_OF_QUESTION: tuple[QuestionKind, ...] = ("situational", "self_introduction")
"""Where judges find other things worth asking than after a lived case."""
FEATURES = (*PARTS, *(f"right_{kind or 'none'}" for kind in TYPES), *KINDS_OF_QUESTION)

Table = Mapping[str, tuple[float, ...]]

LOG_ODDS_OF_APPROVAL: Table = {
    "constant": (-3.23, -4.74, -2.49, 0.76, 0.08, -4.01, -1.18, 2.4),
    "topic": (0.87, -1.32, -0.65, 2.04, -0.45, 0.22, -0.73, -3.73),
    "case": (3.77, 0.35, 2.77, -3.67, -1.84, 0.62, 1.31, -2.62),
    "ending": (-3.89, -0.23, 0.81, 0.3, -2.13, -1.0, 0.17, 0.47),
    "claim": (-4.17, 3.75, 0.46, 0.58, 1.7, 0.88, 0.39, 2.32),
    "figure": (0.56, -1.65, -0.61, -3.4, 0.78, 0.2, 0.09, -0.23),
    "own": (1.93, 0.39, -3.77, -0.01, -3.21, 3.45, -0.91, -1.59),
    "clash": (-0.71, -3.33, 2.56, 0.99, 3.43, -4.1, -2.22, 0.46),
    "right_own_role": (-1.85, -0.33, 4.79, -2.08, -1.45, 2.27, -0.62, -4.07),
    "right_quantify": (-1.74, 8.58, -0.94, -2.75, 0.31, 2.35, 0.41, -1.5),
    "right_clarify": (-2.39, -2.36, -0.87, -0.12, 3.0, -1.7, -1.59, 3.69),
    "right_missing_star": (3.24, 1.14, -0.17, -1.88, 0.4, -2.16, 0.47, 2.08),
    "right_deepen": (0.36, -0.38, -2.76, -1.53, 0.91, 2.92, 1.69, -0.74),
    "right_none": (-2.57, -0.43, -1.78, -1.09, -3.14, 2.18, -1.54, -4.88),
    "right_off_topic": (-3.59, -1.75, -0.23, -0.98, 1.27, -1.86, -1.89, 6.02),
    "situational": (0.0, 0.52, -1.7, 1.8, 1.55, 0.68, 2.49, 0.8),
    "self_introduction": (0.0, 0.55, 1.91, 2.56, 4.54, 0.71, 1.93, 0.17),
}
"""What each feature, 0–1, adds for each of ``REQUESTS``, in units of log odds; fitted on verdicts of judges
on several follow-ups for each of some hundred answers."""

LEAST_SENSE = 0.5
"""Chance that a question makes sense below which it is not asked: it would likelier annoy than help."""
LEAST_SENSE_OF_AN_END = 0.75
"""The same for asking how it ended: below, judges of blind answers found it told in five of 51, above in one
of 83."""
LEAST_SENSE_OF_AN_AFTERMATH = 0.4
"""The same for asking whether it has ended, which is fair to whoever has told the end in passing, and to
whoever has not; asked below ``LEAST_SENSE_OF_AN_END`` only."""
LEAST_SENSE_ELSEWHERE = 0.35
"""The same for leading back to the question, which raters of such answers wanted as well."""
LEAST_APPROVAL: Mapping[Request, float] = {"example": 0.4, "steps": 0.4, "further": 0.7, "point": 0.6}
"""Chance of a judge's approval below which a question that can be asked after nearly any answer is not asked.
Judges saw several follow-ups side by side and had more to say against each than judges of a single one."""
LIKELY_ENDED = 0.6
"""Chance that the end was told below which a further question easily passes by that it was not."""
LEAST_APPROVAL_BEFORE_THE_END = 0.8
"""The bar for a further question there."""
LEAST_APPROVAL_OF_OTHERS = 0.2
"""The same for what the marks speak of already: what judges would hardly ever accept is not asked."""
BY_VERDICTS_ALONE: frozenset[Request] = frozenset({"example", "steps"})
"""No marks are needed for them: after hardly anything said, the marks know least and judges agree."""


def request_of(item: PlannedFollowUp) -> Request:
    """What a follow-up asks for."""
    match item.kind, item.target:
        case "missing_star", ("result" | "aftermath"):
            return "end"
        case ("own_role", _) | ("missing_star", "action"):
            return "own_part"
        case "missing_star", _:
            return "example"
        case "quantify", _:
            return "figure"
        case "clarify", _:
            return "steps"
        case "deepen", target:
            return "point" if target else "further"
    return "question"


def sense_of_asking(item: PlannedFollowUp, told: Mapping[Part, float]) -> float:
    """How likely, 0–1, a question makes sense by what was told.

    The least of: what it asks for is missing, what it takes for granted is there. Whether a point is missing
    was weighed where it was asked for.
    """
    missing = {part: 1 - chance for part, chance in told.items()}
    match item.kind, item.target:
        case "off_topic", _:
            return missing["topic"]
        case "missing_star", ("result" | "aftermath"):
            return min(told["topic"], told["case"], missing["ending"])
        case ("own_role", _) | ("missing_star", "action"):
            return min(told["topic"], missing["own"])
        case "quantify", _:
            return min(told["topic"], told["claim"], missing["figure"])
        case "deepen", "":
            return min(told["topic"], told["case"])
        case "missing_star", "situation":  # no reader has marked whether it was told
            return 0.0
        case (("clarify" | "missing_star"), _):
            return min(told["topic"], missing["case"])
    return 1.0


def features(likely: Likely, kind: QuestionKind) -> tuple[float, ...]:
    """The values of ``FEATURES``, 0–1."""
    return (
        *(likely.told[part] for part in PARTS),
        *(likely.right[named] for named in TYPES),
        *(float(kind == other) for other in KINDS_OF_QUESTION),
    )


def chance_of_approval(
    item: PlannedFollowUp, likely: Likely, kind: QuestionKind, table: Table = LOG_ODDS_OF_APPROVAL
) -> float:
    """How likely, 0–1, a judge finds it sensible to ask this after an answer to a question of this kind."""
    column = REQUESTS.index(request_of(item))
    values = zip(FEATURES, features(likely, kind), strict=True)
    odds = table["constant"][column] + sum(table[name][column] * value for name, value in values)
    return 1 / (1 + math.exp(-odds))


def makes_sense(item: PlannedFollowUp, likely: Likely, kind: QuestionKind) -> bool:
    """Is it worth a candidate's time, by marks and by verdicts?"""
    if (item.kind, item.target) == ("missing_star", "situation"):
        return False
    sense = sense_of_asking(item, likely.told)
    if item.target == "aftermath" and sense >= LEAST_SENSE_OF_AN_END:
        return False
    request = request_of(item)
    by_marks = request in BY_VERDICTS_ALONE or sense >= least_sense(item)
    return by_marks and chance_of_approval(item, likely, kind) >= least_approval(request, likely, kind)


def least_sense(item: PlannedFollowUp) -> float:
    """The bar for ``sense_of_asking``."""
    if item.kind == "off_topic":
        return LEAST_SENSE_ELSEWHERE
    if item.target == "aftermath":
        return LEAST_SENSE_OF_AN_AFTERMATH
    return LEAST_SENSE_OF_AN_END if item.target == "result" else LEAST_SENSE


def least_approval(request: Request, likely: Likely, kind: QuestionKind) -> float:
    """The bar for ``chance_of_approval``."""
    if request == "further" and kind == "structured" and likely.told["ending"] < LIKELY_ENDED:
        return LEAST_APPROVAL_BEFORE_THE_END
    return LEAST_APPROVAL.get(request, LEAST_APPROVAL_OF_OTHERS)
