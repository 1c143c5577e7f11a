"""Coverage and scores as events, only where something has changed. Pure."""

from __future__ import annotations

from media_pipeline import events as ev
from scoring.assess import Assessment, CompetencyAssessment
from scoring.job import Job
from server.conductor.state import InterviewState


def coverage_events(state: InterviewState, assessment: Assessment) -> tuple[ev.CoverageChanged, ...]:
    """What each question that was asked has covered by now."""
    asked = {asked.question for asked in state.asked}
    found = (
        ev.CoverageChanged(coverage.question, coverage.covered, coverage.missing)
        for coverage in assessment.coverage.values()
        if coverage.question in asked
    )
    return tuple(event for event in found if state.coverage.get(event.question) != event)


def not_asked(job: Job, state: InterviewState) -> frozenset[str]:
    """Questions that a person took from the candidate: skipped, or never put because they ended it.

    They count neither for nor against anybody, unless what was said before the skip helps
    (``scoring.assess``). Who leaves by themselves leaves the rest unanswered.
    """
    last = {entry.question: entry for entry in state.asked}
    taken = {question for question, entry in last.items() if entry.end_reason == "skipped"}
    if state.ended and state.end_reason == "interviewer":
        taken |= {question.id for question in job.questions if question.id not in last}
    return frozenset(taken)


def score_events(state: InterviewState, assessment: Assessment) -> tuple[ev.ScoreProposed, ...]:
    """A score without a quote is no score: the event then says that the evidence is insufficient."""
    found = (_score(competency) for competency in assessment.competencies)
    return tuple(event for event in found if _differs(state.scores.get(event.competency), event))


def _score(competency: CompetencyAssessment) -> ev.ScoreProposed:
    quotes = tuple(
        ev.Quote(item.text, item.start_ms, item.end_ms, item.question) for item in competency.quotes
    )
    return ev.ScoreProposed(
        competency=competency.id,
        score=competency.score if quotes else None,
        confidence=competency.confidence if quotes else 0.0,
        quotes=quotes,
        reason=competency.reason,
        levels=tuple(
            ev.ProposedLevel(scale.id, scale.level if quotes else None) for scale in competency.sub_dimensions
        ),
    )


def _differs(known: ev.ScoreProposed | None, event: ev.ScoreProposed) -> bool:
    if known is None:
        return event.score is not None
    return known != event
