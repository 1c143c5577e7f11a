"""The recogniser's workers: threads of their own that take from the queue in :mod:`.schedule`.

One a process, shared by all sessions. Results come back in a worker's thread; the session's
hearing hands them to its event loop.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace

from media_pipeline.errors import CapacityError
from media_pipeline.recognition.schedule import Effort, Job, JobQueue, LoadMeter, LoadOptions, beside
from media_pipeline.recognition.seam import (
    BatchRecognizer,
    DecodeKind,
    DecodeRequest,
    Hypothesis,
    SpeechRecognizer,
)

SAMPLES_PER_MS = 16

_log = logging.getLogger(__name__)

Done = Callable[[Hypothesis | Exception], None]
"""Called in a worker's thread, exactly once unless the job is replaced or its session closed."""


@dataclass(frozen=True, slots=True)
class SchedulerOptions:
    """Deadlines order jobs of a kind; they are promises to nobody."""

    final_deadline_ms: float = 600
    speculative_deadline_ms: float = 600
    partial_deadline_ms: float = 1_000

    load: LoadOptions = field(default_factory=LoadOptions)

    session_cost: float = 0.06
    """Core seconds that a second of one interview needs at least, for finals with little effort. What
    more there is to do shows in the measured load."""

    most_together: int = 4
    """Windows in one call, where the engine can: it gets longer, and shorter than one after the other."""

    most_guessed_ms: float = 7_000
    """Audio of partials or speculations in one call: a final that comes meanwhile waits for its end."""

    pressing: int = 2
    """With so many finals a worker waiting at once, they are recognised with less effort."""

    thorough_sessions: int = 2
    """Sessions a worker up to which finals get all the effort: more may stop speaking in one second, and
    the last in the row waits for the others."""

    fill: float = 0.8
    """Share of the workers that admitted sessions may be expected to need."""


@dataclass(frozen=True, slots=True)
class _Work:
    request: DecodeRequest
    done: Done


@dataclass(frozen=True, slots=True)
class RecognitionMetrics:
    """Plain numbers since the start (counts, sums) or of this moment (the rest)."""

    sessions: int
    level: int
    """Step of the degradation ladder; 0: everything as it should be."""

    highest_level: int
    busy_share: float
    """Of the workers' time in the last seconds, 0–1."""

    waiting: dict[str, int]
    """Jobs in the queue, by kind."""

    decoded: dict[str, int]
    """Windows recognised, by kind."""

    replaced: dict[str, int]
    """Guesses that a newer one made pointless before a worker was free, by kind."""

    calls: int
    """Of the engine: fewer than windows where several went together."""

    failed: int
    audio_decoded_ms: dict[str, float]
    """Length of the recognised windows, by kind: greater than the audio heard, as windows overlap."""

    decoding_s: dict[str, float]
    """Time of a worker spent, by kind."""

    final_wait_ms: tuple[float, ...]
    """The latest 200 finals: time in the queue."""

    final_took_ms: tuple[float, ...]
    """The latest 200 finals: time in a worker."""


class RecognitionScheduler:
    """Threads that recognise what sessions submit, in the right order.

    All methods may be called from any thread and return at once, but ``close``.
    """

    def __init__(
        self,
        engine: SpeechRecognizer,
        options: SchedulerOptions | None = None,
        now_ms: Callable[[], float] = lambda: time.monotonic() * 1000,
    ) -> None:
        self.engine = engine
        self._batches = engine if isinstance(engine, BatchRecognizer) else None
        self._options = options or SchedulerOptions()
        self._now_ms = now_ms
        self._queue: JobQueue[_Work] = JobQueue(engine.workers)
        self._meter = LoadMeter(engine.workers, self._options.load)
        self._changed = threading.Condition()
        self._numbers = itertools.count(1)
        self._sessions: set[str] = set()
        self._closing = False
        self._decoded: Counter[str] = Counter()
        self._replaced: Counter[str] = Counter()
        self._failed = 0
        self._calls = 0
        self._highest_level = 0
        self._audio_ms: defaultdict[str, float] = defaultdict(float)
        self._took_s: defaultdict[str, float] = defaultdict(float)
        self._final_wait_ms: deque[float] = deque(maxlen=200)
        self._final_took_ms: deque[float] = deque(maxlen=200)
        self._threads = [
            threading.Thread(target=self._work, name=f"recognition-{index}", daemon=True)
            for index in range(engine.workers)
        ]
        for thread in self._threads:
            thread.start()

    # --- sessions -----------------------------------------------------------------------------

    def admits(self) -> bool:
        """Is there room for one more session, by the load measured and the sessions admitted?"""
        with self._changed:
            return self._admits()

    def open_session(self, session: str) -> None:
        """Take a session in. Raises :class:`CapacityError` where :meth:`admits` says no."""
        with self._changed:
            if session not in self._sessions and not self._admits():
                raise CapacityError("All places are taken at the moment. Please come back shortly.")
            self._sessions.add(session)

    def close_session(self, session: str) -> None:
        """Forget a session and what it has waiting."""
        with self._changed:
            self._sessions.discard(session)
            self._queue.discard(session)

    def _admits(self) -> bool:
        self._meter.observe(self._now_ms())
        expected = (len(self._sessions) + 1) * self._options.session_cost
        return self._meter.effort.admit and expected <= self._options.fill * self.engine.workers

    def effort(self, *, candidate: bool = True) -> Effort:
        """What a session may ask for now; less, and sooner, where it does not hear a candidate."""
        with self._changed:
            self._observe_waiting()
            effort = self._meter.effort
            if len(self._sessions) > self._options.thorough_sessions * self.engine.workers:
                effort = replace(effort, thorough=False)
            return effort if candidate else beside(effort)

    @property
    def level(self) -> int:
        """Step of the degradation ladder; 0: everything as it should be."""
        return self._meter.level

    # --- jobs ---------------------------------------------------------------------------------

    def submit(self, session: str, request: DecodeRequest, done: Done) -> int:
        """Put a window in the queue; the number names it to :meth:`promote`."""
        now_ms = self._now_ms()
        job = Job(
            next(self._numbers),
            session,
            request.kind,
            now_ms,
            now_ms + self._allowance_ms(request.kind),
            len(request.samples) / SAMPLES_PER_MS,
            _Work(request, done),
            self._together(request),
        )
        with self._changed:
            for replaced in self._queue.put(job):
                self._replaced[replaced.kind] += 1
            self._observe_waiting()
            self._changed.notify()
        return job.number

    def promote(self, number: int) -> None:
        """The speculative job ``number`` has turned out to be the final: if it waits, it goes before."""
        with self._changed:
            self._queue.promote(number, self._now_ms() + self._options.final_deadline_ms)

    def discard_partial(self, session: str) -> None:
        """A session's waiting partial is of no use any more."""
        with self._changed:
            for job in self._queue.discard(session, "partial"):
                self._replaced[job.kind] += 1

    def close(self) -> None:
        """Stop the threads; waits for the windows being recognised (a fraction of a second)."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def metrics(self) -> RecognitionMetrics:
        with self._changed:
            kinds: tuple[DecodeKind, ...] = ("final", "speculative", "partial")
            return RecognitionMetrics(
                sessions=len(self._sessions),
                level=self._meter.level,
                highest_level=self._highest_level,
                busy_share=self._meter.share(self._now_ms()),
                waiting={kind: self._queue.waiting(kind) for kind in kinds},
                decoded={kind: self._decoded[kind] for kind in kinds},
                replaced={kind: self._replaced[kind] for kind in kinds},
                calls=self._calls,
                failed=self._failed,
                audio_decoded_ms={kind: self._audio_ms[kind] for kind in kinds},
                decoding_s={kind: self._took_s[kind] for kind in kinds},
                final_wait_ms=tuple(self._final_wait_ms),
                final_took_ms=tuple(self._final_took_ms),
            )

    # --- in the workers' threads --------------------------------------------------------------

    def _work(self) -> None:
        while jobs := self._next():
            started_ms = self._now_ms()
            outcomes = self._decode(jobs)
            self._account(jobs, started_ms, outcomes)
            for job, outcome in zip(jobs, outcomes, strict=True):
                try:
                    job.work.done(outcome)
                except Exception:
                    _log.exception("A session could not take its recognised words")

    def _decode(self, jobs: Sequence[Job[_Work]]) -> Sequence[Hypothesis | Exception]:
        try:
            if len(jobs) > 1 and self._batches is not None:
                return self._batches.decode_together([job.work.request for job in jobs])
            return [self.engine.decode(jobs[0].work.request)]
        except Exception as error:  # whatever a model throws belongs to the session that asked
            if len(jobs) > 1:  # and to it alone
                return [outcome for job in jobs for outcome in self._decode([job])]
            _log.exception("Recognising a window of %.0f ms failed", jobs[0].audio_ms)
            return [error]

    def _next(self) -> list[Job[_Work]]:
        """The next job, with what can be recognised in one call with it; empty: we are closing."""
        with self._changed:
            while not self._closing:
                self._ease_finals()
                job = self._queue.take()
                if job is not None:
                    options = self._options
                    company = self._queue.take_company(
                        job, options.most_together - 1, options.most_guessed_ms
                    )
                    jobs = [job, *company]
                    self._note_waiting(jobs)
                    return jobs
                self._changed.wait()
            return []

    def _ease_finals(self) -> None:
        """Where finals wait for one another, the last in the row counts: all of them with less effort.

        The ladder would do the same, but looks at seconds; several people stop speaking in one second.
        """
        if self._queue.waiting("final") >= self._options.pressing * self.engine.workers:
            self._queue.revise("final", self._eased)

    def _eased(self, job: Job[_Work]) -> Job[_Work]:
        if not job.work.request.thorough:
            return job
        request = replace(job.work.request, thorough=False)
        return replace(job, work=_Work(request, job.work.done), together=self._together(request))

    def _note_waiting(self, jobs: Sequence[Job[_Work]]) -> None:
        now_ms = self._now_ms()
        for job in jobs:
            if job.kind == "final":
                self._final_wait_ms.append(now_ms - job.submitted_ms)
                self._meter.final_waited(now_ms - job.submitted_ms, now_ms)

    def _account(
        self, jobs: Sequence[Job[_Work]], started_ms: float, outcomes: Sequence[Hypothesis | Exception]
    ) -> None:
        ended_ms = self._now_ms()
        took_ms = ended_ms - started_ms
        with self._changed:
            self._queue.done(jobs[0])
            self._meter.worked(started_ms, ended_ms)
            self._highest_level = max(self._highest_level, self._meter.observe(ended_ms))
            self._calls += 1
            for job, outcome in zip(jobs, outcomes, strict=True):
                self._decoded[job.kind] += 1
                self._failed += isinstance(outcome, Exception)
                self._audio_ms[job.kind] += job.audio_ms
                self._took_s[job.kind] += took_ms / 1000 / len(jobs)
                if job.kind == "final":
                    self._final_took_ms.append(took_ms)
            self._changed.notify()

    def _together(self, request: DecodeRequest) -> Hashable:
        return None if self._batches is None else self._batches.together(request)

    def _observe_waiting(self) -> None:
        now_ms = self._now_ms()
        self._meter.final_waited(self._queue.longest_wait_ms("final", now_ms), now_ms)
        self._meter.observe(now_ms)

    def _allowance_ms(self, kind: DecodeKind) -> float:
        options = self._options
        return {
            "final": options.final_deadline_ms,
            "speculative": options.speculative_deadline_ms,
            "partial": options.partial_deadline_ms,
        }[kind]
