"""What is recognised next, and how hard it is tried under load. Pure; time is passed in, in ms.

Order: finals before speculative finals before partials; within a kind, the earliest deadline. A
session has one slot for a waiting partial and one for a speculative final: a newer one replaces it
(the audio is in the newer window too, so nothing is lost). Finals are never dropped.

Where the engine is cheaper with several windows in one call, what waits, fits and is of the same kind goes
along with the job whose turn it is. Under load, when much waits, that is when it helps; nothing waits for
company, and finals that wait for one another are recognised with less effort.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

from media_pipeline.recognition.seam import DecodeKind

T = TypeVar("T")

_RANK: Final[dict[DecodeKind, int]] = {"final": 0, "speculative": 1, "partial": 2}


@dataclass(frozen=True, slots=True)
class Job(Generic[T]):
    """One window waiting to be recognised; ``work`` is the caller's own."""

    number: int
    session: str
    kind: DecodeKind
    submitted_ms: float
    deadline_ms: float
    audio_ms: float
    work: T
    together: Hashable = None
    """Jobs of which this is equal may be recognised in one call; None: alone."""


class JobQueue(Generic[T]):
    """The waiting jobs. Bounded by the sessions: two slots each, and their finals."""

    def __init__(self, workers: int) -> None:
        self._most_partials = max(1, workers - 1)
        self._waiting: list[Job[T]] = []
        self._running: Counter[DecodeKind] = Counter()

    def __len__(self) -> int:
        return len(self._waiting)

    def waiting(self, kind: DecodeKind) -> int:
        return sum(job.kind == kind for job in self._waiting)

    def waiting_audio_ms(self, kind: DecodeKind) -> float:
        return sum(job.audio_ms for job in self._waiting if job.kind == kind)

    def longest_wait_ms(self, kind: DecodeKind, now_ms: float) -> float:
        return max((now_ms - job.submitted_ms for job in self._waiting if job.kind == kind), default=0.0)

    def put(self, job: Job[T]) -> list[Job[T]]:
        """Add a job; what it replaces is returned.

        A final makes every other waiting guess of its session pointless only if the caller says so
        (:meth:`discard`): it may belong to the next utterance.
        """
        replaced = []
        if job.kind != "final":
            replaced = self.discard(job.session, job.kind)
        self._waiting.append(job)
        return replaced

    def discard(self, session: str, *kinds: DecodeKind) -> list[Job[T]]:
        """Take out a session's waiting jobs of these kinds (all kinds, if none is named)."""
        out = [job for job in self._waiting if job.session == session and (not kinds or job.kind in kinds)]
        self._waiting = [job for job in self._waiting if job not in out]
        return out

    def promote(self, number: int, deadline_ms: float) -> bool:
        """A waiting speculative job has turned out to be the final. False: it is no longer waiting."""
        for index, job in enumerate(self._waiting):
            if job.number == number:
                self._waiting[index] = replace(job, kind="final", deadline_ms=deadline_ms)
                return True
        return False

    def take(self) -> Job[T] | None:
        """The next job for a free worker, or None. Partials may not hold every worker."""
        allowed = [
            job
            for job in self._waiting
            if job.kind != "partial" or self._running["partial"] < self._most_partials
        ]
        if not allowed:
            return None
        job = min(allowed, key=_order)
        self._waiting.remove(job)
        self._running[job.kind] += 1
        return job

    def take_company(self, job: Job[T], most: int, most_guessed_ms: float = math.inf) -> list[Job[T]]:
        """Up to ``most`` waiting jobs that can be recognised in one call with ``job``, which was taken.

        Of its own kind, so that no final waits for guesses; and guesses only up to ``most_guessed_ms`` of
        audio in all: a call cannot be interrupted by the final that may come while it runs.
        """
        if job.together is None:
            return []
        fitting = sorted(
            (one for one in self._waiting if one.kind == job.kind and one.together == job.together),
            key=_order,
        )
        company: list[Job[T]] = []
        audio_ms = job.audio_ms
        for one in fitting[: max(0, most)]:
            audio_ms += one.audio_ms
            if job.kind != "final" and audio_ms > most_guessed_ms:
                break
            company.append(one)
        self._waiting = [one for one in self._waiting if one not in company]
        return company

    def revise(self, kind: DecodeKind, revised: Callable[[Job[T]], Job[T]]) -> None:
        """Change what the waiting jobs of one kind ask for."""
        self._waiting = [revised(job) if job.kind == kind else job for job in self._waiting]

    def done(self, job: Job[T]) -> None:
        """The call for ``job`` (as :meth:`take` gave it, with its company) has come back."""
        self._running[job.kind] -= 1


def _order(job: Job[T]) -> tuple[int, float, int]:
    return _RANK[job.kind], job.deadline_ms, job.number


@dataclass(frozen=True, slots=True)
class Effort:
    """What sessions may ask for at the present load."""

    partial_interval_ms: float | None
    """Time between a session's partials; None: none."""

    partial_window_ms: float
    """Longest window of a partial."""

    thorough: bool
    """Finals with all the effort the engine knows?"""

    speculate: bool
    """Decode at short pauses?"""

    admit: bool
    """Is there room for another session?"""


LADDER: Final = (
    Effort(1_000, 9_000, thorough=True, speculate=True, admit=True),
    Effort(2_000, 6_000, thorough=False, speculate=True, admit=True),
    Effort(3_000, 5_000, thorough=False, speculate=True, admit=True),
    Effort(None, 5_000, thorough=False, speculate=False, admit=True),
    Effort(None, 5_000, thorough=False, speculate=False, admit=False),
)
"""Slower partials, then smaller windows, then no partials, then no further interviews."""


def beside(effort: Effort) -> Effort:
    """For whoever is heard beside a candidate: from the first step on no partials and no speculation."""
    if effort.partial_interval_ms == LADDER[0].partial_interval_ms:
        return effort
    return replace(effort, partial_interval_ms=None, speculate=False)


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """When the ladder is climbed and descended."""

    window_ms: float = 4_000
    """Time over which the workers' busy share is taken."""

    high_share: float = 0.85
    low_share: float = 0.65
    late_final_ms: float = 700
    """A final that waits longer for a worker than this is too much load, whatever the share."""

    step_up_ms: float = 1_500
    """Least time between two steps up."""

    refuse_after_ms: float = 6_000
    """Least time on the step before the last: without guesses a burst of finals is soon worked off, and a
    burst is no reason to send people away."""

    refuse_final_ms: float = 1_400
    """There only a final that waits this long is too much load: its words come two seconds late."""

    step_down_ms: float = 6_000
    """Calm needed before a step down."""


@dataclass(slots=True)
class LoadMeter:
    """Busy share of the workers and the step of the ladder it asks for."""

    workers: int
    options: LoadOptions = field(default_factory=LoadOptions)
    level: int = 0
    _busy: deque[tuple[float, float]] = field(default_factory=deque)  # (end, length) of finished work
    _late_ms: float | None = None
    _very_late_ms: float | None = None
    _changed_ms: float = 0.0
    _restless_ms: float = 0.0
    _began_ms: float | None = None

    @property
    def effort(self) -> Effort:
        return LADDER[self.level]

    def worked(self, started_ms: float, ended_ms: float) -> None:
        """A worker was busy from then to then."""
        self._busy.append((ended_ms, ended_ms - started_ms))

    def final_waited(self, waited_ms: float, now_ms: float) -> None:
        """A final began (or is still waiting) after so long in the queue."""
        if waited_ms >= self.options.late_final_ms:
            self._late_ms = now_ms
        if waited_ms >= self.options.refuse_final_ms:
            self._very_late_ms = now_ms

    def share(self, now_ms: float) -> float:
        """Share of the workers' time spent working lately, 0–1."""
        since = now_ms - self.options.window_ms
        while self._busy and self._busy[0][0] <= since:
            self._busy.popleft()
        # A piece of work counts only as far as it lies in the window.
        busy = sum(min(length, end - since) for end, length in self._busy)
        return min(1.0, busy / (self.options.window_ms * self.workers))

    def observe(self, now_ms: float) -> int:
        """Climb or descend by at most one step; returns the level (0 = all is well)."""
        if self._began_ms is None:
            self._began_ms = self._changed_ms = now_ms
        share = self.share(now_ms)
        late = self._lately(self._late_ms, now_ms)
        if share > self.options.low_share or late:
            self._restless_ms = now_ms
        if share >= self.options.high_share or late:
            if self._may_climb(share, now_ms):
                self._step(1, now_ms)
        elif self.level > 0:
            calm_since = max(self._changed_ms, self._restless_ms)
            if now_ms - calm_since >= self.options.step_down_ms:
                self._step(-1, now_ms)
        return self.level

    def _lately(self, moment_ms: float | None, now_ms: float) -> bool:
        return moment_ms is not None and now_ms - moment_ms < self.options.window_ms

    def _may_climb(self, share: float, now_ms: float) -> bool:
        """The next step up, if there is one, has had its time; the last also wants a better reason."""
        if self.level == len(LADDER) - 1:
            return False
        stayed_ms = now_ms - self._changed_ms
        if LADDER[self.level + 1].admit:
            return stayed_ms >= self.options.step_up_ms
        overloaded = share >= self.options.high_share or self._lately(self._very_late_ms, now_ms)
        return overloaded and stayed_ms >= self.options.refuse_after_ms

    def _step(self, by: int, now_ms: float) -> None:
        self.level += by
        self._changed_ms = now_ms
