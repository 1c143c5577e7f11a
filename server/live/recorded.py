"""Which part of an interview is recorded. Pure: from its state alone."""

from __future__ import annotations

from server.conductor.state import InterviewState


def should_record(state: InterviewState) -> bool:
    """Only with the candidate's consent, and only the interview: no practice, no pause, nothing after it.

    Without picture and sound (text) there is nothing to record.
    """
    return (
        consented(state)
        and state.mode != "text"
        and state.started_at_ms is not None
        and not state.paused
        and not state.ended
    )


def consented(state: InterviewState) -> bool:
    """The newest answer counts: a consent that was withdrawn is none."""
    return bool(state.consents.get("recording"))


def reason_for_none(state: InterviewState, is_on: bool) -> str | None:
    """Why there is no recording: ``text``, ``no_consent``, ``off`` (by setting); None: not begun."""
    if state.mode == "text":
        return "text"
    if state.consents and not consented(state):
        return "no_consent"
    return None if is_on else "off"
