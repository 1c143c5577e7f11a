"""One person's scorecard for one competency: levels of its sub-dimensions, or one score for the whole."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from media_pipeline import events as ev
from scoring.job import Competency
from scoring.scales import score_of_levels


@dataclass(frozen=True, slots=True)
class Card:
    whole: ev.ScoreGiven | None = None
    levels: dict[str, ev.LevelGiven] = field(default_factory=dict)
    """By sub-dimension."""
    as_whole: bool = False
    """Which of the two was given last, and holds."""

    @property
    def empty(self) -> bool:
        return self.whole is None and not self.levels


def marked(card: Card, event: ev.ScoreGiven | ev.LevelGiven) -> Card:
    """The card after one more mark."""
    if isinstance(event, ev.ScoreGiven):
        return replace(card, whole=event, as_whole=True)
    return replace(card, levels={**card.levels, event.sub_dimension: event}, as_whole=False)


def score_of(competency: Competency, card: Card) -> float | None:
    """0–10: the whole's score, or from the levels as the system's is; None: insufficient evidence."""
    if card.as_whole:
        return card.whole.score if card.whole else None
    return score_of_levels(competency, {one: given.level for one, given in card.levels.items()})


def complete(competency: Competency, card: Card) -> bool:
    """Judged as a whole or in every sub-dimension ("insufficient evidence" is a judgement too)."""
    return card.as_whole or all(scale.id in card.levels for scale in competency.sub_dimensions)


def reason_of(card: Card) -> str:
    """Why the whole was scored as it was; empty where the levels speak."""
    return card.whole.reason if card.as_whole and card.whole else ""
