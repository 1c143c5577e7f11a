"""What every ``FaceObserver`` promises (media_pipeline/vision/observer.py)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from media_pipeline.models import ModelFolder
from media_pipeline.vision.facts import FrameFacts, RgbFrame
from media_pipeline.vision.observer import FaceObserver, MediaPipeFaceObserver
from media_pipeline.vision.policy import Look
from tests import media
from tests.media_pipeline.vision.scripted_observer import ScriptedObserver

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(params=["mediapipe", "scripted"], scope="module", loop_scope="module")
async def observer(request: pytest.FixtureRequest, model_folder: ModelFolder) -> AsyncIterator[FaceObserver]:
    """One of each kind for the module; each test opens sessions of its own."""
    if request.param == "scripted":
        yield ScriptedObserver()
        return
    observer = MediaPipeFaceObserver(model_folder.file("face-landmarker"))
    assert await observer.start() == "ok", observer.detail
    yield observer
    await observer.stop()


SMALL = media.scaled(media.nobody(), 320, 180)


class Session:
    """A session's side: what it was told, in order."""

    def __init__(self, observer: FaceObserver, name: str) -> None:
        self.observer = observer
        self.name = name
        self.told: list[tuple[FrameFacts, int]] = []
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        observer.open(name, self._on_facts, lambda *_: None)

    def _on_facts(self, facts: FrameFacts, at_ms: int) -> None:
        assert asyncio.get_running_loop() is self._loop
        self.told.append((facts, at_ms))
        self._news.set()

    def offer(self, at_ms: int, frame: RgbFrame = SMALL, look: Look = "picture") -> None:
        self.observer.offer(self.name, lambda: frame, at_ms, look)

    async def until(self, count: int) -> None:
        while len(self.told) < count:
            self._news.clear()
            await self._news.wait()


async def test_a_frame_is_looked_at_and_told_with_its_own_time(observer: FaceObserver) -> None:
    session = Session(observer, "one")
    session.offer(4_711)
    await session.until(1)
    facts, at_ms = session.told[0]
    assert at_ms == 4_711
    assert facts.brightness == pytest.approx(160, abs=15)
    assert facts.faces is None  # nobody asked for faces


async def test_a_newer_frame_takes_the_place_of_a_waiting_one(observer: FaceObserver) -> None:
    session = Session(observer, "one")
    for at_ms in range(100):
        session.offer(at_ms)
    while not session.told or session.told[-1][1] != 99:
        await session.until(len(session.told) + 1)
    times = [at_ms for _, at_ms in session.told]
    assert times == sorted(times)
    assert len(times) <= 2


async def test_sessions_do_not_starve_each_other(observer: FaceObserver) -> None:
    eager, modest = Session(observer, "eager"), Session(observer, "modest")
    modest_turns = 5
    eager.offer(0)
    while len(modest.told) < modest_turns:
        modest.offer(len(modest.told))
        wanted = len(modest.told) + 1
        while len(modest.told) < wanted:
            eager.offer(len(eager.told) + 1)
            await asyncio.sleep(0)
    assert len(eager.told) <= 2 * modest_turns + 2


async def test_a_session_that_left_is_told_nothing(observer: FaceObserver) -> None:
    gone, staying = Session(observer, "gone"), Session(observer, "staying")
    gone.offer(1)
    observer.close("gone")
    observer.close("gone")
    gone.offer(2)
    staying.offer(3)
    await staying.until(1)
    assert gone.told == []


async def test_the_pace_is_one_that_observations_can_live_with(observer: FaceObserver) -> None:
    assert 1.0 <= observer.frames_per_second() <= 3.0
    assert 1.0 <= observer.frames_per_second(least=True) <= observer.frames_per_second()
