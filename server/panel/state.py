"""What the log says of the panel: who has control, names, bookmarks, scorecards, decisions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from media_pipeline import events as ev
from server.panel.card import Card, marked


@dataclass(frozen=True, slots=True)
class PanelState:
    """Made only by ``evolve_panel``."""

    names: dict[str, str] = field(default_factory=dict)
    """Everybody who has taken part, by person, in the order in which they came."""
    controller: str | None = None
    """Who conducts; None: nobody yet, the first to come will."""
    asking: tuple[str, ...] = ()
    """Who would like to conduct, the longest first."""
    bookmarks: dict[tuple[str, str], ev.BookmarkSet] = field(default_factory=dict)
    """By person and the id they chose."""
    cards: dict[str, dict[str, Card]] = field(default_factory=dict)
    """Scorecards: by person, then by competency."""
    decisions: tuple[tuple[int, ev.DecisionMade], ...] = ()
    """Each with its session time; the last one holds."""

    def card(self, person: str, competency: str) -> Card:
        """What ``person`` has given for ``competency`` so far."""
        return self.cards.get(person, {}).get(competency, Card())

    def name(self, person: str) -> str:
        """As colleagues read it; empty where none is known."""
        return self.names.get(person, "")


def evolve_panel(state: PanelState, event: ev.Event, at_ms: int) -> PanelState:
    """The panel after ``event`` at ``at_ms``; the same object where it means nothing to the panel."""
    match event:
        case ev.PanelJoined(person, name):
            return replace(state, names={**state.names, person: name})
        case ev.ControlAsked(by):
            if by in state.asking or by == state.controller:
                return state
            return replace(state, asking=(*state.asking, by))
        case ev.ControlPassed(to=to):
            return replace(state, controller=to, asking=tuple(one for one in state.asking if one != to))
        case ev.ControlDropped(by=by):
            asking = tuple(one for one in state.asking if one != by)
            controller = None if state.controller == by else state.controller
            return replace(state, controller=controller, asking=asking)
        case ev.BookmarkSet():
            return replace(state, bookmarks={**state.bookmarks, (event.by, event.bookmark): event})
        case ev.ScoreGiven() | ev.LevelGiven():
            card = marked(state.card(event.by, event.competency), event)
            cards = {**state.cards.get(event.by, {}), event.competency: card}
            return replace(state, cards={**state.cards, event.by: cards})
        case ev.DecisionMade():
            return replace(state, decisions=(*state.decisions, (at_ms, event)))
        case _:
            return state
