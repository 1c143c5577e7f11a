"""One session's eyes: frames in at their own pace, observations out.

offer(frame) ── paced ── FaceObserver ── FrameFacts ── framing (pure) ── emit(events)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from media_pipeline.events import Event, PartDegraded, PartDetail
from media_pipeline.vision import framing
from media_pipeline.vision.facts import FrameFacts
from media_pipeline.vision.observer import FaceObserver
from media_pipeline.vision.policy import ObservationPolicy
from media_pipeline.vision.small_frame import small_rgb
from media_pipeline.worker_process import State

if TYPE_CHECKING:
    import av

_TICK_S = 0.5
_names = count(1)


class Eyes:
    """What a session sees of its candidate.

    Everything is called on the event loop and returns at once. ``observer`` may be None (this
    server sees nothing): then it says so once, when the first frame comes. While ``hearing_is_pressed``
    as few frames as can be are looked at: words come before framing; but what seems to change is looked
    at again at full pace, so that it is told in time. Emits ``FaceObserved``,
    ``ObservationChanged`` and ``PartDegraded``.
    """

    def __init__(
        self,
        observer: FaceObserver | None,
        emit: Callable[[Event], None],
        policy: ObservationPolicy,
        now_ms: Callable[[], int],
        *,
        width: int = 320,
        height_at_most: int = 320,
        hearing_is_pressed: Callable[[], bool] = lambda: False,
    ) -> None:
        self._observer = observer
        self._emit = emit
        self._now_ms = now_ms
        self._size = (width, height_at_most)
        self._state = framing.FramingState(policy=policy)
        self._session = f"eyes-{next(_names)}"
        self._hearing_is_pressed = hearing_is_pressed
        self._offered_ms: float | None = None
        self._told: State = "ok"
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        if observer is not None:
            observer.open(self._session, self._on_facts, self._on_state)

    @property
    def policy(self) -> ObservationPolicy:
        return self._state.policy

    def offer(self, frame: av.VideoFrame, at_ms: float) -> None:
        """A decoded frame with its media time. Most are let go at once: 2–3 a second are looked at."""
        if self._closed:
            return
        self._apply(framing.frame_came(self._state, self._now_ms()))
        self._tick_on()
        look = self._state.policy.look
        if look is None:
            return
        if self._observer is None or self._observer.state != "ok":
            self._on_state("missing")
            return
        least = self._hearing_is_pressed() and not framing.is_undecided(self._state)
        interval_ms = 1000.0 / self._observer.frames_per_second(least=least)
        due_ms = at_ms if self._offered_ms is None else self._offered_ms + interval_ms
        if at_ms < due_ms:
            return
        # Kept on a grid, so that a pace of 2.5 is 2.5 whatever the camera's own; never in arrears.
        self._offered_ms = max(due_ms, at_ms - interval_ms / 2)
        self._observer.offer(self._session, partial(small_rgb, frame, *self._size), round(at_ms), look)

    def set_policy(self, policy: ObservationPolicy) -> None:
        """Consent given or withdrawn. What may no longer be observed ends at once."""
        self._apply(framing.set_policy(self._state, policy, self._now_ms()))

    def camera_off(self, at_ms: float | None = None) -> None:
        """The camera was switched off (the track ended, the mode is voice or text, the page says so)."""
        self._apply(framing.camera_off(self._state, self._now_ms() if at_ms is None else round(at_ms)))

    def close(self) -> None:
        """Nothing is emitted after this. Idempotent."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._observer is not None:
            self._observer.close(self._session)

    def _on_facts(self, facts: FrameFacts, at_ms: int) -> None:
        if not self._closed:
            self._apply(framing.observe(self._state, facts, at_ms))

    def _on_state(self, state: State, _why: str = "") -> None:
        """The eyes of the whole server failed or are back; why stands in the server's log."""
        if self._closed or state in (self._told, "starting"):
            return
        self._told = state
        if state == "missing":
            self._apply(framing.blinded(self._state, self._now_ms()))
            detail: PartDetail = "not_here" if self._observer is None else "worker_down"
            self._emit(PartDegraded("vision", "missing", detail))
        else:
            self._emit(PartDegraded("vision", "ok"))

    def _tick_on(self) -> None:
        """Asks now and then whether frames still come (nothing else would notice that they stopped)."""
        if self._timer is None and not self._closed:
            self._timer = asyncio.get_running_loop().call_later(_TICK_S, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._apply(framing.time_passed(self._state, self._now_ms()))
        if self._state.last_frame_ms is not None:
            self._tick_on()

    def _apply(self, step: framing.Step) -> None:
        self._state, events = step
        for event in events:
            self._emit(event)
