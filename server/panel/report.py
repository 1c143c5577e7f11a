"""What people gave and decided, as the report and the desk show it. Names stand beside every entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from scoring.job import Competency, Job
from scoring.scales import total_of_scores
from server.conductor.state import InterviewState
from server.panel.card import Card, complete, reason_of, score_of
from server.panel.marks import bookmarks_of, notes_of

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HumanLevel:
    """One person's level, 1–5, for one sub-dimension; None: insufficient evidence."""

    sub_dimension: str
    level: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class HumanScore:
    """One person's score, 0–10, for one competency; None: insufficient evidence."""

    competency: str
    by: str
    name: str
    score: float | None
    whole: bool
    """Scored as a whole; otherwise reckoned from the levels as the system's score is."""
    complete: bool
    """Every sub-dimension is judged, or the whole."""
    reason: str
    levels: tuple[HumanLevel, ...]


@dataclass(frozen=True, slots=True)
class HumanTotal:
    """One person's total over the competencies they scored."""

    by: str
    name: str
    score: float | None
    weight_covered: float


@dataclass(frozen=True, slots=True)
class DecisionTaken:
    """``at_ms``: session time; ``at``: by the wall clock (ISO 8601), where it is known."""

    decision: Literal["advance", "hold", "reject"]
    by: str
    name: str
    reason: str
    at_ms: int
    at: str | None


@dataclass(frozen=True, slots=True)
class Mark:
    """An interviewer's note (``text``) or bookmark (its word, which may be empty) at a moment."""

    at_ms: int
    by: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PanelPart:
    """The people's part of a report; private to the panel. Schema: ``server/panel/report.schema.json``."""

    human_scores: tuple[HumanScore, ...]
    human_totals: tuple[HumanTotal, ...]
    decision: DecisionTaken | None
    """The one that holds."""
    decisions: tuple[DecisionTaken, ...]
    """Every version, the oldest first."""
    notes: tuple[Mark, ...]
    bookmarks: tuple[Mark, ...]


def panel_part(job: Job, state: InterviewState) -> Json:
    """The people's part of the report as plain JSON data."""
    decisions = _decisions(state)
    part = PanelPart(
        human_scores=tuple(
            _score(competency, state, person, card)
            for competency in job.competencies
            for person, cards in state.panel.cards.items()
            if (card := cards.get(competency.id)) is not None
        ),
        human_totals=tuple(_total(job, state, person) for person in state.panel.cards),
        decision=decisions[-1] if decisions else None,
        decisions=decisions,
        notes=tuple(Mark(one["at_ms"], one["by"], one["name"], one["text"]) for one in notes_of(state)),
        bookmarks=tuple(
            Mark(one["at_ms"], one["by"], one["name"], one["word"]) for one in bookmarks_of(state)
        ),
    )
    body: Json = msgspec.to_builtins(part)
    return body


def decisions_of(state: InterviewState, *, by: str | None = None) -> list[Json]:
    """Every version of the decision as plain JSON data, the oldest first; ``by``: only this person's."""
    return [msgspec.to_builtins(one) for one in _decisions(state) if by is None or one.by == by]


def _score(competency: Competency, state: InterviewState, person: str, card: Card) -> HumanScore:
    return HumanScore(
        competency=competency.id,
        by=person,
        name=state.panel.name(person),
        score=score_of(competency, card),
        whole=card.as_whole,
        complete=complete(competency, card),
        reason=reason_of(card),
        levels=tuple(
            HumanLevel(scale.id, given.level, given.reason)
            for scale in competency.sub_dimensions
            if (given := card.levels.get(scale.id)) is not None
        ),
    )


def _total(job: Job, state: InterviewState, person: str) -> HumanTotal:
    scores = {one.id: score_of(one, state.panel.card(person, one.id)) for one in job.competencies}
    total = total_of_scores(job, scores)
    return HumanTotal(person, state.panel.name(person), total.score, total.weight_covered)


def _decisions(state: InterviewState) -> tuple[DecisionTaken, ...]:
    opened = state.opened_unix_ms
    return tuple(
        DecisionTaken(
            decision=event.decision,
            by=event.by,
            name=state.panel.name(event.by),
            reason=event.reason,
            at_ms=at_ms,
            at=None
            if opened is None
            else datetime.fromtimestamp((opened + at_ms) / 1000, UTC).isoformat(timespec="seconds"),
        )
        for at_ms, event in state.panel.decisions
    )
