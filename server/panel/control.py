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
    holder = state.name(state.controller) or "Another interviewer"
    if presence.here(state.controller):
        raise ControlError(f"{holder} has control of this interview. Ask for it, or wait for the hand-over.")
    raise ControlError(f"{holder} has control of this interview and is not here. Take control to go on.")


def taking_part(person: Member) -> None:
    """Raises ``ForbiddenError`` for somebody who only looks on."""
    if not person.takes_part:
        raise ForbiddenError("You may watch this interview; only its interviewers act in it.")


def conducting(person: Member) -> None:
    """Raises ``ForbiddenError`` for somebody who may not conduct this interview."""
    if not person.conducts:
        raise ForbiddenError("You may not conduct this interview; its interviewers do.")


def ask(state: PanelState, person: Member) -> Events:
    """``person`` would like to conduct."""
    conducting(person)
    if state.controller == person.id:
        raise ConflictError("You have control already.")
    return () if person.id in state.asking else (ev.ControlAsked(person.id),)


def hand_over(state: PanelState, presence: Presence, person: Member, to: str) -> Events:
    """``person`` lets ``to`` conduct. Raises unless they conduct and ``to`` is here and of the panel."""
    if state.controller != person.id:
        raise ControlError("Only who has control can hand it over.")
    if to == person.id:
        return ()
    other = presence.people.get(to)
    if other is None or not presence.here(to) or not other.conducts:
        raise ConflictError(
            "Control can be handed to somebody who is here now and may conduct this interview."
        )
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
        raise ConflictError("You have control already.")
    at_ms = may_take_at_ms(state, presence, started=started, options=options)
    holder = state.name(state.controller or "") or "Another interviewer"
    if at_ms is None:
        raise ControlError(f"{holder} has control and is here. Ask for it instead.")
    if now_ms < at_ms:
        seconds = -(-(at_ms - now_ms) // 1000)
        raise ControlError(f"{holder} may come back. You can take control in {seconds} s.")
    return (ev.ControlPassed(person.id, person.id, "first" if state.controller is None else "taken"),)
