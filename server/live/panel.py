"""One interview's panel at work: asks the pure rules, writes what they decide, remembers who is here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from media_pipeline import events as ev
from media_pipeline.errors import InputError
from server.live.interview import LiveInterview
from server.panel import control, presence, scoring
from server.panel.chat_limit import ChatLimit, said
from server.panel.control import ControlOptions
from server.panel.people import Member
from server.panel.presence import Presence
from server.panel.scoring import Viewer
from server.refusals import refused

Json = dict[str, Any]


class Panel:
    """``monotonic_ms``: for what session time cannot measure; it stands still until the candidate comes."""

    def __init__(
        self,
        live: LiveInterview,
        monotonic_ms: Callable[[], int],
        options: ControlOptions | None = None,
    ) -> None:
        self.presence = Presence(opened_ms=live.now_ms())
        self._live = live
        self._monotonic_ms = monotonic_ms
        self._options = options or ControlOptions()
        self._limit = ChatLimit()

    # --- coming and going ----------------------------------------------------------------------

    def arrive(self, person: Member) -> None:
        """``person`` has opened a desk."""
        if not self._live.state.ended:
            state = self._live.state.panel
            self._write(control.arriving(state, self.presence, person, started=self._started))
        self.presence = presence.arrived(self.presence, person)
        self._note_attendance()
        self._live.wake()

    def leave(self, person: Member) -> None:
        self.presence = presence.left(self.presence, person, self._live.now_ms())
        self._note_attendance()
        self._live.wake()

    def changed(self, person: Member) -> None:
        """``person``, who is here, may do other things than before."""
        self.presence = presence.changed(self.presence, person)
        if not self._live.state.ended:
            self._write(control.rights_changed(self._live.state.panel, self.presence, person))
        self._note_attendance()
        self._live.wake()

    # --- control -------------------------------------------------------------------------------

    def steer(self, person: Member) -> None:
        """``person`` is about to change the interview. Raises ``ControlError`` unless they conduct it."""
        self.introduce(person)
        self._write(control.acting(self._live.state.panel, self.presence, person))

    def ask(self, person: Member) -> None:
        self.introduce(person)
        self._write(control.ask(self._live.state.panel, person))

    def hand_over(self, person: Member, to: str) -> None:
        self._write(control.hand_over(self._live.state.panel, self.presence, person, to))

    def take(self, person: Member) -> None:
        self.introduce(person)
        state, now = self._live.state.panel, self._live.now_ms()
        self._write(
            control.take(state, self.presence, person, now, started=self._started, options=self._options)
        )

    # --- what everybody of the panel may do ----------------------------------------------------------

    def note(self, person: Member, text: str, at_ms: int | None) -> None:
        self.introduce(person)
        self._live.emit(ev.NoteAdded(person.id, _words(text), self._moment(at_ms)))

    def bookmark(self, person: Member, bookmark: str, at_ms: int, word: str) -> None:
        """Set a bookmark, or give one of the person's own another word; its moment stays."""
        self.introduce(person)
        known = self._live.state.panel.bookmarks.get((person.id, bookmark))
        moment = known.moment_ms if known else self._moment(at_ms)
        self._live.emit(ev.BookmarkSet(bookmark, person.id, moment, word.strip()))

    def chat(self, person: Member, text: str) -> None:
        self.introduce(person)
        words = _words(text)
        self._limit = said(self._limit, person.id, self._monotonic_ms())
        self._live.emit(ev.PanelMessage(person.id, words))

    def score(
        self, person: Member, viewer: Viewer, competency: str, score: float | None, reason: str
    ) -> None:
        """Score a competency as a whole."""
        self.introduce(person)
        live = self._live
        self._write(scoring.give_score(live.job, live.state, viewer, competency, score, reason))

    def level(
        self, person: Member, viewer: Viewer, competency: str, scale: str, level: int | None, reason: str
    ) -> None:
        """Give a level for one sub-dimension."""
        self.introduce(person)
        live = self._live
        self._write(scoring.give_level(live.job, live.state, viewer, competency, scale, level, reason))

    def decide(self, person: Member, decision: ev.Decision, reason: str) -> None:
        self.introduce(person)
        self._write(scoring.decide(self._live.state, person.id, decision, reason))

    # --- reading -------------------------------------------------------------------------------

    def view(self, person: Member) -> Json:
        """Who is here and who conducts, as ``person`` sees it."""
        state, present = self._live.state.panel, self.presence
        at_ms = control.may_take_at_ms(state, present, started=self._started, options=self._options)
        known = dict(state.names)
        known |= {one.id: one.name for one in present.those_here() if one.takes_part}
        return {
            "me": person.id,
            "takes_part": person.takes_part,
            "conducts": person.conducts,
            "people": [
                {
                    "id": one,
                    "name": name,
                    "here": present.here(one),
                    "conducts": one in present.people and present.people[one].conducts,
                }
                for one, name in known.items()
            ],
            "controller": state.controller,
            "asking": list(state.asking),
            "take_after_ms": at_ms,
        }

    # --- inside --------------------------------------------------------------------------------

    @property
    def _started(self) -> bool:
        return self._live.state.started_at_ms is not None

    def _note_attendance(self) -> None:
        """The log knows whether somebody is here who could go on after a pause of theirs."""
        attended = any(person.conducts for person in self.presence.those_here())
        if attended != self._live.state.attended and not self._live.state.ended:
            self._live.emit(ev.AttendanceChanged(attended))

    def introduce(self, person: Member) -> None:
        """The log says who ``person`` is before their first deed. Raises for somebody who only looks on."""
        control.taking_part(person)
        self._write(control.joining(self._live.state.panel, person))

    def _moment(self, at_ms: int | None) -> int:
        """A page's idea of a moment, kept within what has happened."""
        now = self._live.now_ms()
        return now if at_ms is None else min(at_ms, now)

    def _write(self, events: Sequence[ev.Event]) -> None:
        for event in events:
            self._live.emit(event)


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise refused(InputError, "empty_text")
    return words
