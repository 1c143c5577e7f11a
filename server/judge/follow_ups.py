"""Which proposal waits for its moment: compares the planner's best with what is open. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from media_pipeline import events as ev
from scoring.follow_ups import AskedFollowUp, PlannedFollowUp, request_in
from server.conductor.state import InterviewState

DISMISSED_RESTS_MS = 60_000
"""So long nothing of a kind that an interviewer put aside is proposed again in the same answer."""


def asked_so_far(state: InterviewState) -> tuple[AskedFollowUp, ...]:
    """What was asked in this interview; it counts against the budget and is not repeated."""
    return tuple(
        AskedFollowUp(item.proposal.question, item.proposal.kind, item.proposal.text, item.proposal.quote)
        for item in state.follow_ups.values()
        if item.state == "asked"
    )


def follow_up_events(
    state: InterviewState, question: str, planned: Sequence[PlannedFollowUp]
) -> tuple[ev.Event, ...]:
    """At most one proposal of a question is open: the best. One that the answer has overtaken goes."""
    open_now = [
        item.proposal
        for item in state.follow_ups.values()
        if item.state == "proposed" and item.proposal.question == question
    ]
    wanted = {_request(plan) for plan in planned}
    refused = {
        _request(item.proposal)
        for item in state.follow_ups.values()
        if item.state == "withdrawn" and item.withdrawn_because == "dismissed"
    }
    resting = _resting_kinds(state, question)
    best = next(
        (plan for plan in planned if _request(plan) not in refused and plan.kind not in resting), None
    )
    events: list[ev.Event] = []
    for proposal in open_now:
        if best is not None and _request(proposal) == _request(best):
            return ()
        still_wanted = _request(proposal) in wanted
        events.append(
            ev.FollowUpWithdrawn(
                proposal.follow_up, "replaced" if still_wanted or best else "answered_meanwhile"
            )
        )
    if best is not None:
        events.append(_proposal(state, question, best))
    return tuple(events)


def _resting_kinds(state: InterviewState, question: str) -> frozenset[str]:
    return frozenset(
        item.proposal.kind
        for item in state.follow_ups.values()
        if item.withdrawn_because == "dismissed"
        and item.proposal.question == question
        and state.last_at_ms - item.at_ms < DISMISSED_RESTS_MS
    )


def _request(item: PlannedFollowUp | ev.FollowUpProposed) -> tuple[str, str, str]:
    """What makes two proposals the same: what they ask of which words. Openings vary from turn to turn."""
    return (item.kind, item.quote, request_in(item.text))


def _proposal(state: InterviewState, question: str, plan: PlannedFollowUp) -> ev.FollowUpProposed:
    number = sum(1 for item in state.follow_ups.values() if item.proposal.question == question) + 1
    return ev.FollowUpProposed(
        follow_up=f"{question}-f{number}",
        question=question,
        kind=plan.kind,
        text=plan.text,
        quote=plan.quote,
        quote_start_ms=plan.quote_start_ms,
        quote_end_ms=plan.quote_end_ms,
        reason=plan.reason,
        alternatives=plan.alternatives,
        moment=plan.moment,
    )
