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
    "constant": (-2.27, -3.21, -2.3, 0.93, -0.28, -3.41, -1.94, 1.28),
    "topic": (0.37, -1.54, 0.32, 1.67, -0.61, -0.15, -0.76, -4.08),
    "case": (1.57, -1.12, 3.08, -2.64, -0.27, 1.5, 2.18, 0.13),
    "ending": (-2.99, -0.78, 3.14, -1.05, -2.3, -0.52, 0.09, -1.04),
    "claim": (-3.24, 4.14, -0.91, 0.35, 1.62, 0.33, 0.65, 2.5),
    "figure": (0.69, -1.2, -1.93, -2.91, 0.58, 0.32, -0.28, -0.71),
    "own": (1.8, 1.18, -4.36, 0.3, -2.99, 2.96, -0.57, -2.19),
    "clash": (-1.55, -3.3, 0.97, 0.58, 2.36, -3.17, -1.0, 1.38),
    "right_own_role": (-1.48, 0.68, 4.39, -1.38, -1.82, 1.39, 0.19, -3.46),
    "right_quantify": (-1.67, 8.43, -1.85, -2.15, 0.25, 1.62, -0.32, -1.18),
    "right_clarify": (-2.67, -4.02, -0.86, 1.39, 3.42, -3.17, -0.65, 5.09),
    "right_missing_star": (4.39, 1.49, -1.06, -3.42, 0.05, -2.31, -0.01, 1.34),
    "right_deepen": (1.03, -0.76, -3.05, -1.43, 0.81, 2.43, 1.35, -0.32),
    "right_none": (-2.57, -1.17, -1.97, -1.19, -3.17, 1.57, -1.85, -4.39),
    "right_off_topic": (-2.82, -0.79, -0.87, -1.05, 1.38, -1.49, -1.02, 5.67),
    "situational": (0.0, 0.91, -2.27, 2.09, 0.69, 0.63, 2.82, 1.21),
    "self_introduction": (0.0, -0.03, 1.97, 2.57, 3.98, 0.89, 1.64, -0.19),
}
"""What each feature, 0–1, adds for each of ``REQUESTS``, in units of log odds; fitted on verdicts of judges
on several follow-ups for each of some hundred answers."""

LEAST_SENSE = 0.5
"""Chance that a question makes sense below which it is not asked: it would likelier annoy than help."""
LEAST_SENSE_OF_AN_END = 0.55
"""The same for asking how it ended: below, four of eighteen blind answers had told it, above one in forty."""
LEAST_SENSE_ELSEWHERE = 0.35
"""The same for leading back to the question, which raters of such answers wanted as well."""
LEAST_APPROVAL: Mapping[Request, float] = dict.fromkeys(("example", "steps", "further", "point"), 0.4)
"""Chance of a judge's approval below which a question that can be asked after nearly any answer is not asked.
Judges saw several follow-ups side by side and had more to say against each than judges of a single one."""
LEAST_APPROVAL_OF_OTHERS = 0.2
"""The same for what the marks speak of already: what judges would hardly ever accept is not asked."""
BY_VERDICTS_ALONE: frozenset[Request] = frozenset({"example", "steps"})
"""No marks are needed for them: after hardly anything said, the marks know least and judges agree."""


def request_of(item: PlannedFollowUp) -> Request:
    """What a follow-up asks for."""
    match item.kind, item.target:
        case "missing_star", "result":
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
        case "missing_star", "result":
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
    request = request_of(item)
    by_marks = request in BY_VERDICTS_ALONE or sense_of_asking(item, likely.told) >= least_sense(item)
    least = LEAST_APPROVAL.get(request, LEAST_APPROVAL_OF_OTHERS)
    return by_marks and chance_of_approval(item, likely, kind) >= least


def least_sense(item: PlannedFollowUp) -> float:
    """The bar for ``sense_of_asking``."""
    if item.kind == "off_topic":
        return LEAST_SENSE_ELSEWHERE
    return LEAST_SENSE_OF_AN_END if item.target == "result" else LEAST_SENSE
