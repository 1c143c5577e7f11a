"""What an answer reader makes of the answers being given, beside everything else.

To read a long answer takes a second of one core, to plan a follow-up milliseconds. So answers are read in the
background, one after another for all interviews, by a thread below everybody else's priority. When an
utterance has ended the planner waits for it, for a moment; else it works with what was read last, and without
it as if there were no reader. Where a reading fails the next words are read again.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from scoring.answer_reader import ReadsAnswers
from scoring.job import Language, Question
from scoring.meaning import Vectors
from server.live.interview import LiveInterview

log = logging.getLogger(__name__)

NICENESS = 10
"""Of the reading thread: recognition comes first where cores are few."""
REST = 2.0
"""So many times as long as a reading took the next one of the same interview waits, unless an utterance ends:
reading an answer that goes on takes at most a third of one core, whatever the machine."""
PATIENCE_S = 1.0
"""So long a reading is waited for before a follow-up is planned; a pause inside an answer is longer."""
LEAST_NEW = {"en": 40, "zh": 14}
"""Characters that an answer must have grown by while it is being spoken; a finished utterance is always
read."""
LEAST_LENGTH = {"en": 80, "zh": 30}
"""Characters before anything is read: shorter answers are compared with nothing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An answer as it stands: what is to be read next."""

    question: Question
    text: str
    language: Language
    final: bool
    """The utterance has ended."""


def is_worth_reading(wanted: Wanted, read: str) -> bool:
    """Is there enough new in it after ``read``, the text that was read last ("" for none)?"""
    if len(wanted.text) < LEAST_LENGTH[wanted.language] or wanted.text == read:
        return False
    return wanted.final or len(wanted.text) - len(read) >= LEAST_NEW[wanted.language]


class _Readings:
    """Of one interview."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.vectors: dict[str, Vectors] = {}
        self.wanted: Wanted | None = None
        self.working = False
        self.settled = asyncio.Event()
        """Nothing is being read and nothing waits for it."""
        self.awaited = False
        """Somebody waits for it: what was read need not be told as well."""
        self.urgent = asyncio.Event()
        """An utterance has ended; no rest."""
        self.settled.set()


class AnswerReadings:
    """The readings of all interviews of the process.

    Args:
        load: gives the reader, or None where there is none; called once, in the reading thread.
    """

    def __init__(self, load: Callable[[], ReadsAnswers | None]) -> None:
        self._load = load
        self._reader: ReadsAnswers | None = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="answer reader", initializer=_give_way)
        self._kept: WeakKeyDictionary[LiveInterview, _Readings] = WeakKeyDictionary()

    async def open(self) -> str | None:
        """Load the reader; its name, or None where there is none or it cannot be loaded."""
        try:
            self._reader = await asyncio.get_running_loop().run_in_executor(self._pool, self._load)
        except Exception:
            log.exception("the answer reader cannot be loaded (`viva models --check` looks at its files)")
        return None if self._reader is None else self._reader.name

    def close(self) -> None:
        """Wait for the reading under way; what waits behind it is given up."""
        self._pool.shutdown(cancel_futures=True)

    def known(self, live: LiveInterview) -> dict[str, Vectors]:
        """What was read last of each question's answer."""
        kept = self._kept.get(live)
        return {} if kept is None else dict(kept.vectors)

    def consider(self, live: LiveInterview, wanted: Wanted, on_read: Callable[[], None]) -> None:
        """Read this answer in the background if that is worth it, and call ``on_read`` in the loop, unless
        ``settled`` waits for it then.

        One reading of an interview at a time; of what comes meanwhile only the newest waits.
        """
        if self._reader is None:
            return
        kept = self._kept.setdefault(live, _Readings())
        if not is_worth_reading(wanted, kept.texts.get(wanted.question.id, "")):
            return
        kept.wanted = wanted
        kept.settled.clear()
        if wanted.final:
            kept.urgent.set()
        if not kept.working:
            kept.working = True
            live.spawn(self._read(kept, self._reader, on_read), "answer reader")

    async def settled(self, live: LiveInterview) -> None:
        """Until what was said has been read, but no longer than ``PATIENCE_S``."""
        kept = self._kept.get(live)
        if kept is None:
            return
        kept.awaited = True
        with suppress(TimeoutError):
            await asyncio.wait_for(kept.settled.wait(), PATIENCE_S)
        kept.awaited = False

    async def _read(self, kept: _Readings, reader: ReadsAnswers, on_read: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        try:
            while (wanted := kept.wanted) is not None:
                kept.wanted = None
                kept.urgent.clear()
                began_s = loop.time()
                try:
                    vectors = await loop.run_in_executor(
                        self._pool, reader.read, wanted.question.text, wanted.text, wanted.language
                    )
                except Exception:
                    log.exception("an answer could not be read; follow-ups are chosen without")
                    return
                kept.texts[wanted.question.id] = wanted.text
                kept.vectors[wanted.question.id] = vectors
                if not kept.awaited:
                    on_read()
                if kept.wanted is None:
                    kept.settled.set()
                with suppress(TimeoutError):
                    await asyncio.wait_for(kept.urgent.wait(), REST * (loop.time() - began_s))
        finally:
            kept.working = False
            kept.settled.set()


def _give_way() -> None:
    """Lower this thread's priority; on Linux threads have one each, elsewhere it would be the process's."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
