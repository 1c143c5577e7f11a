"""What Viva is compared with: faster-whisper's own ``transcribe``, as it comes.

Twice: once per file, for the error rate, and driven like a stream, on a buffer that grows by a second
between calls, for the cost. One thread, the same model file, the same quantisation; defaults otherwise.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel

from loadtest.speech_streams import Clip
from loadtest.speech_text import errors, tokens
from media_pipeline.audio.frame import SAMPLE_RATE


def compare(
    folder: Path,
    clips: Sequence[Clip],
    streamed: Sequence[Clip],
    compute_type: str,
    cadence_s: float = 1.0,
) -> dict[str, Any]:
    """Error rate and cost of the stock way on the same clips; ``streamed`` are also driven like streams."""
    model = WhisperModel(str(folder), device="cpu", compute_type=compute_type, cpu_threads=1, num_workers=1)
    counted: dict[str, list[int]] = {}
    texts = {}
    seconds = sum(clip.seconds for clip in clips)
    began_s = time.process_time()
    for clip in clips:
        text = _transcribe(model, clip, len(clip.samples))
        texts[clip.name] = text
        wanted = tokens(clip.transcript, clip.language)
        wrong, length = counted.setdefault(clip.language, [0, 0])
        counted[clip.language] = [wrong + errors(wanted, tokens(text, clip.language)), length + len(wanted)]
    once_s = time.process_time() - began_s
    began_s = time.process_time()
    for clip in streamed:
        step = round(cadence_s * SAMPLE_RATE)
        for end in [*range(step, len(clip.samples), step), len(clip.samples)]:
            _transcribe(model, clip, end)
    streamed_s = time.process_time() - began_s
    return {
        "error_rate": {language: wrong / length for language, (wrong, length) in counted.items()},
        "cpu_s_per_audio_s_once": once_s / seconds,
        "cpu_s_per_audio_s_streamed": streamed_s / sum(clip.seconds for clip in streamed),
        "texts": texts,
    }


def _transcribe(model: WhisperModel, clip: Clip, end: int) -> str:
    samples = clip.samples[:end].astype(np.float32) / 32_768
    segments, _ = model.transcribe(samples, language=clip.language)
    return "".join(segment.text for segment in segments).strip()
