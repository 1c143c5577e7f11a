"""A ``SpeechSynthesizer`` that takes a known time and makes a known sound."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from media_pipeline.events import Language
from media_pipeline.voice.sentences import sentences
from media_pipeline.voice.synthesizer import Packets, SynthesisError


class ScriptedSynthesizer:
    """Each sentence takes ``takes_s`` and lasts 100 ms a word."""

    def __init__(self, takes_s: float = 0.15, languages: tuple[Language, ...] = ("en",)) -> None:
        self.languages: frozenset[Language] = frozenset(languages)
        self.takes_s = takes_s
        self.fails_at: str | None = None
        """A sentence with this in it cannot be made."""
        self.made: list[str] = []
        self.prepared: list[str] = []

    async def synthesize(self, text: str, language: Language) -> AsyncIterator[Packets]:
        if language not in self.languages:
            raise SynthesisError(f"no voice for {language}")
        for sentence in sentences(text):
            await asyncio.sleep(self.takes_s)
            if self.fails_at is not None and self.fails_at in sentence:
                raise SynthesisError("the voice is hoarse")
            self.made.append(sentence)
            yield (b"\xf8\x01",) * (5 * len(sentence.split()))

    async def prepare(self, text: str, language: Language) -> None:
        if language in self.languages:
            self.prepared.append(text)
