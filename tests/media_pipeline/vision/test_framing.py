"""From single frames to what holds: tables of frames, and properties over any of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.events import Event, FaceObserved, ObservationChanged, ObservationKind
from media_pipeline.vision import framing
from media_pipeline.vision.facts import FaceFacts, FrameFacts
from media_pipeline.vision.framing import FramingState
from media_pipeline.vision.policy import ObservationPolicy

EVERYTHING = ObservationPolicy.of("standard", face_processing=True)

FACE = FaceFacts(
    left=0.4, top=0.3, width=0.2, height=0.4, brightness=130, contrast=45, sharpness=400,
    yaw_deg=0, pitch_deg=0, gaze_across=0, gaze_up=0, smile=0.1, brow_lowered=0.05,
)  # fmt: skip
GOOD = FrameFacts(brightness=120, contrast=50, sharpness=600, faces=(FACE,))


def with_face(**changes: float) -> FrameFacts:
    return msgspec.structs.replace(GOOD, faces=(msgspec.structs.replace(FACE, **changes),))


NOBODY = msgspec.structs.replace(GOOD, faces=())
TWO = msgspec.structs.replace(GOOD, faces=(FACE, FACE))
DARK = FrameFacts(
    brightness=25, contrast=9, sharpness=30, faces=(msgspec.structs.replace(FACE, brightness=25),)
)
BLACK = FrameFacts(brightness=1, contrast=0.4, sharpness=0, faces=())

SHOWN: dict[ObservationKind, FrameFacts] = {
    "no_face": NOBODY,
    "several_faces": TWO,
    "dark": DARK,
    "backlit": with_face(brightness=40),
    "blurred": with_face(sharpness=5),
    "off_centre": with_face(left=0.75),
    "too_far": with_face(height=0.1),
    "too_close": with_face(height=0.9),
    "camera_off": BLACK,
    "looking_away": with_face(yaw_deg=40),
    "smile": with_face(smile=0.9),
    "brow_lowered": with_face(brow_lowered=0.6),
}


def changes(events: Iterable[Event]) -> list[ObservationChanged]:
    return [event for event in events if isinstance(event, ObservationChanged)]


class Watch:
    """Feeds frames at a pace and keeps what was told, with the time of the frame that told it."""

    def __init__(self, policy: ObservationPolicy = EVERYTHING) -> None:
        self.state = FramingState(policy=policy)
        self.now_ms = 0
        self.told: list[tuple[int, ObservationChanged]] = []
        self.faces: list[FaceObserved] = []

    def see(self, facts: FrameFacts, for_ms: int, every_ms: int = 400) -> Watch:
        for _ in range(for_ms // every_ms):
            self.now_ms += every_ms
            self.state, events = framing.observe(self.state, facts, self.now_ms)
            self.told += [(self.now_ms, change) for change in changes(events)]
            self.faces += [event for event in events if isinstance(event, FaceObserved)]
        return self

    @property
    def active(self) -> frozenset[ObservationKind]:
        return self.state.active


@pytest.mark.parametrize("kind", get_args(ObservationKind))
@pytest.mark.parametrize("every_ms", [333, 400, 1000])
def test_each_kind_is_told_within_two_seconds_and_taken_back(kind: ObservationKind, every_ms: int) -> None:
    watch = Watch().see(GOOD, 10_000, every_ms)
    assert watch.told == []
    began_ms = watch.now_ms
    watch.see(SHOWN[kind], 4_000, every_ms)
    assert kind in watch.active
    told_ms, change = next((at, told) for at, told in watch.told if told.kind == kind)
    assert change.active
    assert told_ms - began_ms <= 2_000
    assert began_ms < change.since_ms <= began_ms + every_ms
    ended_ms = watch.now_ms
    watch.see(GOOD, 4_000, every_ms)
    assert watch.active == frozenset()
    assert max(at for at, _ in watch.told) - ended_ms <= 2_000


@pytest.mark.parametrize("kind", get_args(ObservationKind))
def test_a_single_frame_tells_nothing(kind: ObservationKind) -> None:
    watch = Watch().see(GOOD, 8_000).see(SHOWN[kind], 400).see(GOOD, 2_000)
    assert watch.told == []


def test_a_detector_that_blinks_does_not_flicker() -> None:
    watch = Watch().see(GOOD, 8_000).see(NOBODY, 2_000)
    for _ in range(30):
        watch.see(GOOD, 400).see(NOBODY, 400)
    assert [change.active for _, change in watch.told if change.kind == "no_face"] == [True]


def test_values_between_the_thresholds_change_nothing() -> None:
    options = framing.FramingOptions()
    between = (options.dark.begins + options.dark.ends) / 2
    dim = msgspec.structs.replace(GOOD, brightness=between)
    assert "dark" not in Watch().see(dim, 8_000).active
    assert "dark" in Watch().see(DARK, 4_000).see(dim, 8_000).active


def test_nothing_is_said_about_a_face_that_is_not_there() -> None:
    watch = Watch().see(GOOD, 8_000).see(with_face(smile=0.9, yaw_deg=40, left=0.7), 3_000)
    assert {"smile", "looking_away", "off_centre"} <= watch.active
    assert watch.see(NOBODY, 3_000).active == {"no_face"}


def test_looking_away_is_measured_from_where_the_person_usually_looks() -> None:
    """The camera stands beside the screen: 20 degrees are this person's straight ahead."""
    watch = Watch().see(with_face(yaw_deg=20), 20_000)
    assert "looking_away" not in watch.active
    assert "looking_away" not in watch.see(with_face(yaw_deg=40), 4_000).active
    assert "looking_away" in watch.see(with_face(yaw_deg=-20), 4_000).active


def test_eyes_count_as_well_as_the_head() -> None:
    watch = Watch().see(GOOD, 8_000)
    assert "looking_away" not in watch.see(with_face(yaw_deg=15), 2_000).active
    assert "looking_away" in watch.see(with_face(yaw_deg=15, gaze_across=0.7), 2_000).active
    assert "looking_away" not in watch.see(with_face(yaw_deg=-15, gaze_across=0.7), 4_000).active


def test_a_face_that_always_smiles_is_not_smiling_more() -> None:
    watch = Watch().see(with_face(smile=0.55), 60_000)
    assert "smile" not in watch.active
    assert "smile" in watch.see(with_face(smile=0.95), 2_000).active


def test_a_black_picture_is_a_camera_that_is_off_and_dark_and_says_nothing_of_faces() -> None:
    watch = Watch().see(GOOD, 8_000).see(NOBODY, 2_000).see(BLACK, 4_000)
    assert watch.active == {"camera_off", "dark"}


def test_frames_that_stop_coming_are_a_camera_that_is_off() -> None:
    state = FramingState(policy=EVERYTHING)
    state, _ = framing.frame_came(state, 1_000)
    state, events = framing.time_passed(state, 3_000)
    assert events == []
    state, events = framing.time_passed(state, 3_500)
    assert events == [ObservationChanged("camera_off", True, 1_000)]
    state, events = framing.time_passed(state, 9_000)
    assert events == []
    _, events = framing.frame_came(state, 9_100)
    assert events == [ObservationChanged("camera_off", False, 9_100)]


def test_switching_the_camera_off_ends_what_was_seen() -> None:
    watch = Watch().see(TWO, 4_000)
    _, events = framing.camera_off(watch.state, 5_000)
    assert changes(events) == [
        ObservationChanged("several_faces", False, 5_000),
        ObservationChanged("camera_off", True, 5_000),
    ]


def test_frames_out_of_order_are_ignored() -> None:
    watch = Watch().see(GOOD, 4_000)
    assert framing.observe(watch.state, NOBODY, watch.now_ms) == (watch.state, [])
    assert framing.observe(watch.state, NOBODY, watch.now_ms - 300) == (watch.state, [])


def test_the_live_value_says_what_this_frame_shows() -> None:
    watch = Watch().see(GOOD, 8_000).see(with_face(smile=0.9), 400)
    assert watch.faces[-1] == FaceObserved(1, (0.4, 0.3, 0.2, 0.4), 120, 600, False, True, False)
    assert watch.see(NOBODY, 400).faces[-1] == FaceObserved(0, None, 120, 600)


# --- What may be observed --------------------------------------------------------------------


def test_the_eu_policy_tells_nothing_of_expressions() -> None:
    eu = ObservationPolicy.of("eu", face_processing=True)
    watch = Watch(eu).see(with_face(yaw_deg=60, smile=0.9, brow_lowered=0.9), 10_000)
    assert watch.active == frozenset()
    assert (watch.faces[-1].looking_away, watch.faces[-1].smile, watch.faces[-1].brow_lowered) == (None,) * 3
    assert watch.state.baseline == framing.Baseline()
    assert watch.see(TWO, 4_000).active == {"several_faces"}


def test_without_consent_no_face_is_told_of() -> None:
    watch = Watch(ObservationPolicy.of("standard", face_processing=False))
    watch.see(msgspec.structs.replace(DARK, faces=None), 4_000)
    assert watch.active == {"dark"}
    assert watch.faces == []
    # Even facts that should never have been found are not told.
    watch.see(TWO, 4_000)
    assert watch.active == frozenset()
    assert watch.faces == []


def test_withdrawn_consent_ends_what_it_allowed_and_forgets_the_baseline() -> None:
    watch = Watch().see(GOOD, 8_000).see(with_face(smile=0.9), 3_000)
    state, events = framing.set_policy(
        watch.state, ObservationPolicy.of("standard", face_processing=False), 20_000
    )
    assert events == [ObservationChanged("smile", False, 20_000)]
    assert state.baseline == framing.Baseline()
    assert set(state.accounts) <= {"dark", "blurred", "camera_off"}


# --- Whatever comes --------------------------------------------------------------------------

_shares = st.floats(-0.2, 1.2)
_degrees = st.floats(-90, 90)
_shapes = st.floats(0, 1)
_faces = st.builds(
    FaceFacts, _shares, _shares, _shapes, _shapes, st.floats(0, 255), st.floats(0, 128), st.floats(0, 1e5),
    _degrees, _degrees, st.floats(-1, 1), st.floats(-1, 1), _shapes, _shapes,
)  # fmt: skip
_facts = st.builds(
    FrameFacts,
    st.floats(0, 255),
    st.floats(0, 128),
    st.floats(0, 1e5),
    st.one_of(st.none(), st.lists(_faces, max_size=3).map(tuple)),
)
_policies = st.builds(
    ObservationPolicy.of, st.sampled_from(["standard", "eu", "?"]), face_processing=st.booleans()
)
_inputs = st.one_of(
    st.tuples(st.just("observe"), _facts),
    st.tuples(st.just("policy"), _policies),
    st.tuples(st.sampled_from(["frame", "time", "off", "blind"]), st.none()),
)


@given(_policies, st.lists(st.tuples(st.integers(0, 3_000), _inputs), max_size=60))
def test_told_changes_alternate_and_keep_to_the_policy(
    policy: ObservationPolicy, inputs: list[tuple[int, tuple[str, object]]]
) -> None:
    state, now_ms = FramingState(policy=policy), 0
    told: dict[ObservationKind, bool] = {}
    for passed_ms, (what, value) in inputs:
        now_ms += passed_ms
        match what, value:
            case "observe", FrameFacts() as facts:
                state, events = framing.observe(state, facts, now_ms)
            case "policy", ObservationPolicy() as chosen:
                state, events = framing.set_policy(state, chosen, now_ms)
            case "frame", _:
                state, events = framing.frame_came(state, now_ms)
            case "time", _:
                state, events = framing.time_passed(state, now_ms)
            case "off", _:
                state, events = framing.camera_off(state, now_ms)
            case _:
                state, events = framing.blinded(state, now_ms)
        for change in changes(events):
            assert told.get(change.kind, False) != change.active
            assert change.active is False or change.kind in state.policy.kinds
            assert change.since_ms <= now_ms
            told[change.kind] = change.active
        assert state.active == {kind for kind, active in told.items() if active}
        assert state.active <= state.policy.kinds
