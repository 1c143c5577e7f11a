"""Voice activity off the event loop: a few threads for all sessions, each session's frames in order.

One :class:`ListeningPool` a process (kept by ``MediaServices``), one :class:`ListeningLane` a session::

    pool = ListeningPool()
    lane = pool.open(VoiceActivityStream(gated_silero(silero)), deliver, turn_detector=smart_turn)
    await lane.put(frame)       # returns at once unless ten seconds are waiting
    await lane.drain()          # everything put so far has been delivered; open speech goes on
    await lane.finish()         # the same, and open speech is closed

``deliver`` is called on the event loop with what was heard, in order. Nothing is dropped: a full
lane makes ``put`` wait, and the numbers in :meth:`ListeningLane.account` add up.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

from media_pipeline.audio.frame import AudioFrame
from media_pipeline.audio.stream import (
    LARGEST_BATCH,
    Heard,
    SpeechClosed,
    SpeechOpened,
    VoiceActivityStream,
)
from media_pipeline.errors import MediaError
from media_pipeline.turns.detector import SILENCE_SHOWN_MS, TurnDetector, TurnWindow

Deliver = Callable[[list["Heard | TurnEstimate"]], None]


@dataclass(frozen=True, slots=True)
class TurnEstimate:
    """The turn detector's opinion on the speech that ended at ``end_ms``, if the silence lasts."""

    probability: float
    silence_ms: float
    end_ms: float


@dataclass(frozen=True, slots=True)
class ListeningOptions:
    threads: int = 1
    """Threads for all sessions of the process; one carries dozens (about 1 % of a core each)."""

    batch_ms: float = 60
    """Audio gathered before a thread is woken, in ms: fewer hand-overs, that much more delay."""

    assess_after_ms: float = 900
    """Silence after which the turn detector is asked, in ms. Sooner would be wasted on the many pauses
    that end by themselves; patience never decides before (``PatienceOptions.short_gap_ms``)."""

    largest_backlog_ms: float = 10_000
    """Audio of one session that may wait, in ms; then ``put`` waits (nothing is dropped)."""


@dataclass(frozen=True, slots=True)
class ListeningAccount:
    """Where a session's audio is, in ms; ``accepted == spoken + silent + queued`` at any time."""

    accepted_ms: float
    spoken_ms: float
    """Given on as speech."""

    silent_ms: float
    """Decided to be silence."""

    queued_ms: float
    """Not decided yet."""


class ListeningPool:
    """The threads. Finish the open lanes before ``close``."""

    def __init__(self, options: ListeningOptions | None = None) -> None:
        self.options = options or ListeningOptions()
        self._threads = ThreadPoolExecutor(
            min(self.options.threads, os.cpu_count() or 1), thread_name_prefix="listening"
        )

    def open(
        self,
        stream: VoiceActivityStream,
        deliver: Deliver,
        turn_detector: TurnDetector | None = None,
        estimate_wanted: Callable[[], bool] = lambda: True,
    ) -> ListeningLane:
        """A lane for one session; call on the event loop that ``deliver`` is to run on.

        ``estimate_wanted`` is asked before each estimate of a turn's end, in a thread of the pool: an
        estimate is a hint, costs tens of milliseconds, and comes just when the final is recognised.
        """
        return ListeningLane(self._threads, self.options, stream, deliver, turn_detector, estimate_wanted)

    async def close(self) -> None:
        """Stop; what runs at this moment ends within milliseconds and is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class ListeningLane:
    """One session's way through the pool. All methods are for the event loop."""

    def __init__(
        self,
        threads: ThreadPoolExecutor,
        options: ListeningOptions,
        stream: VoiceActivityStream,
        deliver: Deliver,
        turn_detector: TurnDetector | None,
        estimate_wanted: Callable[[], bool],
    ) -> None:
        self._threads = threads
        self._options = options
        self._stream = stream
        self._deliver = deliver
        self._turn_detector = turn_detector
        self._estimate_wanted = estimate_wanted
        self._turn_window = TurnWindow()
        self._pause: SpeechClosed | None = None
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[AudioFrame] = deque()
        self._waiting_ms = 0.0
        self._accepted_ms = 0.0
        self._running = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._room = asyncio.Event()
        self._room.set()
        self._account_lock = Lock()
        self._decided = (0.0, 0.0)
        self._failure: Exception | None = None

    async def put(self, frame: AudioFrame) -> None:
        """Hand over the next frame; waits while the lane is full.

        Raises :class:`MediaError` once a model has failed: the session cannot go on hearing.
        """
        self._raise_failure()
        while not self._room.is_set():
            await self._room.wait()
        self._waiting.append(frame)
        self._waiting_ms += frame.duration_ms
        self._accepted_ms += frame.duration_ms
        if self._waiting_ms >= self._options.largest_backlog_ms:
            self._room.clear()
        if self._waiting_ms >= self._options.batch_ms:
            self._wake()

    async def drain(self) -> None:
        """Return when everything put so far has been heard and delivered."""
        self._wake()
        await self._idle.wait()
        self._raise_failure()

    async def finish(self) -> None:
        """Drain, then close the speech that is open: the stream ended."""
        await self.drain()
        self._running = True
        self._idle.clear()
        self._threads.submit(self._run_flush)
        await self._idle.wait()
        self._raise_failure()

    def account(self) -> ListeningAccount:
        with self._account_lock:
            spoken_ms, silent_ms = self._decided
        return ListeningAccount(
            self._accepted_ms, spoken_ms, silent_ms, self._accepted_ms - spoken_ms - silent_ms
        )

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise MediaError(
                "Voice activity detection failed; nothing more is heard. Let the candidate reconnect."
            ) from self._failure

    def _wake(self) -> None:
        if self._running or not self._waiting or self._failure is not None:
            return
        batch = list(self._waiting)
        self._waiting.clear()
        self._waiting_ms = 0.0
        self._running = True
        self._idle.clear()
        self._threads.submit(self._run, batch)

    # --- in a thread of the pool; never two at a time for one lane -------------------------------

    def _run(self, batch: list[AudioFrame]) -> None:
        heard: list[Heard | TurnEstimate] = []
        failure: Exception | None = None
        try:
            for first in range(0, len(batch), LARGEST_BATCH):
                frames = batch[first : first + LARGEST_BATCH]
                for frame in frames:
                    self._turn_window.add(frame)
                new = self._stream.accept_batch(frames)
                heard += new
                pause = self._pause_to_assess(new, frames[-1].end_ms)
                if pause is not None and self._turn_detector is not None and self._estimate_wanted():
                    # The words first: estimating takes tens of milliseconds, the final may start now.
                    self._loop.call_soon_threadsafe(self._deliver, heard)
                    heard = [self._estimate(self._turn_detector, pause, frames[-1].end_ms)]
        except Exception as error:  # whatever a model throws is raised again by put()
            failure = error
        self._hand_back(heard, failure)

    def _pause_to_assess(self, heard: list[Heard], now_ms: float) -> SpeechClosed | None:
        """The pause under way, once it is long enough to ask whether the turn is over. Once a pause."""
        for item in heard:
            match item:
                case SpeechClosed(reason="silence"):
                    self._pause = item
                case SpeechOpened() | SpeechClosed():
                    self._pause = None
        pause = self._pause
        if pause is None or now_ms - pause.end_ms < self._options.assess_after_ms:
            return None
        self._pause = None
        return pause

    def _run_flush(self) -> None:
        failure: Exception | None = None
        heard: list[Heard | TurnEstimate] = []
        try:
            heard += self._stream.flush()
        except Exception as error:  # as in _run
            failure = error
        self._hand_back(heard, failure)

    def _estimate(self, detector: TurnDetector, pause: SpeechClosed, now_ms: float) -> TurnEstimate:
        window = self._turn_window.samples(until_ms=pause.end_ms + SILENCE_SHOWN_MS)
        return TurnEstimate(detector.end_probability(window), now_ms - pause.end_ms, pause.end_ms)

    def _hand_back(self, heard: list[Heard | TurnEstimate], failure: Exception | None) -> None:
        with self._account_lock:
            self._decided = (self._stream.spoken_ms, self._stream.silent_ms)
        self._loop.call_soon_threadsafe(self._done, heard, failure)

    # --- on the event loop ------------------------------------------------------------------------

    def _done(self, heard: list[Heard | TurnEstimate], failure: Exception | None) -> None:
        self._running = False
        self._failure = self._failure or failure
        try:
            if heard:
                self._deliver(heard)
        finally:
            self._room.set()
            if self._failure is None:
                self._wake()
            if not self._running:
                self._idle.set()
