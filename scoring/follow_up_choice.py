"""Which type of follow-up is worth asking: the chance that a trained interviewer would find it right.

Told by the signs of the answer, none of which knows a trade or a case, and by what it means: by what raters
asked after answers like it (``alike``). Where nothing can say what an answer means, one logistic sum for each
type over some of the signs. Both are fitted by ``python -m tests.scoring.fit_follow_ups``; "none" is one of
the types. Contradictions, and answers that by their words are about something else, are not weighed here:
where one is found, it is asked about.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from scoring.alike import TYPES, Likely
from scoring.evidence import AnswerReading
from scoring.follow_up_sense import makes_sense
from scoring.follow_up_types import FollowUpKind, PlannedFollowUp, PlannerOptions
from scoring.job import QuestionKind
from scoring.levels import AnswerStrength
from scoring.moving_on import breaks_off
from scoring.topic import FROM_LENGTH

Table = Mapping[str, tuple[float, ...]]

LOG_ODDS_BY_WORDS: Table = {
    "constant": (-3.95, -2.3, -3.36, -2.62, 1.74, 1.44, -3.15),
    "empty": (0.47, -0.43, 1.55, 0.81, 0.18, -0.89, 0.29),
    "weak": (0.1, 0.54, 0.96, 0.27, -1.26, -1.21, 1.57),
    "fair": (0.1, 0.53, -2.05, -0.33, 0.21, 0.26, -0.18),
    "strong": (-0.64, -0.51, -1.52, -1.6, 1.67, 1.92, -1.2),
    "team_deeds": (1.98, -1.39, -0.38, -0.23, -1.07, -1.49, -0.29),
    "all_as_we": (3.83, -0.7, 0.63, -0.48, -1.06, -1.5, -1.22),
    "no_deed": (0.73, -0.93, -0.03, 0.5, -1.39, -1.28, 0.82),
    "general_words": (0.59, 0.27, 1.9, -0.34, 0.53, -0.33, -1.03),
    "claim": (0.49, 2.42, -0.15, -1.05, -1.25, -1.22, -0.63),
    "no_figure": (-0.04, 1.45, 1.42, 2.15, 1.13, -0.03, -1.87),
    "no_result": (0.5, -0.12, -0.58, 1.05, -0.97, -0.6, -0.5),
    "no_end": (-0.64, -0.78, 0.15, 1.3, -0.21, -1.64, 0.13),
    "open_points": (0.21, -0.3, 1.08, -0.09, -1.44, -2.45, 2.42),
    "situational": (-0.79, -2.16, 0.84, -1.81, 1.42, -0.81, -0.65),
    "introduction": (-0.4, -0.63, 1.01, 0.1, 1.34, 0.64, 0.27),
}
"""What each sign adds for each of ``TYPES`` when it is fully there, in units of log odds; fitted. For where
nothing can say what an answer means."""

SIGNS = tuple(name for name in LOG_ODDS_BY_WORDS if name != "constant")

COMPLETE_LEVEL = 3.8
"""From this level on an answer is complete: nothing is asked for the asking's sake."""
CLAIM_FIRST = 0.4
"""Chance from which a claimed change is asked about before how it was done."""
SURE = 0.5
"""Chance from which a question is put to a complete answer all the same."""
COST_OF_ASKING = 0.02
"""So much likelier to be right than nothing a question has to be: a needless one costs the candidate time."""
LEAST_RIGHT = 0.3
"""Chance of being right below which nothing is asked, once what makes no sense is left out: of 25 such
questions judges found 12 without sense, of 322 from a half on 16."""
LEAST_ELSEWHERE = 0.1
"""Chance that an answer is about something else below which, by its meaning, words are not believed."""
LIKELY_CLASH = 0.5
"""Chance that two statements do not fit from which that is asked about, before anything else. Of 3 400 blind
answers without a statement that leaves no room for an exception 38 lie above, 37 with a contradiction."""
LIKELY_CLASH_WITH_AN_ABSOLUTE = 0.4
"""The same where there is such a statement: 71 lie above, 70 with a contradiction. Half of all that have one
lie above either."""
LIKELY_ONE_CASE = 0.4
"""Chance that one case was told from which nobody is asked to pick one."""
COMPARED_FROM = {"en": 20, "zh": 32}
"""Words (Chinese: characters) from which an answer is compared with rated ones, few of which are shorter. Of
39 blind answers of up to twice as many, words alone choose the right type for 19, likeness for 35."""


def chances_by_words(
    signs: Mapping[str, float], table: Table = LOG_ODDS_BY_WORDS
) -> Mapping[FollowUpKind | None, float]:
    """For each type (None: no follow-up) the chance, 0–1, that it is a right one."""
    found: dict[FollowUpKind | None, float] = {}
    for place, kind in enumerate(TYPES):
        odds = sum(row[place] * (1.0 if name == "constant" else signs[name]) for name, row in table.items())
        found[kind] = 1 / (1 + math.exp(-odds))
    return found


def is_long_enough_to_compare(reading: AnswerReading) -> bool:
    """Has enough been said to be like one answer more than like another? Till then words alone choose."""
    return reading.length >= COMPARED_FROM[reading.answer.language]


def may_be_elsewhere(reading: AnswerReading) -> bool:
    """Has enough been said, to a question that asks for something, to be about something else?"""
    return reading.question.kind != "free" and reading.length >= FROM_LENGTH[reading.answer.language]


def with_what_words_show(
    likely: Likely, reading: AnswerReading, triggered: Sequence[PlannedFollowUp]
) -> Likely:
    """What no likeness knows better: where deeds are told and nobody in the whole answer is "I", the own part
    is missing (raters of 40 of 41 such answers asked for it); where a story breaks off ("and then"), its end.
    """
    right, told = dict(likely.right), dict(likely.told)
    if reading.question.kind == "structured" and breaks_off(reading.answer):
        right["missing_star"], told["ending"] = 1.0, 0.0
    never_i = all(clause.who != "i" for clause in reading.clauses)
    if never_i and any(item.kind == "own_role" for item in triggered):
        right["own_role"], told["own"] = 1.0, 0.0
    return Likely(right, told)


def likeliest(
    possible: Sequence[PlannedFollowUp], likely: Likely, kind: QuestionKind, options: PlannerOptions
) -> list[PlannedFollowUp]:
    """Those worth asking by what raters asked after answers like this one, the likeliest to be right first;
    none where to ask nothing is as right. Of one type the one that its words give most cause for.

    What has most likely been told already, or what judges would hardly find worth asking here, is not asked
    for, however often raters asked for it. ``kind``: of the question that was answered.
    """
    right = likely.right
    not_fitting = [item for item in possible if item.kind == "contradiction"]
    if not_fitting and likely.told["clash"] >= least_clash(not_fitting[0]):
        return not_fitting[:1]
    found = sorted(possible, key=lambda item: -item.worth)
    found = [replace(item, worth=round(right[item.kind], 3)) for item in found if item.kind in right]
    found.sort(key=lambda item: -item.worth)
    # One sentence may be of two types; it counts as the likelier.
    found = list({item.text: item for item in reversed(found)}.values())[::-1]
    if not found or right[None] + COST_OF_ASKING > found[0].worth:
        return []
    found = [item for item in found if item.worth >= LEAST_RIGHT and makes_sense(item, likely, kind)]
    if found and found[0].kind == "off_topic":  # what else is asked of such an answer is lost
        return found[:1]
    return found[:1] + [item for item in found[1:] if item.worth >= options.least_worth]


def least_clash(item: PlannedFollowUp) -> float:
    """The bar for the chance that two statements do not fit."""
    return LIKELY_CLASH_WITH_AN_ABSOLUTE if item.quote else LIKELY_CLASH


def worthwhile(
    possible: Sequence[PlannedFollowUp],
    chances: Mapping[FollowUpKind | None, float],
    strength: AnswerStrength,
    options: PlannerOptions,
) -> list[PlannedFollowUp]:
    """The same by words alone.

    A complete answer is asked about only where something stands out. Whoever claims a change has said what
    was done, however generally: how much it was comes before how.
    """
    if chances["quantify"] >= CLAIM_FIRST and any(item.kind == "quantify" for item in possible):
        possible = [item for item in possible if item.kind != "clarify"]
    found = sorted({item.text: item for item in reversed(possible)}.values(), key=lambda item: -item.worth)
    found.sort(key=lambda item: -chances[item.kind])
    found = [replace(item, worth=round(chances[item.kind], 3)) for item in found]
    if strength.has_evidence and 1 + 4 * strength.whole >= COMPLETE_LEVEL:
        found = [item for item in found if item.kind != "deepen" and item.worth >= SURE]
    if not found or chances[None] > chances[found[0].kind]:
        return []
    return found[:1] + [item for item in found[1:] if item.worth >= options.least_worth]
