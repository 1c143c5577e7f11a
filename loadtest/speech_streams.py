"""Recorded speech played in real time into the ears of N synthetic candidates, and what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loadtest.speech_text import tokens
from media_pipeline.audio.frame import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE, AudioFrame
from media_pipeline.audio.voice_activity import SileroModel, gated_silero
from media_pipeline.audio.worker import ListeningPool
from media_pipeline.errors import CapacityError
from media_pipeline.events import (
    Event,
    Language,
    SpeechEnded,
    TranscriptFinal,
    TranscriptPartial,
)
from media_pipeline.hearing import Hearing
from media_pipeline.hearing_turn import HearingAccount
from media_pipeline.recognition.scheduler import RecognitionScheduler
from media_pipeline.recognition.text import join

Samples = NDArray[np.int16]

LEAD_IN_MS: Final = 500
"""Silence before a clip: a recording rarely begins with the room."""

LEAD_OUT_MS: Final = 1_000
"""Silence behind it: the end of speech must be noticed."""

TICK_FRAMES: Final = 3
"""Frames handed over at a time (60 ms): one packet of a lazy sender."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording with its transcript; an empty one: nothing is said."""

    name: str
    language: Language
    transcript: str
    samples: Samples

    @property
    def seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE


@dataclass(slots=True)
class Heard:
    """What one playing of one clip gave. Delays in ms."""

    clip: Clip
    stream: int
    text: str = ""
    first_partial_ms: list[float] = field(default_factory=list)
    """A speech's onset → its first words shown."""

    word_ms: list[float] = field(default_factory=list)
    """End of a word → first shown, in a partial or the final, at its place."""

    final_ms: list[float] = field(default_factory=list)
    """Last voiced sound → final."""

    final_after_endpoint_ms: list[float] = field(default_factory=list)
    """Silence long enough to be the end → final."""

    partial_words: int = 0
    changed_words: int = 0
    """Words shown in partials that the final does not have at that place."""

    committed_words: int = 0
    changed_committed_words: int = 0
    account: HearingAccount | None = None
    feed_late_ms: float = 0.0
    """How late the latest frame was handed over: the load generator's own lag."""

    refused: bool = False


@dataclass(frozen=True, slots=True)
class Ears:
    """What all streams share."""

    scheduler: RecognitionScheduler
    listening: ListeningPool
    silero: SileroModel


def read_clip(path: Path, language: Language, transcript: str) -> Clip:
    """Any audio file FFmpeg reads, as 16 kHz mono."""
    import av  # noqa: PLC0415 - only where files are read

    resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE)
    pieces = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
        pieces += [piece.to_ndarray()[0] for piece in resampler.resample(None)]
    return Clip(path.name, language, transcript, np.concatenate(pieces).astype(np.int16))


async def play_stream(ears: Ears, clips: Sequence[Clip], stream: int, start_s: float) -> list[Heard]:
    """Play clips one after the other in real time, the first at ``start_s`` of the loop's clock."""
    heard = []
    for clip in clips:
        await asyncio.sleep(max(0.0, start_s - asyncio.get_running_loop().time()))
        heard.append(await play(ears, clip, stream))
        start_s += clip.seconds + (LEAD_IN_MS + LEAD_OUT_MS) / 1000
    return heard


async def play(ears: Ears, clip: Clip, stream: int = 0, *, real_time: bool = True) -> Heard:
    """Play one clip into the ears of a session of its own."""
    outcome = Heard(clip, stream)
    events: list[tuple[float, Event]] = []
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    try:
        hearing = Hearing(
            session=f"stream{stream}-{clip.name}-{time.monotonic_ns()}",
            language=clip.language,
            emit=lambda event: events.append(((loop.time() - began_s) * 1000, event)),
            scheduler=ears.scheduler,
            listening=ears.listening,
            voice_activity=gated_silero(ears.silero),
        )
    except CapacityError:
        outcome.refused = True
        return outcome
    frames = list(_frames(clip.samples))
    for index in range(0, len(frames), TICK_FRAMES):
        tick = frames[index : index + TICK_FRAMES]
        if real_time:
            due_s = began_s + tick[-1].end_ms / 1000
            await asyncio.sleep(max(0.0, due_s - loop.time()))
            outcome.feed_late_ms = max(outcome.feed_late_ms, (loop.time() - due_s) * 1000)
        for frame in tick:
            await hearing.accept(frame)
        if not real_time:
            await asyncio.sleep(0)
    await hearing.drain()
    outcome.account = hearing.account()
    await hearing.close()
    _measure(outcome, events)
    return outcome


def _frames(samples: Samples) -> Iterable[AudioFrame]:
    silence = [np.zeros(length * SAMPLE_RATE // 1000, np.int16) for length in (LEAD_IN_MS, LEAD_OUT_MS)]
    audio = np.concatenate((silence[0], samples, silence[1]))
    for index in range(0, len(audio), FRAME_SAMPLES):
        yield AudioFrame(audio[index : index + FRAME_SAMPLES], index / FRAME_SAMPLES * FRAME_MS)


# --- What the events say ---------------------------------------------------------------------------


def _measure(outcome: Heard, events: Sequence[tuple[float, Event]]) -> None:
    finals = [(at, event) for at, event in events if isinstance(event, TranscriptFinal)]
    outcome.text = join(final.text for _, final in finals)
    for at_ms, final in finals:
        partials = [
            (at, event)
            for at, event in events
            if isinstance(event, TranscriptPartial) and event.utterance == final.utterance
        ]
        _measure_words(outcome, at_ms, final, partials)
        for _, partial in partials:
            _measure_changes(outcome, final, partial)
        shown_ms = partials[0][0] if partials else at_ms
        outcome.first_partial_ms.append(shown_ms - final.start_ms)
        outcome.final_ms.append(at_ms - final.end_ms)
        noticed = [
            at for at, event in events if isinstance(event, SpeechEnded) and event.end_ms == final.end_ms
        ]
        if noticed:
            outcome.final_after_endpoint_ms.append(at_ms - noticed[0])


def _measure_words(
    outcome: Heard,
    final_at_ms: float,
    final: TranscriptFinal,
    partials: Sequence[tuple[float, TranscriptPartial]],
) -> None:
    language = outcome.clip.language
    shown = [
        (at_ms, tokens(join((partial.committed, partial.tentative)), language)) for at_ms, partial in partials
    ]
    place = 0
    for word in final.words:
        wanted = tokens(word.text, language)
        at_ms = next((at for at, heard in shown if heard[place : place + len(wanted)] == wanted), final_at_ms)
        if wanted:
            outcome.word_ms.append(at_ms - word.end_ms)
        place += len(wanted)


def _measure_changes(outcome: Heard, final: TranscriptFinal, partial: TranscriptPartial) -> None:
    language = outcome.clip.language
    wanted = tokens(final.text, language)
    shown = tokens(join((partial.committed, partial.tentative)), language)
    outcome.partial_words += len(shown)
    outcome.changed_words += _differing(shown, wanted)
    committed = tokens(partial.committed, language)
    outcome.committed_words += len(committed)
    if not final.text.startswith(partial.committed):
        outcome.changed_committed_words += max(1, _differing(committed, wanted))


def _differing(shown: Sequence[str], final: Sequence[str]) -> int:
    return sum(place >= len(final) or final[place] != word for place, word in enumerate(shown))
