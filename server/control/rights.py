"""What the person at one desk may do with its interview: asked afresh for every command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from server.access import Action, may
from server.control import commands as cmd
from server.control.socket import CloseCode, Page
from server.live.interviews import Interviews, OpenInterview
from server.panel.people import Member, member_of
from server.permits import Permits, facts_of, rights
from server.tokens import Grant

Json = dict[str, Any]

ACTION_OF: Mapping[type, Action] = {
    cmd.DeskPlain: "control",
    cmd.SendFollowUp: "control",
    cmd.Dismiss: "control",
    cmd.Autopilot: "control",
    cmd.Extend: "control",
    cmd.AskControl: "control",
    cmd.TakeControl: "control",
    cmd.HandOver: "control",
    cmd.Microphone: "speak",
    cmd.Note: "note",
    cmd.Bookmark: "note",
    cmd.Chat: "chat",
    cmd.Score: "score",
    cmd.Level: "score",
    cmd.Decide: "decide",
}
"""The right that each desk command needs. One that is not here is not obeyed by a server that starts."""

_forgotten = set(get_args(cmd.DeskCommand)) - set(ACTION_OF)
if _forgotten:
    raise TypeError(f"server/control/rights.py: which right do these commands need? {_forgotten}")

GONE = "This interview is not yours any more."


def me(grant: Grant) -> Json:
    """Who sits at the page, as the page shows it."""
    return {"subject": grant.subject, "name": grant.display_name, "role": grant.role}


class DeskRights:
    """One page's grant held against its interview as it stands now."""

    def __init__(self, grant: Grant, opened: OpenInterview, permits: Permits) -> None:
        self.grant = grant
        self._opened = opened
        self._permits = permits

    def shown(self) -> Json:
        """For the view: who sits there, and what the page may offer them."""
        return {"me": me(self.grant), "may": list(self._now())}

    @property
    def member(self) -> Member:
        """Who they are to the others of the panel."""
        return member_of(self.grant, self._now())

    @property
    def may_watch(self) -> bool:
        return "watch" in self._now()

    def require(self, command: cmd.DeskCommand) -> None:
        """Raise ``ForbiddenError`` if the command is not theirs to give. Written in the audit trail."""
        action = ACTION_OF[type(command)]
        verdict = may(self.grant, action, facts_of(self._opened.stored))
        name = str(command.__struct_config__.tag)
        detail = {"command": command.name if isinstance(command, cmd.DeskPlain) else name}
        note = self._permits.note(self.grant, action, self._opened.stored.id, verdict, **detail)
        self._opened.live.spawn(note, "audit")
        verdict.enforce()

    def end_with(self, page: Page, interviews: Interviews) -> Callable[[], None]:
        """Close ``page`` at once when they may watch no longer; the result ends that."""

        def look(interview: str) -> None:
            if interview == self._opened.stored.id and not self.may_watch:
                self._opened.live.spawn(page.close(CloseCode.FORBIDDEN, GONE), "close page")

        return interviews.watch_people(look)

    def _now(self) -> tuple[Action, ...]:
        return rights(self.grant, self._opened.stored)
