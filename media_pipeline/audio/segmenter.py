"""From scored spans to segments of speech: a pure state machine on media time.

Speech begins once enough of a short stretch is voiced (a click or a cough is too short), and ends
after a silence (the hangover). A segment that grows long ends at ever shorter silences, because the
recogniser works on bounded windows and a cut between words is cheaper than one inside a word.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class SegmenterOptions:
    """Thresholds of probability, and times in ms of media time."""

    start_probability: float = 0.5
    """A span at least this probable counts as voiced while nobody speaks."""

    end_probability: float = 0.35
    """Lower, so that speech once begun is not torn by a weak syllable."""

    min_voiced_ms: float = 128
    """So much must be voiced before speech begins: shorter bursts are coughs, clicks, a chair."""

    onset_gap_ms: float = 96
    """A silence this long inside the onset forgets what was voiced before it."""

    pause_ms: float | None = None
    """Silence inside a segment that is worth telling: it may be the end. None: pauses are not told."""

    hangover_ms: float = 448
    """Silence that ends a segment. Spans are 32 ms long: a limit between two multiples of 32 is the greater
    one, and whoever waits for the words pays for the difference."""

    pre_roll_ms: float = 500
    """Audio before the onset that belongs to the segment: soft first consonants."""

    soft_limit_ms: float = 12_000
    """From this length on, ``short_hangover_ms`` of silence ends the segment."""

    short_hangover_ms: float = 160

    hard_limit_ms: float = 24_000
    """No segment grows longer: it is cut and goes on as the next one."""


@dataclass(frozen=True, slots=True)
class Began:
    """Speech began at ``start_ms`` (the onset, without pre-roll)."""

    start_ms: float
    continues: bool = False
    """The same breath as the segment before, which had reached the hard limit."""


@dataclass(frozen=True, slots=True)
class Ceased:
    """Speech ended at ``end_ms``, the end of the last voiced span (without the hangover)."""

    end_ms: float
    voiced_ms: float
    reason: Literal["silence", "length", "stream_end"]


@dataclass(frozen=True, slots=True)
class Paused:
    """Silence has lasted ``pause_ms`` since ``end_ms``. Said once a pause; speech may go on or cease."""

    end_ms: float


Boundary = Began | Paused | Ceased


@dataclass(frozen=True, slots=True)
class SegmenterState:
    """All the segmenter knows. ``now_ms`` is the end of the last span seen."""

    now_ms: float
    speaking: bool = False
    onset_ms: float = 0
    """Where the present onset (maybe not yet speech) or segment began."""

    voiced_ms: float = 0
    last_voiced_ms: float = 0
    """End of the last voiced span."""


def advance(
    state: SegmenterState, duration_ms: float, probability: float, options: SegmenterOptions
) -> tuple[SegmenterState, tuple[Boundary, ...]]:
    """Take the next span, which begins at ``state.now_ms``; say which boundaries it decides."""
    start_ms = state.now_ms
    now_ms = start_ms + duration_ms
    if state.speaking:
        return _while_speaking(replace(state, now_ms=now_ms), duration_ms, probability, options)
    if probability >= options.start_probability:
        onset_ms = state.onset_ms if state.voiced_ms else start_ms
        state = replace(
            state,
            now_ms=now_ms,
            onset_ms=onset_ms,
            voiced_ms=state.voiced_ms + duration_ms,
            last_voiced_ms=now_ms,
        )
        if state.voiced_ms >= options.min_voiced_ms:
            return replace(state, speaking=True), (Began(onset_ms),)
        return state, ()
    state = replace(state, now_ms=now_ms)
    if state.voiced_ms and now_ms - state.last_voiced_ms >= options.onset_gap_ms:
        state = replace(state, voiced_ms=0)
    return state, ()


def finish(state: SegmenterState) -> tuple[SegmenterState, tuple[Boundary, ...]]:
    """The stream ends or breaks here: an open segment is closed."""
    boundaries: tuple[Boundary, ...] = ()
    if state.speaking:
        boundaries = (Ceased(state.last_voiced_ms, state.voiced_ms, "stream_end"),)
    return SegmenterState(state.now_ms), boundaries


def _while_speaking(
    state: SegmenterState, duration_ms: float, probability: float, options: SegmenterOptions
) -> tuple[SegmenterState, tuple[Boundary, ...]]:
    if probability >= options.end_probability:
        state = replace(state, voiced_ms=state.voiced_ms + duration_ms, last_voiced_ms=state.now_ms)
    silence_ms = state.now_ms - state.last_voiced_ms
    length_ms = state.now_ms - state.onset_ms
    enough_ms = options.hangover_ms if length_ms < options.soft_limit_ms else options.short_hangover_ms
    if silence_ms >= enough_ms:
        ceased = Ceased(state.last_voiced_ms, state.voiced_ms, "silence")
        return SegmenterState(state.now_ms), (ceased,)
    if length_ms >= options.hard_limit_ms:
        cut = Ceased(state.now_ms, state.voiced_ms, "length")
        following = SegmenterState(
            state.now_ms, speaking=True, onset_ms=state.now_ms, last_voiced_ms=state.now_ms
        )
        return following, (cut, Began(state.now_ms, continues=True))
    pause_ms = options.pause_ms
    if pause_ms is not None and silence_ms - duration_ms < pause_ms <= silence_ms:
        return state, (Paused(state.last_voiced_ms),)
    return state, ()
