"""One session's eyes, with an observer that sees what the frame says."""

from __future__ import annotations

import asyncio

import av
import numpy as np
import pytest

from media_pipeline.events import Event, FaceObserved, ObservationChanged, PartDegraded
from media_pipeline.vision.eyes import Eyes
from media_pipeline.vision.facts import FaceFacts, FrameFacts, RgbFrame, luma, picture_facts
from media_pipeline.vision.policy import Look, ObservationPolicy
from tests.media_pipeline.vision.scripted_observer import ScriptedObserver

STANDARD = ObservationPolicy.of("standard", face_processing=True)
NO_CONSENT = ObservationPolicy.of("standard", face_processing=False)
FACE = FaceFacts(0.4, 0.3, 0.2, 0.4, 130, 45, 400, 0, 0, 0, 0, 0.1, 0.05)


def sees(frame: RgbFrame, look: Look) -> FrameFacts:
    """A picture with anything bright in it shows a face."""
    facts = picture_facts(luma(frame))
    if look == "picture":
        return facts
    faces = (FACE,) if frame.max() > 200 else ()
    return FrameFacts(facts.brightness, facts.contrast, facts.sharpness, faces)


def picture(brightest: int) -> av.VideoFrame:
    shades = np.linspace(60, brightest, 640).astype(np.uint8)
    rgb = np.broadcast_to(shades[None, :, None], (360, 640, 3))
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24").reformat(format="yuv420p")


SOMEBODY, NOBODY = picture(250), picture(150)


class Room:
    """Eyes, what they emitted, and a clock."""

    def __init__(
        self,
        observer: ScriptedObserver | None,
        policy: ObservationPolicy = STANDARD,
        *,
        hearing_is_pressed: bool = False,
    ) -> None:
        self.now = 0.0
        self.events: list[Event] = []
        self.eyes = Eyes(
            observer,
            self.events.append,
            policy,
            lambda: round(self.now),
            hearing_is_pressed=lambda: hearing_is_pressed,
        )

    async def film(self, frame: av.VideoFrame, for_ms: int, fps: float = 15) -> None:
        for _ in range(round(for_ms * fps / 1000)):
            self.now += 1000 / fps
            self.eyes.offer(frame, self.now)
            for _ in range(4):
                await asyncio.sleep(0)

    def changes(self) -> list[tuple[str, bool]]:
        return [(event.kind, event.active) for event in self.events if isinstance(event, ObservationChanged)]


@pytest.fixture
def observer() -> ScriptedObserver:
    return ScriptedObserver(sees)


async def test_two_or_three_frames_a_second_are_looked_at(observer: ScriptedObserver) -> None:
    room = Room(observer)
    await room.film(SOMEBODY, 10_000, fps=15)
    assert 24 <= len(observer.offered) <= 26
    gaps = np.diff([at_ms for at_ms, _ in observer.offered])
    assert gaps.min() >= 330
    room.eyes.close()


async def test_fewer_under_load(observer: ScriptedObserver) -> None:
    observer.wanted = 1.0
    room = Room(observer)
    await room.film(SOMEBODY, 10_000, fps=15)
    assert 10 <= len(observer.offered) <= 11
    room.eyes.close()


async def test_pressed_it_looks_again_at_full_pace_at_what_seems_to_change(
    observer: ScriptedObserver,
) -> None:
    room = Room(observer, hearing_is_pressed=True)
    await room.film(SOMEBODY, 10_100)
    before = len(observer.offered)
    assert 10 <= before <= 12, "once a second, and no more for the first frame's sake"
    left_ms = room.now
    await room.film(NOBODY, 1_500)
    assert room.changes() == [("no_face", True)], "a second until it is looked at, 0.4 s until it is sure"
    assert [at_ms - left_ms for at_ms, _ in observer.offered[before:]][-1] <= 1_450
    settled = len(observer.offered)
    await room.film(NOBODY, 5_000)
    assert len(observer.offered) - settled <= 6, "and then once a second again"
    room.eyes.close()


async def test_a_face_that_leaves_and_returns(observer: ScriptedObserver) -> None:
    room = Room(observer)
    await room.film(SOMEBODY, 5_000)
    assert room.changes() == []
    await room.film(NOBODY, 2_000)
    assert room.changes() == [("no_face", True)]
    await room.film(SOMEBODY, 2_000)
    assert room.changes() == [("no_face", True), ("no_face", False)]
    assert any(isinstance(event, FaceObserved) and event.faces == 1 for event in room.events)
    room.eyes.close()


async def test_without_consent_no_face_is_looked_for(observer: ScriptedObserver) -> None:
    room = Room(observer, NO_CONSENT)
    await room.film(NOBODY, 5_000)
    assert {look for _, look in observer.offered} == {"picture"}
    assert not any(isinstance(event, FaceObserved) for event in room.events)
    room.eyes.set_policy(STANDARD)
    await room.film(NOBODY, 2_000)
    assert observer.offered[-1][1] == "expressions"
    assert ("no_face", True) in room.changes()
    room.eyes.set_policy(NO_CONSENT)
    assert room.changes()[-1] == ("no_face", False)
    room.eyes.close()


async def test_blindness_is_told_once_and_its_end_too(observer: ScriptedObserver) -> None:
    room = Room(observer)
    await room.film(NOBODY, 3_000)
    observer.become("missing", "killed by SIGSEGV")
    await room.film(NOBODY, 3_000)
    observer.become("ok")
    await room.film(NOBODY, 3_000)
    parts = [event for event in room.events if isinstance(event, PartDegraded)]
    assert parts == [PartDegraded("vision", "missing", "worker_down"), PartDegraded("vision", "ok")]
    # What held is not claimed while nobody looks.
    assert room.changes() == [("no_face", True), ("no_face", False), ("no_face", True)]
    room.eyes.close()


async def test_a_server_without_eyes_says_so_when_a_picture_comes() -> None:
    room = Room(None)
    assert room.events == []
    await room.film(SOMEBODY, 2_000)
    assert [type(event) for event in room.events] == [PartDegraded]
    room.eyes.close()


async def test_the_camera_is_switched_off_and_on(observer: ScriptedObserver) -> None:
    room = Room(observer)
    await room.film(NOBODY, 3_000)
    room.eyes.camera_off()
    assert room.changes()[-2:] == [("no_face", False), ("camera_off", True)]
    await room.film(SOMEBODY, 1_000)
    assert room.changes()[-1] == ("camera_off", False)
    room.eyes.close()


async def test_nothing_is_emitted_after_the_end(observer: ScriptedObserver) -> None:
    room = Room(observer)
    await room.film(NOBODY, 3_000)
    room.eyes.close()
    room.eyes.close()
    before = list(room.events)
    await room.film(SOMEBODY, 3_000)
    observer.become("missing")
    assert room.events == before
