"""Blind scoring: a number seen first pulls one's own, so an interviewer gives theirs before (Trust 4)."""

from __future__ import annotations

from server.access import may_at_all
from server.conductor.state import InterviewState
from server.settings import InterviewSettings
from server.tokens import Grant

SCORE_EVENTS = frozenset({"score_proposed", "score_given"})
"""Records that would tell what the view hides."""


def blind_for(settings: InterviewSettings, grant: Grant) -> str | None:
    """Who must not see the system's and colleagues' numbers before giving their own; None: sees all.

    Coverage and quotes are always visible. Who never scores (recruiters, auditors) sees them at once.
    """
    if settings.scoring_view != "blind" or not may_at_all(grant, "score").allowed:
        return None
    return grant.subject or grant.role


def has_scored_all(state: InterviewState, who: str) -> bool:
    """Every competency that has a proposed score has ``who``'s own."""
    proposed = {competency for competency, score in state.scores.items() if score.score is not None}
    own = {competency for competency, score in state.human_scores.items() if score.by == who}
    return proposed <= own
