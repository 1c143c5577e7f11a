"""Answers with marked thinking pauses: the manifest, and a maker that builds them from plain speech.

The manifest is a TSV, a line an answer; lines beginning with # are ignored, paths are relative to it::

    path  language  transcript  candidate  end_ms  pauses

``candidate``: answers of one candidate follow each other, and his pauses are learned from one to the
next. ``end_ms``: where the answer ends; at most silence follows. ``pauses``: space-separated
``start-end`` in ms, each with ``:inside`` (a sentence) or ``:between`` (sentences); ``-`` for none.
The first three columns are those of a speech manifest, so the files serve ``loadtest speech`` as well.
"""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast

import av
import numpy as np
from numpy.typing import NDArray

from media_pipeline.audio.frame import SAMPLE_RATE, SAMPLES_PER_MS

Samples = NDArray[np.int16]
PauseKind = Literal["inside", "between"]


@dataclass(frozen=True, slots=True)
class MarkedPause:
    start_ms: float
    end_ms: float
    kind: PauseKind

    @property
    def length_ms(self) -> float:
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class MarkedAnswer:
    path: Path
    language: str
    transcript: str
    candidate: str
    end_ms: float
    pauses: tuple[MarkedPause, ...]


class ManifestError(ValueError):
    """A manifest cannot be read; the sentence names file and line."""


def read_manifest(manifest: Path) -> list[MarkedAnswer]:
    answers = []
    for number, line in enumerate(manifest.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            try:
                answers.append(_parse(line, manifest.parent))
            except ValueError as error:
                raise ManifestError(f"{manifest}, line {number}: {error}") from error
    return answers


def _parse(line: str, folder: Path) -> MarkedAnswer:
    columns = line.split("\t")
    if len(columns) < 6:
        raise ValueError(
            f"{len(columns)} columns instead of path, language, transcript, candidate, end, pauses"
        )
    path, language, transcript, candidate, end_ms, pauses = columns[:6]
    marked = tuple(_parse_pause(text) for text in pauses.split() if text != "-")
    return MarkedAnswer(folder / path, language, transcript, candidate, float(end_ms), marked)


def _parse_pause(text: str) -> MarkedPause:
    times, _, kind = text.partition(":")
    start, _, end = times.partition("-")
    if kind not in ("inside", "between", ""):
        raise ValueError(f"a pause is inside or between, not {kind!r}")
    return MarkedPause(float(start), float(end), cast(PauseKind, kind or "inside"))


def read_audio(path: Path) -> Samples:
    """Any audio file as 16 kHz mono."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    pieces = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            pieces += [part.to_ndarray().reshape(-1) for part in resampler.resample(frame)]
    pieces += [part.to_ndarray().reshape(-1) for part in resampler.resample(None)]
    return np.concatenate(pieces).astype(np.int16) if pieces else np.empty(0, np.int16)


# --- The maker -------------------------------------------------------------------------------------

HABITS: Final[dict[str, tuple[float, float]]] = {
    "quick": (500, 1_200),
    "ordinary": (500, 2_000),
    "slow": (500, 3_000),
}
"""Kinds of candidates: their thinking pauses are drawn evenly from this range, in ms."""


@dataclass(frozen=True, slots=True)
class MakeOptions:
    answers: int = 5
    """Answers of each candidate (language × habit)."""

    clips: int = 4
    """Clips of speech in an answer; between two of them is a pause."""

    inner_pauses: int = 2
    """Pauses set into each clip, where it has quiet spots for them."""

    seed: int = 1


@dataclass(frozen=True, slots=True)
class Clip:
    samples: Samples
    transcript: str


def make(clips: dict[str, list[Clip]], folder: Path, options: MakeOptions) -> Path:
    """Write answers and their manifest into ``folder``; the same seed makes the same answers."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["# path\tlanguage\ttranscript\tcandidate\tend_ms\tpauses"]
    random = np.random.default_rng(options.seed)
    for language, spoken in clips.items():
        for habit, lengths in HABITS.items():
            candidate = f"{language}-{habit}"
            for number in range(options.answers):
                chosen = [spoken[i] for i in random.permutation(len(spoken))[: options.clips]]
                samples, pauses = _answer([clip.samples for clip in chosen], lengths, options, random)
                name = f"{candidate}-{number + 1}.wav"
                _write_wav(folder / name, samples)
                transcript = " ".join(clip.transcript for clip in chosen)
                marks = " ".join(f"{p.start_ms:.0f}-{p.end_ms:.0f}:{p.kind}" for p in pauses) or "-"
                end_ms = len(samples) / SAMPLES_PER_MS
                lines.append(f"{name}\t{language}\t{transcript}\t{candidate}\t{end_ms:.0f}\t{marks}")
    manifest = folder / "manifest.tsv"
    manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return manifest


def read_speech_manifest(manifest: Path, trim: Callable[[Samples], Samples]) -> dict[str, list[Clip]]:
    """Path, language, transcript; further columns ignored. ``trim`` takes the silence off both ends."""
    clips: dict[str, list[Clip]] = {}
    for line in manifest.read_text(encoding="utf-8").splitlines():
        columns = line.split("\t")
        if len(columns) >= 3 and not line.startswith("#"):
            samples = trim(read_audio(manifest.parent / columns[0]))
            clips.setdefault(columns[1], []).append(Clip(samples, columns[2]))
    return clips


_STEP: Final = SAMPLE_RATE // 100
_STEPS_PER_SECOND: Final = 100


def quiet_spots(samples: Samples) -> list[int]:
    """Samples at which a pause may be set in: dips 22 dB below the speech, mostly between words.

    They lie at least 1.2 s apart, so that there is speech between two of them.
    """
    levels = np.convolve(_levels(samples), np.ones(4) / 4, "same")
    if len(levels) < 2 * _STEPS_PER_SECOND:
        return []
    speech = np.percentile(levels, 90)
    margin = int(0.8 * _STEPS_PER_SECOND)
    spots: list[int] = []
    for at in range(margin, len(levels) - margin):
        is_dip = levels[at] == levels[at - 20 : at + 21].min() and levels[at] < speech - 22
        if is_dip and (not spots or at * _STEP - spots[-1] >= 1.2 * SAMPLE_RATE):
            spots.append(at * _STEP)
    return spots


def _answer(
    clips: Sequence[Samples], lengths: tuple[float, float], options: MakeOptions, random: np.random.Generator
) -> tuple[Samples, list[MarkedPause]]:
    pieces: list[Samples] = []
    pauses: list[MarkedPause] = []
    at = 0
    parts = list(_parts(clips, options, random))
    for i, (samples, kind) in enumerate(parts):
        pieces.append(samples)
        at += len(samples)
        if i == len(parts) - 1:
            break
        length = int(random.uniform(*lengths) * SAMPLES_PER_MS)
        pieces.append(room_noise(samples, length, random))
        pauses.append(MarkedPause(at / SAMPLES_PER_MS, (at + length) / SAMPLES_PER_MS, kind))
        at += length
    return np.concatenate(pieces), pauses


def _parts(
    clips: Sequence[Samples], options: MakeOptions, random: np.random.Generator
) -> Iterator[tuple[Samples, PauseKind]]:
    """Pieces of speech, each with the kind of the pause after it."""
    for clip in clips:
        spots = quiet_spots(clip)
        count = min(options.inner_pauses, len(spots))
        cuts = sorted(int(spot) for spot in random.choice(spots, count, replace=False)) if count else []
        inner = np.split(clip, cuts)
        yield from ((piece, "inside") for piece in inner[:-1])
        yield inner[-1], "between"


def room_noise(beside: Samples, length: int, random: np.random.Generator) -> Samples:
    """Noise as loud as the quietest twentieth of ``beside``: the room goes on while nobody speaks."""
    levels = _levels(beside)
    quiet = 10 ** (np.percentile(levels, 5) / 20) if len(levels) else 1.0
    return random.normal(0, min(quiet, 200.0), length).astype(np.int16)


def _levels(samples: Samples) -> NDArray[np.float64]:
    """Level of each 10 ms, in dB above one unit."""
    whole = samples[: len(samples) // _STEP * _STEP].astype(np.float64).reshape(-1, _STEP)
    levels: NDArray[np.float64] = 10 * np.log10(np.square(whole).mean(axis=1) + 1)
    return levels


def _write_wav(path: Path, samples: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.tobytes())
