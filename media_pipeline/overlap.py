"""Both sides at once: the candidate over our voice (barge-in), our voice in their microphone (echo).

A thin shell around ``turns/barge_in`` and ``turns/own_voice``; runs on the event loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from media_pipeline.events import (
    Event,
    Language,
    SpeechEnded,
    SpeechOutEnded,
    SpeechOutStarted,
    SpeechStarted,
    TranscriptFinal,
    TranscriptPartial,
)
from media_pipeline.recognition.text import text_of
from media_pipeline.turns.barge_in import (
    BargeIn,
    BargeInOptions,
    EchoHeard,
    OurVoice,
    Signal,
    Voice,
    Words,
    observe,
)
from media_pipeline.turns.own_voice import OwnVoice

SAMPLED_EVERY_MS = 100.0
"""How often the candidate's voice is told to the barge-in rules while it goes on."""

TAKEN_TURN_MS = 1_000.0
"""Whoever speaks on for so long after our voice has fallen silent has taken the turn: what they said
from its beginning is theirs. Shorter than that it may be what is left of our own voice."""


class Overlap:
    """``stop`` is called when our voice is to fall silent because the candidate speaks."""

    def __init__(self, language: Language, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._own = OwnVoice()
        self._barge_in = BargeIn()
        self._options = BargeInOptions(language=language)
        self._candidate_speaks = False
        self._sampled_ms = 0.0

    @property
    def candidate_speaks(self) -> bool:
        return self._candidate_speaks

    def ours(self, event: Event, at_ms: float) -> None:
        """Our voice begins or ends."""
        if isinstance(event, SpeechOutStarted):
            self._own = self._own.began(event.text, at_ms)
            self._signal(OurVoice(True))
        elif isinstance(event, SpeechOutEnded):
            self._own = self._own.ended(at_ms)
            self._signal(OurVoice(False))

    def in_person_began(self, start_ms: float) -> None:
        """An interviewer speaks, over the same loudspeaker; their echo is like our voice's."""
        self._own = self._own.began("", start_ms, in_person=True)

    def in_person_ended(self, end_ms: float) -> None:
        self._own = self._own.ended(end_ms, in_person=True)

    def in_person_said(self, event: TranscriptPartial | TranscriptFinal) -> None:
        """The words of it, as far as they are known."""
        text = event.text if isinstance(event, TranscriptFinal) else f"{event.committed} {event.tentative}"
        self._own = self._own.worded(text, event.start_ms, event.end_ms)

    def time(self, media_ms: float) -> None:
        """Audio has come up to ``media_ms``."""
        if media_ms - self._sampled_ms >= SAMPLED_EVERY_MS:
            self._sampled_ms = media_ms
            self._signal(Voice(media_ms, self._candidate_speaks))

    def heard(self, event: Event) -> Event:
        """What hearing told, with echo taken out and overlap marked."""
        match event:
            case SpeechStarted():
                self._candidate_speaks = True
            case SpeechEnded():
                self._candidate_speaks = False
            case TranscriptPartial():
                text = f"{event.committed} {event.tentative}"
                mark = self._own.mark(text, event.start_ms, event.end_ms)
                if mark.surely_echo:
                    self._signal(EchoHeard())
                elif not mark.echo:
                    self._signal(Words(text))
            case TranscriptFinal():
                return self._marked(event)
        return event

    def _marked(self, event: TranscriptFinal) -> TranscriptFinal:
        mark = self._own.mark(event.text, event.start_ms, event.end_ms)
        if mark.surely_echo:
            self._signal(EchoHeard())
        if mark.echo:
            return replace(event, overlap=True)
        words = self._own.without_echo(event.words)
        if words and len(words) < len(event.words):
            start_ms = words[0].start_ms
            text = text_of(words)
            event = replace(event, words=words, text=text, start_ms=start_ms)
        self._signal(Words(event.text))
        alone_ms = event.end_ms - event.start_ms - self._own.under_our_voice_ms(event.start_ms, event.end_ms)
        return replace(event, overlap=mark.overlap and alone_ms < TAKEN_TURN_MS)

    def _signal(self, signal: Signal) -> None:
        self._barge_in, action = observe(self._barge_in, signal, self._options)
        if action == "stop":
            self._stop()
