"""Whose still may be shown, and when there is one."""

from __future__ import annotations

from server.live.interviews import OpenInterview
from server.live.status import status_of


def may_be_shown(opened: OpenInterview) -> bool:
    """Whether the candidate may stand on a wall at all.

    A still is for people: nothing of it is processed. Under ``eu`` (and a policy nobody knows) it is left
    out all the same where the candidate did not agree to the processing of their face: who said no to
    that does not expect their picture among a dozen others. Who conducts still sees them live.
    """
    return opened.stored.policy == "standard" or bool(opened.state.consents.get("face_processing"))


def has_still(opened: OpenInterview) -> bool:
    """Whether there is a still to be had now; the lobby's list says so, and a page asks only then."""
    state = opened.state
    return (
        opened.media is not None
        and status_of(state) in ("running", "paused")
        and state.mode == "video"
        and state.media.up
        and may_be_shown(opened)
        and opened.media.still.is_there
    )
