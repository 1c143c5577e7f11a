"""A second engine behind the seam, as proof that the seam holds: PocketSphinx with the model it brings.

For tests only: its hidden Markov models hear far less than Whisper.
"""

from __future__ import annotations

import math
import re
import threading

import numpy as np
from pocketsphinx import Decoder

from media_pipeline.errors import InputError
from media_pipeline.events import Language, Word
from media_pipeline.recognition.seam import DecodeRequest, Hypothesis

FRAME_MS = 10
SHORTEST_MS = 100
QUIETEST = 16


class PocketSphinxRecognizer:
    """``SpeechRecognizer`` for English; one decoder, one call at a time."""

    def __init__(self) -> None:
        # Batch normalisation: what was heard before must not colour what is heard now.
        # The rest trades what little it hears for speed.
        self._decoder = Decoder(
            samprate=16_000, cmn="batch", ds=2, topn=2, maxwpf=5, maxhmmpf=3_000, loglevel="FATAL"
        )
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return "pocketsphinx en-us"

    @property
    def languages(self) -> frozenset[Language]:
        return frozenset({"en"})

    @property
    def longest_window_ms(self) -> int:
        return 30_000

    @property
    def workers(self) -> int:
        return 1

    def decode(self, request: DecodeRequest) -> Hypothesis:
        if request.language not in self.languages:
            raise InputError(f"PocketSphinx has no model for {request.language!r}.")
        duration_ms = len(request.samples) / 16
        if duration_ms > self.longest_window_ms:
            raise InputError(f"A window of {duration_ms:.0f} ms is longer than {self.longest_window_ms} ms.")
        samples = request.samples
        if samples.dtype != np.int16:
            samples = np.round(samples * 32_768).clip(-32_768, 32_767).astype(np.int16)
        if duration_ms < SHORTEST_MS or np.abs(samples.astype(np.int32)).max() < QUIETEST:
            return Hypothesis(rejected="no_speech")
        with self._lock:
            return self._recognised(samples.tobytes(), round(duration_ms))

    def _recognised(self, content: bytes, duration_ms: int) -> Hypothesis:
        decoder = self._decoder
        decoder.reinit_feat()  # its noise estimate goes on from call to call otherwise
        decoder.start_utt()
        decoder.process_raw(content, no_search=False, full_utt=True)
        decoder.end_utt()
        words = []
        for segment in decoder.seg() or ():
            text = re.sub(r"\(\d+\)$", "", segment.word)  # a variant of pronunciation
            if text.startswith(("<", "[", "++")):  # silence, breath, noise
                continue
            start_ms = min(duration_ms, segment.start_frame * FRAME_MS)
            end_ms = min(duration_ms, (segment.end_frame + 1) * FRAME_MS)
            # The decoder's posterior is in a base of its own, and may exceed 1 by rounding.
            probability = min(1.0, math.exp(min(0.0, math.log(max(1e-9, decoder.logmath.exp(segment.prob))))))
            words.append(Word(text, start_ms, max(start_ms, end_ms), round(probability, 3)))
        return Hypothesis(tuple(words))

    def close(self) -> None:
        pass
