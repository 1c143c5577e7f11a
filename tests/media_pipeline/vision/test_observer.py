"""The MediaPipe observer: its process, its pace, its deaths, and that nothing leaves it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.models import ModelFolder
from media_pipeline.vision.facts import FrameFacts, RgbFrame
from media_pipeline.vision.observer import (
    FrameMaker,
    MediaPipeFaceObserver,
    ObserverOptions,
    wanted_frames_per_second,
)
from media_pipeline.vision.policy import Look
from media_pipeline.worker_process import State, WorkerOptions
from tests import media
from tests.tracing import contacts, leaving, refused_sockets, traced

PORTRAIT = media.scaled(media.portrait(), 320, 180)


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_pace_falls_with_load_and_never_too_low(one: float, other: float) -> None:
    options = ObserverOptions()
    low, high = sorted((one, other))
    calm, loaded = (wanted_frames_per_second(share, options) for share in (low, high))
    assert options.frames_per_second >= calm >= loaded >= options.frames_per_second_at_least
    assert wanted_frames_per_second(0.5, options) == options.frames_per_second
    assert wanted_frames_per_second(1, options) == options.frames_per_second_at_least


# --- What is seen ----------------------------------------------------------------------------

BLACK = np.zeros((180, 320, 3), np.uint8)
NOISE = np.random.default_rng(3).integers(0, 255, (180, 320, 3), np.uint8)


def small(picture: media.Picture) -> RgbFrame:
    return media.scaled(picture, 320, 180)


@pytest.fixture
async def observer(model_folder: ModelFolder) -> AsyncIterator[MediaPipeFaceObserver]:
    observer = MediaPipeFaceObserver(
        model_folder.file("face-landmarker"), worker_options=WorkerOptions(restart_after_s=0.01)
    )
    assert await observer.start() == "ok", observer.detail
    yield observer
    await observer.stop()


class Viewer:
    """Looks at one frame at a time."""

    def __init__(self, observer: MediaPipeFaceObserver, session: str = "one") -> None:
        self._observer = observer
        self._session = session
        self._told: asyncio.Queue[tuple[FrameFacts, int]] = asyncio.Queue()
        self.states: asyncio.Queue[State] = asyncio.Queue()
        observer.open(
            session,
            lambda facts, at_ms: self._told.put_nowait((facts, at_ms)),
            lambda state, _: self.states.put_nowait(state),
        )

    def offer(self, make: FrameMaker, at_ms: int, look: Look = "picture") -> None:
        self._observer.offer(self._session, make, at_ms, look)

    async def next(self) -> tuple[FrameFacts, int]:
        return await self._told.get()

    async def look(self, frame: RgbFrame, look: Look) -> FrameFacts:
        self.offer(lambda: frame, 1, look)
        return (await self.next())[0]


async def test_faces_are_counted_and_placed(observer: MediaPipeFaceObserver) -> None:
    viewer = Viewer(observer)
    cases = [(small(media.portrait()), 1), (small(media.two_faces()), 2), (small(media.nobody()), 0)]
    looks: tuple[Look, ...] = ("faces", "expressions")
    for look in looks:
        for frame, count in [*cases, (BLACK, 0), (NOISE, 0)]:
            faces = (await viewer.look(frame, look)).faces
            assert faces is not None
            assert len(faces) == count
            for face in faces:
                assert 0 <= face.left <= face.left + face.width <= 1
                assert 0 <= face.top <= face.top + face.height <= 1
                # Without expressions nothing of them is even computed.
                assert (face.smile is None) == (face.yaw_deg is None) == (look == "faces")
            assert list(faces) == sorted(faces, key=lambda face: -face.width * face.height)


async def test_a_face_far_away_is_found_where_it_is(observer: MediaPipeFaceObserver) -> None:
    """A sixth of the picture's height: too small for the detector in the whole frame."""
    frame = np.full((180, 320, 3), 128, np.uint8)
    frame[57:129, 100:228] = media.scaled(media.portrait(), 128, 72)
    viewer = Viewer(observer)
    (near,) = (await viewer.look(PORTRAIT, "faces")).faces or ()
    (far,) = (await viewer.look(frame, "faces")).faces or ()
    assert far.height == pytest.approx(near.height * 0.4, abs=0.05)
    assert far.left == pytest.approx((100 + near.left * 128) / 320, abs=0.04)
    assert far.top == pytest.approx((57 + near.top * 72) / 180, abs=0.04)


async def test_a_smile_is_seen_as_one(observer: MediaPipeFaceObserver) -> None:
    """The portrait smiles, and looks about into the camera."""
    (face,) = (await Viewer(observer).look(PORTRAIT, "expressions")).faces or ()
    assert face.smile is not None
    assert face.yaw_deg is not None
    assert face.smile > 0.6
    assert abs(face.yaw_deg) < 15


async def test_a_turn_is_seen_on_the_side_it_goes_to(observer: MediaPipeFaceObserver) -> None:
    """A face squeezed towards one side of its width looks turned; mirrored, it turns the other way."""
    viewer = Viewer(observer)
    yaws = []
    for frame in (PORTRAIT, np.ascontiguousarray(PORTRAIT[:, ::-1])):
        (face,) = (await viewer.look(frame, "expressions")).faces or ()
        assert face.yaw_deg is not None
        yaws.append(face.yaw_deg)
    assert yaws[0] == pytest.approx(-yaws[1], abs=4)


async def test_frames_are_made_off_the_event_loop(observer: MediaPipeFaceObserver) -> None:
    viewer = Viewer(observer)
    made_in: list[str] = []

    def make() -> RgbFrame:
        made_in.append(threading.current_thread().name)
        return BLACK

    viewer.offer(make, 1)
    await viewer.next()
    assert made_in[0] != threading.main_thread().name
    assert "asyncio" not in made_in[0]  # nor in asyncio's default executor


async def test_a_frame_that_cannot_be_made_costs_only_itself(observer: MediaPipeFaceObserver) -> None:
    def broken() -> RgbFrame:
        raise ValueError("no picture in it")

    unlucky, lucky = Viewer(observer, "unlucky"), Viewer(observer, "lucky")
    unlucky.offer(broken, 1)
    lucky.offer(lambda: BLACK, 2)
    assert (await lucky.next())[1] == 2
    unlucky.offer(lambda: np.zeros((1000, 1000, 3), np.uint8), 3)  # larger than there is room for
    lucky.offer(lambda: BLACK, 4)
    assert (await lucky.next())[1] == 4
    unlucky.offer(lambda: BLACK, 5)
    assert (await unlucky.next())[1] == 5


async def test_a_crash_is_told_to_the_sessions_and_survived(observer: MediaPipeFaceObserver) -> None:
    viewer = Viewer(observer)
    pid = observer.worker_pid
    assert pid is not None
    os.kill(pid, signal.SIGSEGV)
    assert await viewer.states.get() == "missing"
    viewer.offer(lambda: PORTRAIT, 1, "faces")  # not looked at, and nobody minds
    assert await viewer.states.get() == "ok"
    viewer.offer(lambda: PORTRAIT, 2, "faces")
    assert (await viewer.next())[1] == 2


async def test_without_its_model_it_is_missing_and_says_why(tmp_path: Path) -> None:
    observer = MediaPipeFaceObserver(
        tmp_path / "nothing.task", worker_options=WorkerOptions(restart_after_s=60)
    )
    assert await observer.start() == "missing"
    assert "nothing.task" in observer.detail
    await observer.stop()


_LOOKS = """
import asyncio, sys
from pathlib import Path
from media_pipeline.vision.observer import MediaPipeFaceObserver
from tests import media

async def main():
    observer = MediaPipeFaceObserver(Path(sys.argv[1]))
    assert await observer.start() == "ok", observer.detail
    told = asyncio.Queue()
    observer.open("one", lambda facts, _: told.put_nowait(facts), lambda *_: None)
    frame = media.scaled(media.portrait(), 320, 180)
    for number in range(20):
        observer.offer("one", lambda: frame, number, "expressions")
        assert len((await told.get()).faces) == 1
        await asyncio.sleep(0.1)  # the report to its maker comes a moment after the first look
    await observer.stop()

asyncio.run(main())
"""


@pytest.mark.slow
def test_nothing_leaves_while_mediapipe_looks(tmp_path: Path, model_folder: ModelFolder) -> None:
    """Traced with every refused call: mediapipe does try, and the kernel does not let it."""
    script = tmp_path / "looks.py"
    script.write_text(_LOOKS)
    command = [sys.executable, str(script), str(model_folder.file("face-landmarker"))]
    root = str(Path(__file__).parents[3])
    subprocess.run(
        traced(command, tmp_path / "trace", refused_too=True),
        check=True,
        timeout=110,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert leaving(contacts(tmp_path / "trace")) == []
    assert refused_sockets(tmp_path / "trace") > 0, "mediapipe no longer tries: the sandbox may go one day"
