"""Which of the planned follow-ups a configured language model would ask first.

The rules' own choice is written at once and waits for nobody. The model is asked in the background; its
choice takes the place of the rules' only while the candidate is still speaking and the same proposals
stand. It can choose, never write: what is asked is always a sentence the rules made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from media_pipeline import events as ev
from scoring.follow_ups import PlannedFollowUp
from scoring.judge import AnswersRequests, choice_request, read_choice
from server.conductor.state import InterviewState
from server.judge.follow_ups import follow_up_events
from server.language_model.client import Budget
from server.live.interview import LiveInterview

CHOICE_DEADLINE_S = 1.5
"""Longer than this no choice is waited for; the candidate's next pause may come any moment."""
REQUESTS_PER_INTERVIEW = 40
"""Five questions, a handful of new proposals in each."""

Key = tuple[str, str, str]
CHOSEN_BY_MODEL = {"en": "chosen by the language model", "zh": "由语言模型选择"}


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen, and from what: a proposal the model has not seen is not held back by it."""

    chosen: Key
    seen: frozenset[Key]


def key_of(item: PlannedFollowUp) -> Key:
    return (item.kind, item.quote, item.target)


def with_choice(
    planned: Sequence[PlannedFollowUp], choice: Choice | None, language: ev.Language
) -> tuple[PlannedFollowUp, ...]:
    """The plan with the model's choice first, unless something it has not seen comes before."""
    keys = [key_of(item) for item in planned]
    if choice is None or choice.chosen not in keys:
        return tuple(planned)
    place = keys.index(choice.chosen)
    if any(key not in choice.seen for key in keys[:place]):
        return tuple(planned)
    first = planned[place]
    if place:
        first = replace(
            first,
            reason=f"{first.reason}; {CHOSEN_BY_MODEL[language]}",
            alternatives=tuple(item.text for item in planned if item is not planned[place]),
        )
    return (first, *planned[:place], *planned[place + 1 :])


class FollowUpChoices:
    """The model's choices in one interview."""

    def __init__(self, model: AnswersRequests, requests: int = REQUESTS_PER_INTERVIEW) -> None:
        self._model = Budget(model, requests)
        self._choice: Choice | None = None
        self._asked_for: frozenset[Key] = frozenset()
        self._asking = False
        self._part: str = "ok"

    def ordered(
        self, planned: Sequence[PlannedFollowUp], language: ev.Language
    ) -> tuple[PlannedFollowUp, ...]:
        """The plan as it is to be told now."""
        return with_choice(planned, self._choice, language)

    def consider(self, live: LiveInterview, question: str, planned: Sequence[PlannedFollowUp]) -> None:
        """Ask about these proposals in the background, once each; at most one request at a time."""
        seen = frozenset(map(key_of, planned))
        if len(planned) < 2 or self._asking or seen == self._asked_for or not self._model.left:
            return
        self._asked_for, self._asking = seen, True
        live.spawn(self._ask(live, question, tuple(planned)), "follow-up choice")

    async def _ask(self, live: LiveInterview, question: str, planned: tuple[PlannedFollowUp, ...]) -> None:
        try:
            text = await self._model.answer(choice_request(planned))
        finally:
            self._asking = False
        chosen = read_choice(text, planned)
        self._say_how_it_is(live, chosen is not None)
        if chosen is None:
            return
        self._choice = Choice(key_of(chosen), frozenset(map(key_of, planned)))
        if may_still_change(live.state, question, planned):
            for event in follow_up_events(live.state, question, self.ordered(planned, live.state.language)):
                live.emit(event)

    def _say_how_it_is(self, live: LiveInterview, usable: bool) -> None:
        """Once when the model fails, once when it is back."""
        state = "ok" if usable else "late"
        if state == self._part or live.state.ended:
            return
        self._part = state
        # The follow-ups are the rules' own meanwhile.
        live.emit(
            ev.PartDegraded("assessment", "ok")
            if usable
            else ev.PartDegraded("assessment", "late", "model_choice_missing")
        )


def may_still_change(state: InterviewState, question: str, planned: Sequence[PlannedFollowUp]) -> bool:
    """The answer is open and being given, and what waits for its moment is one of these proposals.

    Once a pause has begun the voice may be about to ask; then the rules' choice stands.
    """
    current = state.current
    if state.ended or state.paused or current is None or current.question != question:
        return False
    if state.phase != "answering" or not (state.candidate_speaking or state.mode == "text"):
        return False
    waiting = state.proposal()
    return waiting is not None and any(item.text == waiting.text for item in planned)
