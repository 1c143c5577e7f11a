"""One controller at a time: who conducts, who may take over and when, whatever order things come in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError, ForbiddenError, VivaError
from server.access import Action
from server.panel import control
from server.panel.control import ControlError, ControlOptions, Events
from server.panel.people import Member, member_of
from server.panel.presence import Presence, arrived, changed, left
from server.panel.state import PanelState, evolve_panel
from server.tokens import Grant

IVAN, MEI = Member("ivan", "Ivan", True, True), Member("mei", "Mei", True, True)
RITA, HANA = Member("rita", "Rita", False, False), Member("hana", "Hana", True, False)
OPTIONS = ControlOptions()


@dataclass
class Room:
    """A panel without a server: state, presence and a clock that is set by hand."""

    started: bool = True
    now: int = 0
    state: PanelState = field(default_factory=PanelState)
    presence: Presence = field(default_factory=Presence)
    log: list[ev.Event] = field(default_factory=list)

    def write(self, events: Events) -> None:
        for event in events:
            self.log.append(event)
            self.state = evolve_panel(self.state, event, self.now)

    def come(self, *people: Member) -> Room:
        for person in people:
            self.write(control.arriving(self.state, self.presence, person, started=self.started))
            self.presence = arrived(self.presence, person)
        return self

    def go(self, person: Member) -> None:
        self.presence = left(self.presence, person, self.now)

    def act(self, person: Member) -> None:
        self.write(control.acting(self.state, self.presence, person))

    def change(self, person: Member) -> None:
        self.presence = changed(self.presence, person)
        self.write(control.rights_changed(self.state, self.presence, person))

    def ask(self, person: Member) -> None:
        self.write(control.ask(self.state, person))

    def hand_over(self, person: Member, to: Member) -> None:
        self.write(control.hand_over(self.state, self.presence, person, to.id))

    def take(self, person: Member) -> None:
        state, presence, started = self.state, self.presence, self.started
        self.write(control.take(state, presence, person, self.now, started=started, options=OPTIONS))


def test_the_first_to_come_conducts_and_the_others_watch() -> None:
    room = Room().come(RITA, HANA, IVAN, MEI)
    assert room.state.controller == "ivan"
    room.act(IVAN)
    with pytest.raises(ControlError, match="Ivan has control") as refused:
        room.act(MEI)
    assert (refused.value.code, refused.value.status) == ("not_in_control", 409)
    for watcher in (RITA, HANA):
        for step in (room.act, room.ask, room.take):
            with pytest.raises(ForbiddenError):
                step(watcher)


def test_control_is_asked_for_and_handed_over() -> None:
    room = Room().come(IVAN, MEI)
    room.ask(MEI)
    room.ask(MEI)
    assert room.state.asking == ("mei",) and room.log.count(ev.ControlAsked("mei")) == 1
    with pytest.raises(ControlError):
        room.hand_over(MEI, MEI)
    room.hand_over(IVAN, MEI)
    assert room.state.controller == "mei" and room.state.asking == ()
    room.act(MEI)
    with pytest.raises(ControlError, match="Mei has control"):
        room.act(IVAN)


@pytest.mark.parametrize("to", [RITA, HANA, Member("nobody", "", True, True)])
def test_it_is_handed_to_somebody_of_the_panel_who_is_here(to: Member) -> None:
    room = Room().come(IVAN, RITA, HANA)
    with pytest.raises(ConflictError):
        room.hand_over(IVAN, to)


def test_control_is_taken_thirty_seconds_after_its_holder_has_gone() -> None:
    room = Room().come(IVAN, MEI)
    with pytest.raises(ControlError, match="is here"):
        room.take(MEI)
    room.now = 100_000
    room.go(IVAN)
    with pytest.raises(ControlError, match="not here"):
        room.act(MEI)
    room.now = 129_999
    with pytest.raises(ControlError, match="in 1 s"):
        room.take(MEI)
    room.now = 130_000
    room.take(MEI)
    assert room.log[-1] == ev.ControlPassed("mei", "mei", "taken")
    room.come(IVAN)
    assert room.state.controller == "mei", "who comes back watches"


def test_with_a_second_tab_open_nobody_has_gone() -> None:
    room = Room().come(IVAN, IVAN, MEI)
    room.go(IVAN)
    room.now = 60_000
    with pytest.raises(ControlError, match="is here"):
        room.take(MEI)


def test_before_the_interview_nobody_waits_for_somebody_who_is_not_here() -> None:
    room = Room(started=False).come(IVAN)
    room.go(IVAN)
    room.come(MEI)
    assert room.state.controller == "mei"
    room = Room(started=False).come(IVAN, MEI)
    room.go(IVAN)
    room.take(MEI)
    assert room.state.controller == "mei"


def test_after_a_restart_the_holder_has_the_same_time_to_come_back() -> None:
    room = Room(now=500_000, state=PanelState({"ivan": "Ivan"}, "ivan"), presence=Presence(500_000)).come(MEI)
    assert room.state.controller == "ivan"
    room.now = 529_000
    with pytest.raises(ControlError):
        room.take(MEI)
    room.now = 530_000
    room.take(MEI)
    assert room.state.controller == "mei"


def test_names_are_written_once_and_again_when_they_change() -> None:
    room = Room().come(IVAN, IVAN, Member("ivan", "Ivan P.", True, True))
    joined = [event for event in room.log if isinstance(event, ev.PanelJoined)]
    assert joined == [ev.PanelJoined("ivan", "Ivan"), ev.PanelJoined("ivan", "Ivan P.")]


@pytest.mark.parametrize(
    ("subject", "name", "allowed", "expected"),
    [
        ("ivan", "Ivan P.", ("chat", "control"), Member("ivan", "Ivan P.", True, True)),
        ("ivan", "", ("chat",), Member("ivan", "ivan", True, False)),
        ("interviewer", "", ("chat", "control"), Member("interviewer", "", True, True)),
        ("", "", ("watch",), Member("interviewer", "", False, False)),
    ],
)
def test_a_member_is_the_tokens_subject(
    subject: str, name: str, allowed: tuple[Action, ...], expected: Member
) -> None:
    assert member_of(Grant("interviewer", "desk", subject, None, 1.0, "j", name), allowed) == expected


STEPS = st.tuples(
    st.sampled_from(["come", "go", "act", "ask", "take", "hand_over", "wait"]),
    st.sampled_from([IVAN, MEI, RITA, HANA]),
    st.sampled_from([IVAN, MEI, RITA, HANA]),
    st.integers(1, 40_000),
)


@given(st.booleans(), st.lists(STEPS, max_size=40))
def test_in_no_order_do_two_conduct_or_somebody_who_only_looks_on(
    started: bool, steps: list[tuple[str, Member, Member, int]]
) -> None:
    room = Room(started=started)
    for name, person, other, wait_ms in steps:
        before = room.state.controller
        try:
            match name:
                case "come":
                    room.come(person)
                case "go":
                    if room.presence.here(person.id):
                        room.go(person)
                case "hand_over":
                    room.hand_over(person, other)
                case "wait":
                    room.now += wait_ms
                case _:
                    getattr(room, name)(person)
        except VivaError:
            assert room.state.controller == before
            continue
        after = room.state.controller
        if name == "act":
            assert after == person.id
        if name == "take" and before is not None:
            gone = room.presence.gone_since(before)
            assert gone is not None and (not started or room.now - gone >= OPTIONS.take_after_ms)
    assert room.state.controller in (None, "ivan", "mei")
    assert room.state.controller not in room.state.asking and not {"rita", "hana"} & set(room.state.asking)
    assert set(room.presence.desks.values()) <= set(range(1, 41))


def test_who_may_conduct_no_longer_keeps_no_control() -> None:
    room = Room().come(IVAN, MEI)
    room.change(replace(IVAN, conducts=False))
    assert room.log[-2:] == [ev.ControlDropped("ivan"), ev.ControlPassed("mei", "mei", "first")]
    room.act(MEI)
    room.change(replace(MEI, conducts=False))
    assert room.state.controller is None
    room.change(IVAN)  # assigned again, and here
    assert room.state.controller == "ivan"
    assert room.log[-1] == ev.ControlPassed("ivan", "ivan", "first")


def test_who_asked_first_comes_first_and_who_may_not_conduct_waits_no_longer() -> None:
    anna = Member("anna", "Anna", True, True)
    room = Room().come(IVAN, MEI, anna, HANA)
    room.ask(anna)
    room.ask(MEI)
    room.change(replace(anna, conducts=False))
    assert room.state.asking == ("mei",)
    room.change(anna)
    room.change(replace(IVAN, conducts=False))
    assert room.state.controller == "mei" and room.state.asking == ()
    room.change(replace(HANA, conducts=True))
    assert room.state.controller == "mei"


def test_of_somebody_who_is_not_here_nothing_is_remembered() -> None:
    room = Room().come(IVAN)
    room.change(HANA)
    assert "hana" not in room.presence.people and room.state.controller == "ivan"
