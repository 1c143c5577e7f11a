"""Who somebody at a desk is to the others of the panel."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from server.access import Action
from server.tokens import Grant


@dataclass(frozen=True, slots=True)
class Member:
    """One person at a desk. ``id`` is the desk token's subject; several tabs are one person."""

    id: str
    name: str
    """As colleagues read it; empty where the token names nobody."""
    takes_part: bool
    """Belongs to the panel: is told what it says and may say something."""
    conducts: bool
    """May have control of the interview."""


def subject_of(grant: Grant) -> str:
    """A link that names nobody stands for everybody who uses it."""
    return grant.subject or grant.role


def member_of(grant: Grant, allowed: Collection[Action]) -> Member:
    """The person behind a desk token that is ``allowed`` these actions on the interview."""
    subject = subject_of(grant)
    name = grant.display_name or ("" if subject == grant.role else subject)
    return Member(subject, name, "chat" in allowed, "control" in allowed)
