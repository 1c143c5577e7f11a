"""The conductor's rules, each as a small timeline in virtual time."""

from __future__ import annotations

import pytest

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError
from server.conductor import inputs as ip
from server.conductor.evolve import SERVER_RESTARTED, replay
from server.conductor.script import ConductorOptions
from tests.server.conductor.timeline import SPEAKING_MS, Timeline, script


def test_think_time_begins_when_greeting_and_question_have_been_spoken() -> None:
    line = Timeline()
    line.command("start")
    line.advance(2 * SPEAKING_MS - 1)
    assert line.state.phase == "asking"
    line.advance(1)
    assert line.state.phase == "thinking"
    assert line.state.thinking_until_ms == 2 * SPEAKING_MS + 60_000


def test_answering_begins_when_the_think_time_is_over() -> None:
    line = Timeline()
    line.command("start")
    line.advance(2 * SPEAKING_MS + 60_000)
    assert line.events(ev.AnswerStarted) == [ev.AnswerStarted("q1", "thinking_over")]


def test_words_during_the_think_time_begin_the_answer_but_a_cough_does_not() -> None:
    line = Timeline()
    line.command("start")
    line.advance(2 * SPEAKING_MS)
    line.say("mm-hm", lasts_ms=500, turn=None)
    assert line.state.phase == "thinking"
    line.say("In my last job we had a line that stopped", turn=None)
    assert line.events(ev.AnswerStarted) == [ev.AnswerStarted("q1", "spoke")]


@pytest.mark.parametrize(("language", "text"), [("en", "Okay, let me think"), ("zh", "让我想一下")])
def test_let_me_think_while_thinking_does_not_begin_the_answer(language: ev.Language, text: str) -> None:
    line = Timeline(script(language))
    line.command("start")
    line.advance(2 * SPEAKING_MS)
    line.say(text, turn=None)
    assert line.state.phase == "thinking"


def test_silence_alone_never_moves_on() -> None:
    line = Timeline()
    line.begin_answer()
    line.say("I led the repair of the line.")
    line.advance(3_000_000)
    assert line.state.phase == "answering"
    assert line.state.current is not None and line.state.current.question == "q1"
    assert len(line.events(ev.Nudged)) == ConductorOptions().nudges_per_question


def test_guard_rail_warns_twice_and_never_cuts() -> None:
    line = Timeline(script(answer_ms=100_000))
    line.begin_answer()
    line.advance(100_000)
    assert [event.level for event in line.events(ev.GuardRailReached)] == ["soon", "reached"]  # type: ignore[attr-defined]
    assert line.state.phase == "answering"


def test_follow_up_is_asked_in_the_pause_before_done() -> None:
    line = Timeline()
    line.begin_answer()
    line.say("I optimised the production process and it went much better", turn=0.95)
    line.propose()
    assert line.events(ev.FollowUpAsked) == []
    line.advance(4_000)
    (asked,) = line.events(ev.FollowUpAsked)
    assert isinstance(asked, ev.FollowUpAsked)
    assert asked.quote == "optimised the production process" and asked.by == "system"
    assert asked.budget_left == 1
    assert line.events(ev.AnswerEnded) == []


def test_follow_up_is_never_asked_over_speech() -> None:
    line = Timeline()
    line.begin_answer()
    line.say("I optimised the production process", turn=0.95)
    line.propose()
    line.emit(ev.SpeechStarted(line.now))
    line.advance(30_000)
    assert line.events(ev.FollowUpAsked) == []
    line.emit(ev.SpeechEnded(line.now))
    line.advance(10_000)
    assert len(line.events(ev.FollowUpAsked)) == 1


def test_an_unfinished_turn_is_given_more_time_than_a_finished_one() -> None:
    waited = {}
    for probability in (0.05, 0.98):
        line = Timeline()
        line.begin_answer()
        for _ in range(30):  # a quick speaker: the candidate's own pauses are learned
            line.say("We had a line that stopped", turn=0.1)
        line.say("I optimised the production process", turn=probability)
        line.propose()
        line.advance(20_000)
        assert line.state.speech_ended_ms is not None
        waited[probability] = line.at(ev.FollowUpAsked) - line.state.speech_ended_ms
    assert waited[0.05] > waited[0.98] + 1_000


def test_a_sentence_that_hangs_in_the_air_is_not_cut_into() -> None:
    waited = {}
    for ending in ("the production process", "the production process because"):
        line = Timeline()
        line.begin_answer()
        for _ in range(30):
            line.say("We had a line that stopped", turn=0.1)
        line.say(f"I optimised {ending}", turn=0.98)
        line.propose()
        line.advance(20_000)
        assert line.state.speech_ended_ms is not None
        waited[ending] = line.at(ev.FollowUpAsked) - line.state.speech_ended_ms
    assert waited["the production process because"] > waited["the production process"] + 1_000


@pytest.mark.parametrize("turn", [0.98, 0.1])
def test_what_is_missing_waits_until_the_answer_seems_finished(turn: float) -> None:
    waited = {}
    moments: tuple[ev.FollowUpMoment, ...] = ("clause", "answer_end")
    for moment in moments:
        line = Timeline()
        line.begin_answer()
        for _ in range(30):
            line.say("We had a line that stopped", turn=0.1)
        line.say("I optimised the production process", turn=turn)
        line.propose(moment=moment)
        line.advance(20_000)
        assert line.state.speech_ended_ms is not None
        waited[moment] = line.at(ev.FollowUpAsked) - line.state.speech_ended_ms
    assert waited["answer_end"] > waited["clause"] + 1_000


def test_once_the_planned_time_is_nearly_used_a_finished_sentence_is_end_enough() -> None:
    line = Timeline()
    line.begin_answer()
    while line.state.guard_rail == "none":
        line.say("We had a line that stopped", turn=0.1)
    line.say("I optimised the production process", turn=0.98)
    line.propose(moment="answer_end")
    line.advance(20_000)
    assert line.state.guard_rail != "none"
    assert line.state.speech_ended_ms is not None
    assert line.at(ev.FollowUpAsked) - line.state.speech_ended_ms < 2_500


def test_second_follow_up_waits_for_an_answer_to_the_first_and_the_budget_holds() -> None:
    line = Timeline()
    line.begin_answer()
    line.say("I optimised the production process")
    line.propose("f1")
    line.advance(10_000)
    line.propose("f2", "led the team")
    line.advance(15_000)
    assert len(line.events(ev.FollowUpAsked)) == 1
    line.say("It saved about ten per cent of the cost")
    line.advance(10_000)
    assert len(line.events(ev.FollowUpAsked)) == 2
    line.say("Five people were in the team")
    line.propose("f3", "five people")
    line.advance(60_000)
    assert len(line.events(ev.FollowUpAsked)) == 2


def test_let_me_think_holds_everything_back_until_speech() -> None:
    line = Timeline()
    line.begin_answer()
    line.say("I optimised the production process. Let me think.", turn=0.9)
    line.propose()
    assert line.state.hold_until_ms is not None
    line.advance(30_000)
    assert line.events(ev.FollowUpAsked) == [] and line.events(ev.Nudged) == []
    line.say("It took two weeks in the end")
    assert line.events(ev.HoldEnded) == [ev.HoldEnded("q1", "spoke")]


def test_hold_elapses() -> None:
    line = Timeline()
    line.begin_answer()
    line.command("hold")
    line.advance(ConductorOptions().hold_ms)
    assert line.events(ev.HoldEnded) == [ev.HoldEnded("q1", "elapsed")]


def test_done_goes_to_the_next_question_and_withdraws_what_was_not_asked() -> None:
    line = Timeline(options=ConductorOptions(autopilot=False))
    line.begin_answer()
    line.say("I optimised the production process")
    line.propose()
    line.command("done")
    assert line.events(ev.FollowUpWithdrawn) == [ev.FollowUpWithdrawn("f1", "answer_ended")]
    assert line.state.current is not None and line.state.current.question == "q2"


def test_without_autopilot_the_system_only_proposes_and_the_interviewer_asks() -> None:
    line = Timeline()
    line.begin_answer()
    line.give(ip.SwitchAutopilot(False, "ivan"))
    line.give(ip.SwitchAutopilot(False, "ivan"))
    assert line.events(ev.AutopilotChanged) == [ev.AutopilotChanged(False, "ivan")]
    line.say("I optimised the production process", turn=0.98)
    line.propose()
    line.advance(20_000)
    assert line.events(ev.FollowUpAsked) == []
    line.give(ip.SendFollowUp("f1", "ivan"))
    (asked,) = line.events(ev.FollowUpAsked)
    assert isinstance(asked, ev.FollowUpAsked) and asked.by == "interviewer" and asked.follow_up == "f1"


def test_a_follow_up_in_the_interviewers_words_stands_in_them() -> None:
    line = Timeline(options=ConductorOptions(autopilot=False))
    line.begin_answer()
    line.say("I optimised the production process", turn=0.98)
    line.propose()
    line.give(ip.SendFollowUp("f1", "ivan", "By how many stops a week?"))
    (asked,) = line.events(ev.FollowUpAsked)
    assert isinstance(asked, ev.FollowUpAsked) and asked.text == "By how many stops a week?"
    assert line.state.follow_ups["f1"].proposal.text == asked.text, "as every page shows it"


def test_autopilot_switched_on_in_the_answer_asks_what_waits() -> None:
    line = Timeline(options=ConductorOptions(autopilot=False))
    line.begin_answer()
    line.say("I optimised the production process", turn=0.98)
    line.propose()
    line.advance(10_000)
    assert line.events(ev.FollowUpAsked) == []
    line.give(ip.SwitchAutopilot(True, "ivan"))
    line.advance(10_000)
    assert len(line.events(ev.FollowUpAsked)) == 1


def test_autopilot_cannot_be_switched_after_the_end() -> None:
    line = Timeline()
    line.begin_answer()
    line.give(ip.InterviewerCommand("end"))
    with pytest.raises(ConflictError):
        line.give(ip.SwitchAutopilot(False, "ivan"))


def test_done_with_a_waiting_follow_up_asks_it_once_and_then_moves_on() -> None:
    line = Timeline()
    line.begin_answer()
    line.say("I optimised the production process")
    line.propose()
    line.command("done")
    assert len(line.events(ev.FollowUpAsked)) == 1 and line.state.phase == "answering"
    line.command("done")
    assert line.state.current is not None and line.state.current.question == "q2"


@pytest.mark.parametrize(
    ("language", "text"), [("en", "And we fixed it. That's all."), ("zh", "问题就解决了，我说完了。")]
)
def test_done_when_said_and_silent(language: ev.Language, text: str) -> None:
    line = Timeline(script(language))
    line.begin_answer()
    line.say(text)
    line.advance(ConductorOptions().done_said_wait_ms + 100)
    (ended,) = line.events(ev.AnswerEnded)
    assert ended == ev.AnswerEnded("q1", "done_spoken")


def test_done_said_is_forgotten_when_the_candidate_goes_on() -> None:
    line = Timeline()
    line.begin_answer()
    line.say("That's all.")
    line.emit(ev.SpeechStarted(line.now))
    line.advance(20_000)
    assert line.events(ev.AnswerEnded) == []


def test_rephrase_by_word_and_by_button() -> None:
    line = Timeline()
    line.begin_answer()
    line.say("Sorry, could you rephrase the question please?")
    line.command("rephrase")
    assert line.events(ev.QuestionRephrased) == [ev.QuestionRephrased("q1", "In other words, 1?")] * 2


def test_text_mode_follow_up_comes_after_a_typed_part() -> None:
    line = Timeline(script("zh"))
    line.give(ip.ChooseMode("text"))
    line.begin_answer()
    line.say("我优化了生产流程，效果好了很多", source="text")
    line.propose(quote="优化了生产流程")
    line.advance(1_500)
    assert len(line.events(ev.FollowUpAsked)) == 1


def test_pause_gives_back_its_time() -> None:
    line = Timeline()
    line.command("start")
    line.advance(2 * SPEAKING_MS + 10_000)
    line.command("pause")
    line.advance(600_000)
    assert line.state.phase == "thinking"
    line.command("resume")
    line.advance(49_000)
    assert line.state.phase == "thinking"
    line.advance(2_000)
    assert line.state.phase == "answering"


def test_an_interviewers_pause_is_theirs_to_end() -> None:
    line = Timeline()
    line.begin_answer()
    line.give(ip.InterviewerCommand("pause"))
    with pytest.raises(ConflictError):
        line.command("resume")
    line.give(ip.InterviewerCommand("resume"))
    assert not line.state.paused


def test_a_lost_connection_stops_the_clocks_and_gives_the_time_back() -> None:
    line = Timeline()
    line.command("start")
    line.advance(2 * SPEAKING_MS + 10_000)
    line.emit(ev.ConnectionChanged("lost", "control", "c1"))
    line.advance(20_000)
    line.emit(ev.ConnectionChanged("resumed", "control", "c2"))
    assert line.state.thinking_until_ms == 2 * SPEAKING_MS + 60_000 + 20_000
    assert line.state.current is not None and line.state.current.question == "q1"


def test_the_time_without_a_server_is_given_back() -> None:
    line = Timeline(script(answer_ms=100_000))
    line.begin_answer()
    line.advance(50_000)
    line.say("We had a line that stopped", turn=None)
    nudged_before = len(line.events(ev.Nudged))
    line.now += 70_000  # killed; nothing runs, nothing is written
    line.emit(ev.ConnectionChanged("lost", "control", "c1", SERVER_RESTARTED))
    line.emit(ev.ConnectionChanged("lost", "media", "m1", SERVER_RESTARTED))
    line.advance(5_000)
    line.emit(ev.ConnectionChanged("resumed", "control", "c2"))
    line.advance(10_000)
    assert line.events(ev.GuardRailReached) == [] and len(line.events(ev.Nudged)) == nudged_before
    line.advance(25_000)  # 54 s before, 10 s and 25 s after: 89 of 100 s
    assert line.state.guard_rail == "soon"


def test_an_older_connection_going_away_does_not_count_as_lost() -> None:
    line = Timeline()
    line.emit(ev.ConnectionChanged("resumed", "control", "c2"))
    line.emit(ev.ConnectionChanged("replaced", "control", "c1"))
    assert line.state.control.up and line.state.lost_since_ms is None


def test_an_abandoned_interview_expires() -> None:
    line = Timeline()
    line.begin_answer()
    line.emit(ev.ConnectionChanged("lost", "control", "c1"))
    line.advance(ConductorOptions().abandoned_ms)
    assert line.state.end_reason == "expired"


def test_retake_once() -> None:
    line = Timeline()
    line.begin_answer()
    line.say("My microphone is broken I think")
    line.command("retake")
    assert line.state.current is not None and line.state.current.question == "q1"
    assert line.state.answer("q1") == ()
    with pytest.raises(ConflictError):
        line.command("retake")


def test_whole_interview_ends_after_the_candidates_questions() -> None:
    line = Timeline()
    line.begin_answer()
    for _ in range(2):
        line.advance(70_000)
        line.command("done")
    assert line.state.phase == "candidate_questions"
    line.give(ip.AskHelp("When will I hear from you?"))
    line.emit(ev.HelpAnswered("Within a week.", "We answer within a week."))
    line.command("finish")
    assert line.state.end_reason == "completed"
    with pytest.raises(ConflictError):
        line.command("done")


def test_skip_thinking_while_the_question_is_spoken() -> None:
    line = Timeline()
    line.command("start")
    line.command("skip_thinking")
    assert line.state.phase == "answering"
    line.advance(10_000)
    assert len(line.events(ev.AnswerStarted)) == 1


def test_practice_leaves_no_answer_and_no_follow_ups() -> None:
    line = Timeline()
    line.command("start_practice")
    line.advance(SPEAKING_MS)
    line.say("I like to ride my bicycle on Sundays")
    line.advance(60_000)
    assert line.state.phase == "practice"
    line.command("done")
    assert line.state.phase == "waiting" and line.state.started_at_ms is None
    line.command("start")
    assert line.state.answer("q1") == ()


def test_extra_time_stretches_think_and_answer() -> None:
    line = Timeline()
    line.emit(ev.AccommodationChosen("extra_time"))
    line.command("start")
    (asked,) = line.events(ev.QuestionAsked)
    assert isinstance(asked, ev.QuestionAsked)
    assert (asked.think_ms, asked.answer_ms) == (90_000, 270_000)
    line.advance(2 * SPEAKING_MS + 89_000)
    assert line.state.phase == "thinking"


def test_a_voice_that_never_ends_does_not_stop_the_interview() -> None:
    line = Timeline()
    line.command("start")
    line._voice.clear()
    line.advance(ConductorOptions().voice_watchdog_ms)
    assert line.state.phase == "thinking"


def test_the_log_alone_brings_the_state_back() -> None:
    line = Timeline()
    line.begin_answer()
    line.say("I optimised the production process")
    line.propose()
    line.advance(10_000)
    assert replay(line.log) == line.state


def test_every_decision_names_its_cause() -> None:
    line = Timeline()
    line.command("start")
    line.advance(2 * SPEAKING_MS)
    thinking = next(r for r in line.log if isinstance(r.event, ev.ThinkingStarted))
    assert thinking.cause is not None
    assert isinstance(line.log[thinking.cause - 1].event, ev.SpeechOutEnded)


# --- More time ---------------------------------------------------------------------------------


def given_time(line: Timeline) -> ev.QuestionExtended:
    event = line.events(ev.QuestionExtended)[-1]
    assert isinstance(event, ev.QuestionExtended)
    return event


def test_a_minute_more_moves_the_guard_rail() -> None:
    line = Timeline(script(answer_ms=100_000))
    line.begin_answer()
    started = line.now
    line.advance(50_000)
    line.give(ip.GiveTime(60_000, "ivan"))
    assert given_time(line) == ev.QuestionExtended("q1", "answer", 60_000, started + 160_000, "ivan")
    line.advance(100_000)
    assert line.events(ev.GuardRailReached) == []
    line.advance(1_000)
    assert [event.level for event in line.events(ev.GuardRailReached)] == ["soon"]  # type: ignore[attr-defined]
    line.advance(9_000)
    assert line.at(ev.GuardRailReached) == started + 160_000


def test_time_that_has_run_out_begins_again_from_now() -> None:
    line = Timeline(script(answer_ms=100_000))
    line.begin_answer()
    line.advance(180_000)
    assert line.state.guard_rail == "reached"
    line.give(ip.GiveTime(60_000, "ivan"))
    assert line.state.guard_rail == "none"
    assert given_time(line).until_ms == line.now + 60_000
    line.advance(51_000)
    assert line.state.guard_rail == "soon"
    line.advance(9_000)
    assert line.state.guard_rail == "reached"


def test_a_minute_more_to_think() -> None:
    line = Timeline()
    line.command("start")
    line.advance(2 * SPEAKING_MS + 1)
    line.give(ip.GiveTime(60_000, "ivan"))
    line.advance(119_000)
    assert line.state.phase == "thinking"
    line.advance(1_000)
    assert line.state.phase == "answering"
    assert line.state.asked[-1].added_ms == 0, "the answer has its own time"


@pytest.mark.parametrize("moment", ["waiting", "asking", "paused", "ended"])
def test_more_time_is_for_a_running_clock(moment: str) -> None:
    line = Timeline()
    if moment == "asking":
        line.command("start")
    if moment == "paused":
        line.begin_answer()
        line.command("pause")
    if moment == "ended":
        line.command("leave")
    with pytest.raises(ConflictError):
        line.give(ip.GiveTime(60_000, "ivan"))


def test_added_time_stands_still_in_a_pause() -> None:
    line = Timeline(script(answer_ms=100_000))
    line.begin_answer()
    line.give(ip.GiveTime(60_000, "ivan"))
    end = given_time(line).until_ms
    line.command("pause")
    line.advance(500_000)
    line.command("resume")
    line.advance(end + 500_000 - line.now - 1)
    assert line.state.guard_rail == "soon"
    line.advance(1)
    assert line.state.guard_rail == "reached"
    assert replay(line.log) == line.state
