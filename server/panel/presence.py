"""Who has a desk open now. Not in the log: after a restart everybody comes in again. Pure, time passed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from server.panel.people import Member


@dataclass(frozen=True, slots=True)
class Presence:
    """``opened_ms``: session time from which this process has been looking."""

    opened_ms: int = 0
    desks: Mapping[str, int] = field(default_factory=dict)
    """Open desks of each person who is here."""
    people: Mapping[str, Member] = field(default_factory=dict)
    """Everybody seen since then, by id."""
    left_ms: Mapping[str, int] = field(default_factory=dict)
    """When each person's last desk closed."""

    def here(self, person: str) -> bool:
        return person in self.desks

    def those_here(self) -> tuple[Member, ...]:
        return tuple(person for person in self.people.values() if self.here(person.id))

    def gone_since(self, person: str) -> int | None:
        """Session ms since which ``person`` has had no desk; None: they have one."""
        if self.here(person):
            return None
        return self.left_ms.get(person, self.opened_ms)


def arrived(presence: Presence, person: Member) -> Presence:
    """``person`` has opened a desk."""
    desks = {**presence.desks, person.id: presence.desks.get(person.id, 0) + 1}
    return replace(presence, desks=desks, people={**presence.people, person.id: person})


def changed(presence: Presence, person: Member) -> Presence:
    """Somebody who is here may do more than before, or less."""
    if person.id not in presence.people:
        return presence
    return replace(presence, people={**presence.people, person.id: person})


def left(presence: Presence, person: Member, now_ms: int) -> Presence:
    """``person`` has closed a desk; with the last one they are gone."""
    count = presence.desks.get(person.id, 0) - 1
    others = {one: desks for one, desks in presence.desks.items() if one != person.id}
    if count > 0:
        return replace(presence, desks={**others, person.id: count})
    return replace(presence, desks=others, left_ms={**presence.left_ms, person.id: now_ms})
