"""The conductor's decisions: (script, state, input, now) -> events to append.

The state already contains a ``Happened`` record. Commands that do not fit the state raise
``ConflictError``; nothing else raises. Silence alone never moves an interview on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError
from media_pipeline.turns import phrases
from server.conductor import inputs as ip
from server.conductor import moments
from server.conductor.lines import line
from server.conductor.script import PRACTICE, ConductorOptions, Script, ScriptQuestion
from server.conductor.state import InterviewState
from server.consent import NEEDED
from server.refusals import Reason, refused

Events = tuple[ev.Event, ...]
CANDIDATE_QUESTIONS = "candidate_questions"


def decide(
    script: Script, state: InterviewState, given: ip.Input, now_ms: int, options: ConductorOptions
) -> Events:
    """What follows from ``given`` at ``now_ms``."""
    conductor = _Conductor(script, state, now_ms, options)
    match given:
        case ip.Happened(record):
            return () if state.ended else conductor.happened(record.event)
        case ip.TimePassed():
            return () if state.ended else conductor.time_passed()
        case ip.CandidateCommand(name):
            return conductor.candidate(name)
        case ip.ChooseMode(mode):
            conductor.must_be_here()
            return (ev.ModeChanged(mode, "candidate"),) if mode != state.mode else ()
        case ip.AskHelp(text):
            conductor.must_be_here()
            return (ev.HelpAsked(text),)
        case ip.InterviewerCommand(name):
            return conductor.interviewer(name)
        case ip.SendFollowUp():
            return conductor.send_follow_up(given)
        case ip.DismissFollowUp(follow_up):
            return conductor.dismiss(follow_up)
        case ip.SwitchAutopilot(on, by):
            return conductor.switch_autopilot(on, by)
        case ip.GiveTime(added_ms, by):
            return conductor.give_time(added_ms, by)
        case ip.SwitchMicrophone():
            return conductor.switch_microphone(given)


class _Conductor:
    """One decision; holds its arguments so that the rules below read as sentences."""

    def __init__(self, script: Script, state: InterviewState, now_ms: int, options: ConductorOptions) -> None:
        self.script = script
        self.state = state
        self.now = now_ms
        self.options = options

    # --- guards ----------------------------------------------------------------------------

    def must_run(self) -> None:
        if self.state.ended:
            raise refused(ConflictError, "over")

    def must(self, holds: bool, otherwise: Reason) -> None:
        if not holds:
            raise refused(ConflictError, otherwise)

    def must_be_here(self) -> None:
        """Whose place was given up comes back first: they may have to wait for another."""
        self.must_run()
        self.must(not self.state.away, "away")

    # --- somebody commands -----------------------------------------------------------------

    def candidate(self, name: ip.CandidateCommandName) -> Events:
        self.must_run()
        state = self.state
        current = state.current
        if name == "here":
            return (ev.PresenceChanged("here"),) if state.away or state.presence_asked_ms is not None else ()
        if name != "leave":
            self.must_be_here()
        if state.paused and name not in ("resume", "leave"):
            raise refused(ConflictError, "paused")
        match name:
            case "start_practice":
                self.must(state.phase == "waiting" and state.started_at_ms is None,
                          "practice_over")  # fmt: skip
                return (self.ask(self.script.practice, 0, practice=True),)
            case "end_practice":
                self.must(state.phase == "practice", "no_practice")
                return (ev.AnswerEnded(PRACTICE, "done_button"),)
            case "start":
                self.must(state.started_at_ms is None, "begun")
                end = (ev.AnswerEnded(PRACTICE, "skipped"),) if state.phase == "practice" else ()
                return (*end, *self.next_question(0))
            case "skip_thinking":
                self.must(state.phase in ("asking", "thinking") and current is not None,
                          "no_think_time")  # fmt: skip
                assert current is not None
                return (ev.AnswerStarted(current.question, "skipped_thinking"),)
            case "done":
                return self.done("done_button")
            case "hold":
                self.must(state.phase in ("answering", "practice") and current is not None,
                          "hold_while_answering")  # fmt: skip
                assert current is not None
                return self.hold(current.question, "button")
            case "rephrase":
                self.must(current is not None, "no_question")
                return self.rephrase()
            case "pause":
                return (ev.InterviewPaused("candidate"),)
            case "resume":
                return self.resume("candidate")
            case "retake":
                return self.retake()
            case "finish":
                self.must(state.phase == CANDIDATE_QUESTIONS, "questions_left")
                return (ev.InterviewEnded("completed"),)
            case "leave":
                return (*self.close_answer("ended"), ev.InterviewEnded("candidate_left"))

    def interviewer(self, name: ip.InterviewerCommandName) -> Events:
        self.must_run()
        match name:
            case "pause":
                self.must(not self.state.paused, "paused_already")
                return (ev.InterviewPaused("interviewer"),)
            case "resume":
                return self.resume("interviewer")
            case "end":
                return (*self.close_answer("interviewer"), ev.InterviewEnded("interviewer"))
            case "skip":
                self.must(self.state.current is not None, "no_question")
                return self.finish_answer("skipped")

    def send_follow_up(self, given: ip.SendFollowUp) -> Events:
        self.must_run()
        current = self.state.current
        self.must(current is not None and self.state.phase == "answering",
                  "no_answer_open")  # fmt: skip
        assert current is not None
        known = self.state.follow_ups.get(given.follow_up)
        if given.text is not None and known is None:
            return (self.own_follow_up(given, current.question),)
        self.must(known is not None and known.state == "proposed"
                  and known.proposal.question == current.question,
                  "suggestion_closed")  # fmt: skip
        assert known is not None
        self.must(self.budget_left(current.question) > 0,
                  "follow_ups_used")  # fmt: skip
        proposal = known.proposal
        if given.text is not None:  # edited: its kind, quote and reason stay what they were
            proposal = replace(proposal, text=given.text)
        return (self.follow_up(proposal, by="interviewer", reason=proposal.reason),)

    def dismiss(self, follow_up: str) -> Events:
        known = self.state.follow_ups.get(follow_up)
        self.must(known is not None and known.state == "proposed", "suggestion_closed")
        return (ev.FollowUpWithdrawn(follow_up, "dismissed"),)

    def switch_autopilot(self, on: bool, by: str) -> Events:
        self.must_run()
        return (ev.AutopilotChanged(on, by),) if on != moments.autopilot(self.state, self.options) else ()

    def give_time(self, added_ms: int, by: str) -> Events:
        """The clock that runs ends later; one that has run out begins again from now."""
        self.must_run()
        state, current = self.state, self.state.current
        self.must(not state.paused, "clocks_stand_still")
        self.must(current is not None and state.phase in ("thinking", "answering"),
                  "no_clock")  # fmt: skip
        assert current is not None
        now = self.now if state.lost_since_ms is None else state.lost_since_ms
        if state.phase == "thinking":
            ends_ms = state.thinking_until_ms or now
            return (ev.QuestionExtended(current.question, "think", added_ms, ends_ms + added_ms, by),)
        ends_ms = (current.answer_started_at_ms or current.asked_at_ms) + current.answer_ms
        until_ms = max(now, ends_ms) + added_ms
        return (ev.QuestionExtended(current.question, "answer", added_ms, until_ms, by),)

    def switch_microphone(self, given: ip.SwitchMicrophone) -> Events:
        """One interviewer at a time speaks in person: who comes second takes the first one's place."""
        on_air = self.state.on_air
        on_already = on_air is not None and on_air.connection == given.connection
        if not given.on:
            return self.off_air("lost" if given.lost else "asked") if on_already else ()
        self.must_run()
        self.must(self.state.media.up and self.state.mode != "text",
                  "not_heard")  # fmt: skip
        if on_already:
            return ()
        return (
            *self.off_air("replaced"),
            ev.MicrophoneChanged(True, given.by, given.connection, name=given.name),
        )

    def off_air(self, reason: Literal["asked", "replaced", "lost", "unheard", "silent"]) -> Events:
        on_air = self.state.on_air
        return () if on_air is None else (
            ev.MicrophoneChanged(False, on_air.by, on_air.connection, reason),
        )  # fmt: skip

    def resume(self, by: ev.Actor) -> Events:
        self.must(self.state.paused, "not_paused")
        self.must(by == "interviewer" or self.state.paused_by != "interviewer" or self.state.resume_offered,
                  "paused_by_interviewer")  # fmt: skip
        return (ev.InterviewResumed(by),)

    def retake(self) -> Events:
        current = self.state.current
        self.must(current is not None and current.question != PRACTICE, "no_question")
        self.must(self.state.retakes == 0, "retake_used")
        assert current is not None
        return (
            *self.close_answer("retake"),
            self.ask(self.script.questions[current.index - 1], current.index),
        )

    def rephrase(self) -> Events:
        current = self.state.current
        assert current is not None
        question = self.question(current.question)
        return (ev.QuestionRephrased(current.question, question.rephrased or question.text),)

    # --- moving on -------------------------------------------------------------------------

    def done(self, reason: str) -> Events:
        state = self.state
        current = state.current
        self.must(state.phase in ("answering", "practice", "thinking", "asking") and current is not None,
                  "no_answer")  # fmt: skip
        assert current is not None
        if current.question == PRACTICE:
            return (ev.AnswerEnded(PRACTICE, "done_button"),)
        return self.last_follow_up() or self.finish_answer(reason)

    def last_follow_up(self) -> Events:
        """Whoever talks without a pause gets the same follow-up as everybody, once, on closing."""
        current = self.state.current
        proposal = self.state.proposal()
        if current is None or proposal is None or not moments.autopilot(self.state, self.options):
            return ()
        if self.state.follow_ups_asked(current.question) or self.budget_left(current.question) < 1:
            return ()
        return (self.follow_up(proposal, "system", proposal.reason, "closing"),)

    def finish_answer(self, reason: str) -> Events:
        current = self.state.current
        assert current is not None
        return (*self.close_answer(reason), *self.next_question(current.index))

    def close_answer(self, reason: str) -> Events:
        """End the open answer; proposals that never found their moment are withdrawn."""
        current = self.state.current
        if current is None:
            return ()
        withdrawn = tuple(
            ev.FollowUpWithdrawn(name, "answer_ended")
            for name, follow_up in self.state.follow_ups.items()
            if follow_up.state == "proposed"
        )
        return (*withdrawn, ev.AnswerEnded(current.question, reason))  # type: ignore[arg-type]

    def next_question(self, index: int) -> Events:
        """The question after the one at 1-based ``index``, or the candidate's own questions."""
        questions = self.script.questions
        if index >= len(questions):
            title = line(self.script.language, "candidate_questions_title")
            return (ev.StageEntered(CANDIDATE_QUESTIONS, title),)
        question = questions[index]
        stage: Events = ()
        if index == 0 or questions[index - 1].stage != question.stage:
            stage = (ev.StageEntered(question.stage, question.stage_title),)
        return (*stage, self.ask(question, index + 1))

    def ask(self, question: ScriptQuestion, index: int, practice: bool = False) -> ev.QuestionAsked:
        factor = self.options.extra_time_factor if self.state.extra_time else 1.0
        return ev.QuestionAsked(
            question=question.id,
            text=question.text,
            index=index,
            total=len(self.script.questions),
            think_ms=int(question.think_ms * factor),
            answer_ms=int(question.answer_ms * factor),
            practice=practice,
        )

    def question(self, question_id: str) -> ScriptQuestion:
        if question_id == PRACTICE:
            return self.script.practice
        return next(q for q in self.script.questions if q.id == question_id)

    # --- follow-ups ------------------------------------------------------------------------

    def budget_left(self, question_id: str) -> int:
        return self.question(question_id).follow_up_budget - self.state.follow_ups_asked(question_id)

    def follow_up(
        self,
        proposal: ev.FollowUpProposed,
        by: str,
        reason: str,
        occasion: Literal["moment", "closing"] = "moment",
    ) -> ev.FollowUpAsked:
        return ev.FollowUpAsked(
            follow_up=proposal.follow_up,
            question=proposal.question,
            kind=proposal.kind,
            text=proposal.text,
            quote=proposal.quote,
            by=by,  # type: ignore[arg-type]
            reason=reason,
            budget_left=self.budget_left(proposal.question) - 1,
            occasion=occasion,
        )

    def own_follow_up(self, given: ip.SendFollowUp, question: str) -> ev.FollowUpAsked:
        assert given.text is not None
        return ev.FollowUpAsked(
            given.follow_up, question, "clarify", given.text, "", "interviewer",
            "", max(0, self.budget_left(question) - 1), "own", given.by,
        )  # fmt: skip

    # --- something happened ----------------------------------------------------------------

    def happened(self, event: ev.Event) -> Events:
        match event:
            case ev.SpeechOutEnded():
                return self.voice_ended(event)
            case ev.ModeChanged(mode="text"):
                return self.off_air("unheard")
            case ev.ConsentRecorded(purpose=purpose, granted=False) if purpose in NEEDED:
                return self.go_on_with_a_person()
            case ev.ControlPassed(to=to) if self.state.on_air is not None and self.state.on_air.by != to:
                return self.off_air("replaced")
            case ev.ControlDropped(by=by) if self.state.on_air is not None and self.state.on_air.by == by:
                return self.off_air("replaced")
            case ev.TranscriptPartial(speaker="candidate"):
                return self.words_heard(f"{event.committed} {event.tentative}", "spoke")
            case ev.TranscriptFinal(speaker="candidate"):
                return self.final_heard(event)
            case ev.SpeechStarted() if self.state.hold_until_ms is not None and self.state.current:
                return (ev.HoldEnded(self.state.current.question, "spoke"),)
            case _:
                return ()

    def go_on_with_a_person(self) -> Events:
        """What the interview needs was withdrawn: it ends here without prejudice, and a person takes over."""
        return (
            ev.AccommodationChosen("human"),
            *self.close_answer("ended"),
            ev.InterviewEnded("declined"),
        )

    def voice_ended(self, event: ev.SpeechOutEnded) -> Events:
        """After the question was spoken the think time begins; it is not eaten by the reading."""
        current = self.state.current
        if current is None or current.answer_started_at_ms is not None:
            return ()
        if self.state.phase not in ("asking", "practice") or not moments.is_question(event.utterance):
            return ()
        return self.open_floor()

    def open_floor(self) -> Events:
        current = self.state.current
        assert current is not None
        if current.question == PRACTICE:
            return (ev.AnswerStarted(PRACTICE, "thinking_over"),)
        question = self.question(current.question)
        think_ms = int(question.think_ms * (self.options.extra_time_factor if self.state.extra_time else 1))
        if think_ms <= 0:
            return (ev.AnswerStarted(current.question, "thinking_over"),)
        return (ev.ThinkingStarted(current.question, self.now + think_ms),)

    def words_heard(self, text: str, reason: str) -> Events:
        """Words during the question or the think time are the answer's beginning."""
        current = self.state.current
        if current is None or current.answer_started_at_ms is not None or self.state.paused:
            return ()
        if reason == "spoke" and self.state.on_air is not None:
            return ()  # said to the person who speaks with them
        language = self.script.language
        if reason == "spoke" and (
            not moments.enough_words(text, language)
            or phrases.asks_to_think(text, language)
            or phrases.asks_to_rephrase(text, language)
        ):
            return ()
        return (ev.AnswerStarted(current.question, reason),)  # type: ignore[arg-type]

    def final_heard(self, event: ev.TranscriptFinal) -> Events:
        in_person = self.state.on_air is not None or event.start_ms < self.state.in_person_until_ms
        if event.source == "speech" and in_person:
            return ()  # words of the answer, but "could you repeat that" is for the person to hear
        if self.state.phase == CANDIDATE_QUESTIONS:
            spoken = event.source == "speech" and moments.enough_words(event.text, self.script.language)
            return (ev.HelpAsked(event.text),) if spoken and not event.overlap else ()
        started = self.words_heard(event.text, "typed" if event.source == "text" else "spoke")
        current = self.state.current
        if current is None or event.source == "text" or event.question != current.question:
            return started
        language = self.script.language
        if phrases.asks_to_rephrase(event.text, language) and not self.state.paused:
            return (*started, *self.rephrase())
        if phrases.asks_to_think(event.text, language) and self.state.hold_until_ms is None:
            return (*started, *self.hold(current.question, "speech"))
        return started

    def hold(self, question: str, source: str) -> Events:
        until = self.now + self.options.hold_ms
        return (ev.HoldStarted(question, source, until),)  # type: ignore[arg-type]

    # --- time has passed -------------------------------------------------------------------

    def time_passed(self) -> Events:
        due = moments.due(self.script, self.state, self.now, self.options)
        current = self.state.current
        match due:
            case None:
                return ()
            case "abandoned":
                return (*self.close_answer("ended"), ev.InterviewEnded("expired"))
            case "ask_presence":
                return (ev.PresenceChanged("asked"),)
            case "give_up_place":
                return (ev.PresenceChanged("away"),)
            case "offer_resume":
                return (ev.ResumeOffered(),)
            case "end_air":
                return self.off_air("silent")
            case "voice_watchdog":
                return self.open_floor() if current else ()
            case _ if current is None:
                return ()
            case "thinking_over":
                return (ev.AnswerStarted(current.question, "thinking_over"),)
            case "guard_soon":
                return (ev.GuardRailReached(current.question, "soon"),)
            case "guard_reached":
                return (ev.GuardRailReached(current.question, "reached"),)
            case "hold_over":
                return (ev.HoldEnded(current.question, "elapsed"),)
            case "done_said":
                return self.done("done_spoken")
            case "follow_up":
                proposal = self.state.proposal()
                assert proposal is not None
                return (self.follow_up(proposal, "system", proposal.reason),)
            case "nudge":
                silence = self.now - moments.quiet_since(self.state)
                text = line(self.script.language, "nudge")
                return (ev.Nudged(current.question, text, silence),)
