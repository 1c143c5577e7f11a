"""Scores and decisions by people: what may be given, and when a reason is owed. Pure.

A number seen first pulls one's own (FEATURES Trust 4): where the interview is ``blind``, the system's and
colleagues' numbers for a competency are hidden from a person until their own card for it is complete.
"""

from __future__ import annotations

from dataclasses import dataclass

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError, InputError
from scoring.job import Competency, Job
from scoring.scales import POINTS_PER_LEVEL
from server.conductor.state import InterviewState
from server.panel.card import complete
from server.panel.reason_length import long_enough
from server.refusals import Reason, refused


class ReasonError(InputError):
    """A score that departs from the proposed one, or changes an own one, is given with its reason."""

    code = "reason_needed"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the scores. ``blind``: their own come first."""

    person: str
    blind: bool = False


def hidden_from(state: InterviewState, competency: Competency, viewer: Viewer) -> bool:
    """Whether the system's and colleagues' numbers for ``competency`` are still withheld."""
    return viewer.blind and not complete(competency, state.panel.card(viewer.person, competency.id))


def has_scored_all(job: Job, state: InterviewState, person: str) -> bool:
    """Every competency that has a proposed score has ``person``'s own."""
    return all(
        complete(competency, state.panel.card(person, competency.id))
        for competency in job.competencies
        if (proposed := state.scores.get(competency.id)) is not None and proposed.score is not None
    )


def give_level(
    job: Job,
    state: InterviewState,
    viewer: Viewer,
    competency_id: str,
    sub_dimension: str,
    level: int | None,
    reason: str,
) -> tuple[ev.Event, ...]:
    """A level for one sub-dimension. Raises ``InputError`` for an unknown one, ``ReasonError``."""
    competency = _competency(job, competency_id)
    if sub_dimension not in {scale.id for scale in competency.sub_dimensions}:
        raise refused(InputError, "unknown_scale")
    card = state.panel.card(viewer.person, competency_id)
    before = card.levels.get(sub_dimension)
    if before is not None and before.level == level and not reason.strip():
        return ()
    if before is not None and before.level != level:
        _owed(reason, "reason_for_change")
    proposed = None
    if not hidden_from(state, competency, viewer):
        proposed = proposed_level(state, competency_id, sub_dimension)
    if proposed is not None and level != nearest(proposed):
        _owed(reason, "reason_for_departure", score=round(proposed, 1))
    return (ev.LevelGiven(competency_id, sub_dimension, level, viewer.person, reason.strip()),)


def give_score(
    job: Job, state: InterviewState, viewer: Viewer, competency_id: str, score: float | None, reason: str
) -> tuple[ev.Event, ...]:
    """A score for a competency as a whole. Raises ``InputError`` for an unknown one, ``ReasonError``."""
    competency = _competency(job, competency_id)
    score = None if score is None else round(score, 1)
    before = state.panel.card(viewer.person, competency_id).whole
    if before is not None and before.score != score:
        _owed(reason, "reason_for_change")
    known = state.scores.get(competency_id)
    if known is not None and known.score is not None and not hidden_from(state, competency, viewer):
        same = score is not None and abs(score - known.score) < POINTS_PER_LEVEL / 2
        if not same:  # nearer than half a level is the same judgement in other figures
            _owed(reason, "reason_for_departure", score=round(known.score, 1))
    return (ev.ScoreGiven(competency_id, score, viewer.person, reason.strip()),)


def decide(state: InterviewState, person: str, decision: ev.Decision, reason: str) -> tuple[ev.Event, ...]:
    """What becomes of the candidate. Raises ``ConflictError`` before the end, ``ReasonError``."""
    if not state.ended:
        raise refused(ConflictError, "decision_too_early")
    if not long_enough(reason):
        raise refused(ReasonError, "decision_too_short")
    return (ev.DecisionMade(decision, person, reason.strip()),)


def proposed_level(state: InterviewState, competency: str, sub_dimension: str) -> float | None:
    """The system's level, where there is one."""
    proposed = state.scores.get(competency)
    if proposed is None:
        return None
    return next((one.level for one in proposed.levels if one.sub_dimension == sub_dimension), None)


def nearest(level: float) -> int:
    """The whole level that stands nearest, a half rounded up: as the anchors are chosen for people."""
    return min(5, max(1, int(level + 0.5)))


def _competency(job: Job, competency_id: str) -> Competency:
    found = next((one for one in job.competencies if one.id == competency_id), None)
    if found is None:
        raise refused(InputError, "unknown_competency")
    return found


def _owed(reason: str, why: Reason, **values: float) -> None:
    if not reason.strip():
        raise refused(ReasonError, why, **values)
