"""Who conducts the interview: one person at a time, visible to all. Pure; time passed in.

The first of the panel to come conducts. The others watch: they note, bookmark, talk and score. They
may ask for control; who has it hands it over. When that one is gone, another may take it after a while.
"""

from __future__ import annotations

from dataclasses import dataclass

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError, ForbiddenError
from server.panel.people import Member
from server.panel.presence import Presence
from server.panel.state import PanelState
from server.refusals import refused

Events = tuple[ev.Event, ...]


@dataclass(frozen=True, slots=True)
class ControlOptions:
    take_after_ms: int = 30_000
    """How long who has control must be gone before another may take it in a running interview."""


class ControlError(ConflictError):
    """Somebody else conducts this interview."""

    code = "not_in_control"


def joining(state: PanelState, person: Member) -> Events:
    """Before somebody's first deed the log says who they are."""
    if not person.takes_part or state.names.get(person.id) == person.name:
        return ()
    return (ev.PanelJoined(person.id, person.name),)


def arriving(state: PanelState, presence: Presence, person: Member, *, started: bool) -> Events:
    """``person`` opens a desk: the first one conducts.

    Before the interview has begun nobody waits for somebody who is not here.
    """
    joined = joining(state, person)
    if not person.conducts:
        return joined
    vacant = state.controller is None or (not started and not presence.here(state.controller))
    if not vacant or state.controller == person.id:
        return joined
    return (*joined, ev.ControlPassed(person.id, person.id, "first"))


def may_take_at_ms(
    state: PanelState, presence: Presence, *, started: bool, options: ControlOptions
) -> int | None:
    """Session ms from which anybody of the panel may take control; None: who has it is here."""
    if state.controller is None:
        return 0
    gone = presence.gone_since(state.controller)
    if gone is None:
        return None
    return gone + options.take_after_ms if started else gone


def acting(state: PanelState, presence: Presence, person: Member) -> Events:
    """``person`` wants to change the interview. Raises ``ControlError`` unless they conduct it."""
    conducting(person)
    if state.controller == person.id:
        return ()
    if state.controller is None:
        return (ev.ControlPassed(person.id, person.id, "first"),)
    holder = state.name(state.controller)
    if presence.here(state.controller):
        raise refused(ControlError, "control_held", name=holder)
    raise refused(ControlError, "control_held_away", name=holder)


def taking_part(person: Member) -> None:
    """Raises ``ForbiddenError`` for somebody who only looks on."""
    if not person.takes_part:
        raise refused(ForbiddenError, "only_watching")


def conducting(person: Member) -> None:
    """Raises ``ForbiddenError`` for somebody who may not conduct this interview."""
    if not person.conducts:
        raise refused(ForbiddenError, "not_conducting")


def ask(state: PanelState, person: Member) -> Events:
    """``person`` would like to conduct."""
    conducting(person)
    if state.controller == person.id:
        raise refused(ConflictError, "control_yours")
    return () if person.id in state.asking else (ev.ControlAsked(person.id),)


def hand_over(state: PanelState, presence: Presence, person: Member, to: str) -> Events:
    """``person`` lets ``to`` conduct. Raises unless they conduct and ``to`` is here and of the panel."""
    if state.controller != person.id:
        raise refused(ControlError, "control_not_yours")
    if to == person.id:
        return ()
    other = presence.people.get(to)
    if other is None or not presence.here(to) or not other.conducts:
        raise refused(ConflictError, "hand_over_to_whom")
    return (ev.ControlPassed(to, person.id, "handed_over"),)


def take(
    state: PanelState,
    presence: Presence,
    person: Member,
    now_ms: int,
    *,
    started: bool,
    options: ControlOptions,
) -> Events:
    """``person`` goes on for somebody who is gone.

    Raises ``ControlError`` while that one is here or may come back.
    """
    conducting(person)
    if state.controller == person.id:
        raise refused(ConflictError, "control_yours")
    at_ms = may_take_at_ms(state, presence, started=started, options=options)
    holder = state.name(state.controller or "")
    if at_ms is None:
        raise refused(ControlError, "control_here", name=holder)
    if now_ms < at_ms:
        seconds = -(-(at_ms - now_ms) // 1000)
        raise refused(ControlError, "control_may_come_back", name=holder, seconds=seconds)
    return (ev.ControlPassed(person.id, person.id, "first" if state.controller is None else "taken"),)


def rights_changed(state: PanelState, presence: Presence, person: Member) -> Events:
    """``person`` may do other things than before: who may not conduct keeps no control.

    It passes to somebody who is here and may, first to who asked for it the longest ago.
    """
    if person.conducts:
        return arriving(state, presence, person, started=True) if state.controller is None else ()
    dropped = (ev.ControlDropped(person.id),)
    if state.controller != person.id:
        return dropped if person.id in state.asking else ()
    here = {one.id: one for one in presence.those_here() if one.conducts and one.id != person.id}
    following = next((one for one in (*state.asking, *here) if one in here), None)
    if following is None:
        return dropped
    return (*dropped, ev.ControlPassed(following, following, "first"))
