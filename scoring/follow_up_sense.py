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
    "constant": (-3.08, -4.73, -2.39, 0.84, 0.15, -3.97, -1.05, 2.21),
    "topic": (0.94, -1.26, -0.68, 1.87, -0.52, 0.26, -0.7, -3.75),
    "case": (3.62, 0.31, 2.76, -3.61, -1.9, 0.66, 1.16, -2.55),
    "ending": (-3.79, -0.21, 0.71, 0.32, -2.12, -0.95, 0.26, 0.54),
    "claim": (-4.17, 3.77, 0.46, 0.57, 1.8, 0.85, 0.35, 2.28),
    "figure": (0.55, -1.54, -0.57, -3.37, 0.75, 0.21, 0.1, -0.2),
    "own": (2.02, 0.35, -3.77, -0.04, -3.21, 3.32, -0.98, -1.43),
    "clash": (-0.87, -3.3, 2.56, 0.97, 3.34, -4.13, -2.23, 0.41),
    "right_own_role": (-1.8, -0.38, 4.79, -2.11, -1.47, 2.11, -0.67, -3.96),
    "right_quantify": (-1.95, 8.56, -0.9, -2.64, 0.3, 2.38, 0.42, -1.5),
    "right_clarify": (-2.52, -2.48, -0.92, -0.05, 2.93, -1.76, -1.75, 3.91),
    "right_missing_star": (3.12, 1.1, -0.21, -1.81, 0.43, -2.17, 0.53, 2.08),
    "right_deepen": (0.24, -0.35, -2.82, -1.51, 0.97, 2.92, 1.69, -0.82),
    "right_none": (-2.78, -0.51, -1.72, -1.08, -3.21, 2.15, -1.55, -4.65),
    "right_off_topic": (-3.65, -1.74, -0.25, -1.08, 1.22, -1.78, -1.94, 5.99),
    "situational": (0.0, 0.53, -1.7, 1.83, 1.58, 0.66, 2.5, 0.8),
    "self_introduction": (0.0, 0.52, 1.88, 2.57, 4.52, 0.72, 1.94, 0.13),
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
