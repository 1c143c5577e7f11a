"""Blind scoring: a number seen first pulls one's own, so an interviewer gives theirs before (Trust 4)."""

from __future__ import annotations

from server.access import may_at_all
from server.panel.people import subject_of
from server.settings import InterviewSettings
from server.tokens import Grant

SCORE_EVENTS = frozenset({"score_proposed", "score_given", "level_given", "decision_made"})
"""Records that would tell what the view hides."""


PANEL_ONLY = frozenset({"panel_message"})
"""Records for the panel and those who answer for what it did."""


def hidden_records(settings: InterviewSettings, grant: Grant) -> frozenset[str]:
    """Types of records that a desk's token may not see, in the feed and in the log alike."""
    heard = may_at_all(grant, "chat").allowed or may_at_all(grant, "audit").allowed
    hidden = frozenset() if heard else PANEL_ONLY
    return hidden | (SCORE_EVENTS if blind_for(settings, grant) is not None else frozenset())


def blind_for(settings: InterviewSettings, grant: Grant) -> str | None:
    """Who must not see the system's and colleagues' numbers before giving their own; None: sees all.

    Coverage and quotes are always visible. Who never scores (recruiters, auditors) sees them at once.
    """
    if settings.scoring_view != "blind" or not may_at_all(grant, "score").allowed:
        return None
    return subject_of(grant)
