"""Whatever is done in whatever order: the machine stays sound."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError
from server.conductor import inputs as ip
from server.conductor.evolve import replay
from server.conductor.moments import due, next_deadline
from tests.server.conductor.timeline import Timeline

STEPS = st.one_of(
    st.tuples(st.just("command"), st.sampled_from(ip.CandidateCommandName.__args__)),  # type: ignore[attr-defined]
    st.tuples(st.just("desk"), st.sampled_from(ip.InterviewerCommandName.__args__)),  # type: ignore[attr-defined]
    st.tuples(
        st.just("say"), st.sampled_from(["let me think", "that's all", "we saved ten per cent of cost"])
    ),
    st.tuples(st.just("type"), st.just("I led the project")),
    st.tuples(st.just("wait"), st.integers(1, 400_000)),
    st.tuples(st.just("wait"), st.just(900_000)),
    st.tuples(st.just("desk opens or closes"), st.booleans()),
    st.tuples(st.just("lose"), st.just("")),
    st.tuples(st.just("return"), st.just("")),
    st.tuples(st.just("propose"), st.just("")),
    st.tuples(st.just("extend"), st.integers(10_000, 600_000)),
    st.tuples(st.just("air"), st.sampled_from(["m1 on", "m1 off", "m2 on", "m2 off"])),
    st.tuples(st.just("mode"), st.sampled_from(["video", "text"])),
)


def _do(line: Timeline, step: tuple[str, object]) -> None:
    name, value = step
    if name == "command":
        line.command(value)  # type: ignore[arg-type]
    elif name == "desk":
        line.give(ip.InterviewerCommand(value))  # type: ignore[arg-type]
    elif name == "say":
        line.say(str(value))
    elif name == "type":
        line.say(str(value), source="text")
    elif name == "wait":
        line.advance(int(value))  # type: ignore[call-overload]
    elif name == "extend":
        line.give(ip.GiveTime(int(value), "ivan"))  # type: ignore[call-overload]
    elif name == "desk opens or closes":
        line.emit(ev.AttendanceChanged(bool(value)))
    elif name == "lose":
        line.emit(ev.ConnectionChanged("lost", "control", "c1"))
    elif name == "return":
        line.emit(ev.ConnectionChanged("resumed", "control", "c1"))
    elif name == "air":
        line.give(ip.SwitchMicrophone(str(value)[:2], "wei", str(value).endswith("on")))
    elif name == "mode":
        line.give(ip.ChooseMode(value))  # type: ignore[arg-type]
    elif line.state.current is not None and line.state.current.question != "practice":
        line.propose(f"f{len(line.log)}")


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, max_size=40))
def test_no_order_of_things_breaks_the_interview(steps: list[tuple[str, object]]) -> None:
    line = Timeline()
    for step in steps:
        try:
            _do(line, step)
        except ConflictError:
            continue
    state = line.state
    assert replay(line.log) == state
    # Nothing overdue is left standing: the clockwork cannot spin.
    line.advance(0)
    assert due(line.script, line.state, line.now, line.options) is None
    deadline = next_deadline(line.script, line.state, line.options)
    assert deadline is None or deadline > line.now
    # Budgets are equal for everyone, whatever happened; an interviewer's own words are extra.
    for question in line.script.questions:
        assert state.follow_ups_asked(question.id) <= question.follow_up_budget
    # Questions come in order and each answer that ended was asked.
    order = [a.index for a in state.asked if a.question != "practice"]
    assert order == sorted(order)
    # Nothing is asked of nobody, and nothing is said by the system while a person speaks.
    lost, on_air = False, False
    for record in line.log:
        event = record.event
        if isinstance(event, ev.MicrophoneChanged):
            assert event.on != on_air, "one at a time"
            on_air = event.on
        if isinstance(event, ev.Nudged) or (isinstance(event, ev.FollowUpAsked) and event.by == "system"):
            assert not on_air or getattr(event, "occasion", "") == "closing"
        if isinstance(event, ev.ConnectionChanged) and event.channel == "control":
            lost = event.state == "lost"
        if isinstance(event, ev.FollowUpAsked) and event.by == "system" and lost:
            assert event.occasion == "closing"
