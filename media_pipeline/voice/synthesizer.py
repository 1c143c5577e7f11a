"""The seam ``SpeechSynthesizer``, the cache of what was spoken before, and Piper behind the seam."""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Protocol

import msgspec

from media_pipeline.cores import usable_cores
from media_pipeline.errors import VivaError
from media_pipeline.events import Language
from media_pipeline.voice.opus import SILENCE
from media_pipeline.voice.questions import question_of
from media_pipeline.voice.sentences import phrases
from media_pipeline.worker_process import State, WorkerDownError, WorkerOptions, WorkerProcess

Packets = tuple[bytes, ...]
"""Opus, mono, 20 ms each."""

_log = logging.getLogger(__name__)


class SynthesisError(VivaError):
    """The text could not be made audible; captions and the browser's voice remain."""

    code = "synthesis"
    status = 503


class SpeechSynthesizer(Protocol):
    """Makes text audible. All methods belong to one event loop and never block it."""

    @property
    def languages(self) -> frozenset[Language]:
        """The languages it can speak now; empty while it is down."""

    def synthesize(self, text: str, language: Language) -> AsyncIterator[Packets]:
        """The speech in parts, each as soon as it is ready; together they say the whole text.

        Raises ``SynthesisError`` while iterating. Stopping early wastes at most one phrase.
        """

    async def prepare(self, text: str, language: Language) -> None:
        """Makes a text ready that will probably be wanted, when nobody else needs the voice.

        Never raises: a text that could not be prepared is made when it is wanted.
        """


@dataclass(frozen=True, slots=True)
class VoiceOptions:
    threads: int = 0
    """Cores a synthesis may use; 0: two, where there are two. They are done sooner where one idles, and cost
    no more where none does; but two threads on one core get twice the share of it, and the ears wait."""
    ahead_niceness: int = 5
    """How far speech that is only made ready steps back (Linux): words being recognised go first."""
    cache_bytes: int = 16 << 20
    """Opus of phrases spoken before: about an hour of speech. The least recently used go."""
    sentence_pause_ms: int = 120
    """Silence between two sentences, added to what the voice itself leaves (about 150 ms)."""


class PhraseCache:
    """Phrases spoken before, at most so many bytes."""

    def __init__(self, bytes_at_most: int) -> None:
        self._bytes_at_most = bytes_at_most
        self._bytes = 0
        self._kept: OrderedDict[tuple[Language, str], Packets] = OrderedDict()

    def get(self, language: Language, phrase: str) -> Packets | None:
        packets = self._kept.get((language, phrase))
        if packets is not None:
            self._kept.move_to_end((language, phrase))
        return packets

    def put(self, language: Language, phrase: str, packets: Packets) -> None:
        key = (language, phrase)
        self._bytes += _size(packets) - _size(self._kept.pop(key, ()))
        self._kept[key] = packets
        while self._bytes > self._bytes_at_most:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= _size(dropped)

    @property
    def bytes(self) -> int:
        return self._bytes


def _size(packets: Packets) -> int:
    return sum(len(packet) for packet in packets)


class _Turns:
    """One at a time, the most urgent first, in order of arrival among equals."""

    def __init__(self) -> None:
        self._busy = False
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = count()

    async def take(self, urgency: int) -> None:
        if not self._busy:
            self._busy = True
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (urgency, next(self._arrivals), mine))
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():  # it was our turn already: pass it on
                self.give()
            raise

    def give(self) -> None:
        while self._waiting:
            _, _, following = heapq.heappop(self._waiting)
            if not following.done():
                following.set_result(None)
                return
        self._busy = False


_FIRST, _LATER, _AHEAD = range(3)


class PiperSynthesizer:
    """``SpeechSynthesizer`` by Piper, English only, in a confined process of its own."""

    def __init__(
        self,
        model_folder: Path,
        voice: str = "en_US-joe-medium",
        options: VoiceOptions | None = None,
        worker_options: WorkerOptions | None = None,
    ) -> None:
        self._options = options or VoiceOptions()
        self._worker = WorkerProcess(
            "media_pipeline.voice.worker",
            (
                str(model_folder / f"{voice}.onnx"),
                str(model_folder / f"{voice}.onnx.json"),
                str(self._options.threads or min(2, usable_cores())),
                str(self._options.ahead_niceness),
            ),
            options=worker_options,
        )
        self._cache = PhraseCache(self._options.cache_bytes)
        self._turns = _Turns()
        self._under_way: set[asyncio.Task[Packets]] = set()

    @property
    def state(self) -> State:
        return self._worker.state

    @property
    def detail(self) -> str:
        """Why there is no voice."""
        return self._worker.detail

    @property
    def worker_pid(self) -> int | None:
        return self._worker.pid

    @property
    def languages(self) -> frozenset[Language]:
        return frozenset({"en"}) if self._worker.state == "ok" else frozenset()

    async def start(self) -> State:
        """Answers when the voice is ready, or known to be missing."""
        return await self._worker.start()

    async def stop(self) -> None:
        await self._worker.close()

    async def synthesize(self, text: str, language: Language) -> AsyncIterator[Packets]:
        if language != "en":
            raise SynthesisError(f"This voice does not speak {language!r}.")
        pause: Packets = (SILENCE,) * (self._options.sentence_pause_ms // 20)
        urgency = _FIRST
        between: Packets = ()
        for phrase in phrases(text):
            packets = await self._phrase(phrase.text, urgency)
            yield (*between, *packets)
            urgency, between = _LATER, pause if phrase.ends_sentence else ()

    async def prepare(self, text: str, language: Language) -> None:
        if language not in self.languages:
            return
        for phrase in phrases(text):
            try:
                await self._phrase(phrase.text, _AHEAD)
            except SynthesisError as error:
                _log.debug("not prepared: %s", error)
                return

    async def _phrase(self, phrase: str, urgency: int) -> Packets:
        kept = self._cache.get("en", phrase)
        if kept is not None:
            return kept
        await self._turns.take(urgency)
        # A listener may leave; the phrase is finished all the same and kept (see WorkerProcess.ask).
        asked = asyncio.create_task(self._ask(phrase, ahead=urgency == _AHEAD))
        self._under_way.add(asked)
        asked.add_done_callback(self._under_way.discard)
        return await asyncio.shield(asked)

    async def _ask(self, phrase: str, *, ahead: bool) -> Packets:
        try:
            kept = self._cache.get("en", phrase)  # somebody before us in the line wanted the same
            if kept is not None:
                return kept
            answer = await self._worker.ask(question_of(phrase, ahead=ahead))
            packets = tuple(msgspec.msgpack.decode(answer, type=list[bytes]))
        except WorkerDownError as error:
            raise SynthesisError(f"The voice is not there: {error}") from error
        except msgspec.DecodeError as error:
            raise SynthesisError(f"The voice answered nonsense: {error}") from error
        finally:
            self._turns.give()
        self._cache.put("en", phrase, packets)
        return packets
