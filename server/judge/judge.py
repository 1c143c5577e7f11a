"""Runs scoring beside the event loop, for all interviews of the process, and writes what it finds.

Scoring is pure Python, so one worker thread serves everybody; of each interview only the newest
transcript waits (latest wins), so the wait is bounded by the number of interviews.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from media_pipeline import events as ev
from scoring.answer import answer_to
from scoring.assess import Assessment, assess
from scoring.candidate_help import answer_from_job
from scoring.coverage import board
from scoring.follow_ups import plan
from scoring.judge import AnswersRequests
from scoring.prompts import Prompt, content_prompts
from scoring.transcript import Transcript
from server.conductor.script import PRACTICE
from server.conductor.state import InterviewState
from server.judge.choices import CHOICE_DEADLINE_S, FollowUpChoices
from server.judge.follow_ups import asked_so_far, follow_up_events
from server.judge.prompts import answering_ms, look_again_ms, next_prompts, pace_hints
from server.judge.readings import AnswerReadings, Wanted
from server.judge.report import full_report
from server.judge.scores import coverage_events, not_asked, score_events
from server.judge.transcript import transcript_of
from server.language_model.client import Budget
from server.language_model.hurried import Hurried
from server.language_model.second_opinion import second_opinion
from server.live.interview import LiveInterview

log = logging.getLogger(__name__)

REQUESTS_PER_REPORT = 60
"""Budget of a configured language model: about twenty scales with three votes each."""


class KeepsReports(Protocol):
    async def put_report(self, interview: str, report: dict[str, Any], *, at_ms: int) -> int: ...


class Judge:
    """Implements ``Thinks``."""

    def __init__(
        self,
        pool: Executor,
        store: KeepsReports,
        unix_ms: Callable[[], int],
        models: dict[str, str],
        language_model: AnswersRequests | None = None,
        readings: AnswerReadings | None = None,
    ) -> None:
        self._pool = pool
        self._store = store
        self._unix_ms = unix_ms
        self._models = models
        self._language_model = language_model
        self._readings = readings or AnswerReadings(lambda: None)
        self._chooser = (
            None
            if language_model is None
            else Hurried(language_model, self._unix_ms, deadline_s=CHOICE_DEADLINE_S)
        )
        self._choices: WeakKeyDictionary[LiveInterview, FollowUpChoices] = WeakKeyDictionary()
        self._looks: WeakKeyDictionary[LiveInterview, int] = WeakKeyDictionary()
        """When each interview is to be looked at again though nothing new was said, session ms."""
        self._wanted: dict[str, bool] = {}
        self._busy: dict[str, asyncio.Event] = {}
        """Interviews that are being looked at; the event is set when that is over."""

    # --- while the interview runs -------------------------------------------------------------

    def reconsider(self, live: LiveInterview, final: bool) -> None:
        """Look again; ``final``: new words are certain, so scores are looked at too."""
        self._wanted[live.interview] = self._wanted.get(live.interview, False) or final
        if live.interview not in self._busy:
            self._busy[live.interview] = asyncio.Event()
            live.spawn(self._work(live), "judge")

    async def _work(self, live: LiveInterview) -> None:
        """One failure does not end the looking: the next words are looked at again, and the desk is told."""
        try:
            await self._look(live)
        except Exception:
            log.exception("the judge could not look at interview %s", live.interview)
            live.tell_part("assessment", "late", "judge_failed")
        else:
            live.tell_part("assessment", "ok", "judge_failed")

    async def _look(self, live: LiveInterview) -> None:
        loop = asyncio.get_running_loop()
        job = live.job
        try:
            while (final := self._wanted.pop(live.interview, None)) is not None:
                state = live.state
                question = _open_question(state)
                planned = None
                noticed: tuple[Prompt, ...] = ()
                transcript = transcript_of(state)
                if question is not None:
                    self._have_read(live, transcript, question)
                    if final:
                        await self._readings.settled(live)
                    read = self._readings.known(live).get(question)
                    planned = await loop.run_in_executor(
                        self._pool,
                        partial(plan, job, transcript, question, asked_so_far(state), read=read),
                    )
                assessment = None
                if final:
                    skipped = not_asked(job, state)
                    assessment = await loop.run_in_executor(
                        self._pool, partial(assess, job, transcript, not_asked=skipped)
                    )
                choices = self._choices_for(live)
                if choices is not None and planned is not None:
                    self._tell(live, question, choices.ordered(planned, job.language), assessment)
                else:
                    self._tell(live, question, planned, assessment)
                # What was found is on its way to the desks before more is thought: on a busy core the next
                # readings would hold it up.
                await live.journal.flush()
                if choices is not None and question and planned and question == _open_question(live.state):
                    choices.consider(live, question, planned)
                if question is not None:  # after the follow-up, which has a moment to catch
                    answer_ms = answering_ms(state, live.now_ms(), live.options)
                    noticed = await loop.run_in_executor(
                        self._pool, partial(content_prompts, job, transcript, question, answer_ms=answer_ms)
                    )
                self._show_prompts(live, question, noticed)
                put = frozenset(entry.question for entry in state.asked)
                live.show_board(await loop.run_in_executor(self._pool, board, job, transcript, put))
        finally:
            self._busy.pop(live.interview).set()
            self._wanted.pop(live.interview, None)

    def _have_read(self, live: LiveInterview, transcript: Transcript, question: str) -> None:
        """The open answer, as it stands, is read in the background; then it is looked at again."""
        asked, answer = live.job.question(question), answer_to(transcript, question)
        if asked is not None:
            wanted = Wanted(asked, answer.text, answer.language, final=answer.complete)
            self._readings.consider(live, wanted, lambda: self.reconsider(live, final=False))

    def _show_prompts(self, live: LiveInterview, question: str | None, noticed: tuple[Prompt, ...]) -> None:
        """Prompts for an answer that has ended meanwhile are void."""
        if question != _open_question(live.state):
            question = None
        hints = pace_hints(live.state, question) if question is not None else ()
        live.show_prompts(next_prompts(live.prompts, question, (*noticed, *hints), live.now_ms()))
        self._look_again_later(live)

    def _choices_for(self, live: LiveInterview) -> FollowUpChoices | None:
        """The model's choices, where one is configured and may be asked; one budget for each interview."""
        if self._chooser is None or not _may_be_sent(live.state):
            return None
        return self._choices.setdefault(live, FollowUpChoices(self._chooser))

    def _look_again_later(self, live: LiveInterview) -> None:
        """Some prompts come with time, not with words: half of the answer's time is used, a rest is over."""
        now_ms = live.now_ms()
        due_ms = look_again_ms(live.state, live.prompts, now_ms)
        waiting_ms = self._looks.get(live)
        if due_ms is None or waiting_ms is not None and now_ms < waiting_ms <= due_ms:
            return
        self._looks[live] = due_ms
        live.spawn(self._sleep_and_look(live, due_ms), "look again")

    async def _sleep_and_look(self, live: LiveInterview, due_ms: int) -> None:
        await asyncio.sleep(max(0.05, (due_ms - live.now_ms()) / 1000))
        if self._looks.get(live) == due_ms:
            del self._looks[live]
        if _open_question(live.state) is not None:
            self.reconsider(live, final=False)

    @staticmethod
    def _tell(live: LiveInterview, question: str | None, planned: Any, assessment: Assessment | None) -> None:
        """Write what has changed; a plan for an answer that has ended meanwhile is void."""
        if live.state.ended:
            return
        if planned is not None and question is not None and question == _open_question(live.state):
            for event in follow_up_events(live.state, question, planned):
                live.emit(event)
        if assessment is not None:
            for event in (*coverage_events(live.state, assessment), *score_events(live.state, assessment)):
                live.emit(event)

    # --- help ------------------------------------------------------------------------------

    def help(self, live: LiveInterview, text: str) -> None:
        live.spawn(self._help(live, text), "help")

    async def _help(self, live: LiveInterview, text: str) -> None:
        job = live.job
        answer = await asyncio.get_running_loop().run_in_executor(self._pool, answer_from_job, job, text)
        live.emit(ev.HelpAnswered(answer.text, answer.passage))

    # --- the end ----------------------------------------------------------------------------

    async def conclude(self, live: LiveInterview) -> None:
        """Judge everything that was heard, keep the report, say that it stands."""
        begun = self._unix_ms()
        if (idle := self._busy.get(live.interview)) is not None:
            await idle.wait()
        job = live.job
        loop = asyncio.get_running_loop()
        transcript = transcript_of(live.state, with_partial=False)
        skipped = not_asked(job, live.state)
        assessment = await loop.run_in_executor(
            self._pool, partial(assess, job, transcript, not_asked=skipped)
        )
        if self._language_model is not None and _may_be_sent(live.state):
            assessment = await self._with_second_opinion(live, assessment, self._language_model)
        for event in (*coverage_events(live.state, assessment), *score_events(live.state, assessment)):
            live.emit(event)
        await live.journal.flush()
        body = await loop.run_in_executor(
            self._pool,
            full_report,
            job,
            live.state,
            transcript,
            assessment,
            tuple(live.journal.durable),
            self._models,
            self._readings.known(live),
        )
        await self._store.put_report(live.interview, body, at_ms=self._unix_ms())
        live.emit(ev.ReportReady(self._unix_ms() - begun))
        await live.journal.flush()

    @staticmethod
    async def _with_second_opinion(
        live: LiveInterview, assessment: Assessment, model: AnswersRequests
    ) -> Assessment:
        """The language model's votes taken in; where it fails the rules stand, and the log says so."""
        opinion = await second_opinion(live.job, assessment, Budget(model, REQUESTS_PER_REPORT))
        live.emit(opinion.news)
        return opinion.assessment


def _may_be_sent(state: InterviewState) -> bool:
    """Quotes go to the company's language model only while the candidate's consent to analysis stands."""
    return bool(state.consents.get("ai_analysis"))


def _open_question(state: InterviewState) -> str | None:
    """The question whose answer is open, if follow-ups may be planned for it."""
    current = state.current
    if current is None or current.question == PRACTICE or state.phase != "answering" or state.paused:
        return None
    return current.question
