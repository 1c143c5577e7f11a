"""When the candidate speaks while we do: whether to go quiet. Pure, on media time.

Listeners say "mm-hm", cough, shuffle; none of that should stop a question. Words do, and so does a
stretch of voice too long for a backchannel, because words arrive late from a recogniser under load.
Where our own voice is known to come back through the candidate's microphone (``EchoHeard``), a
stretch may be ourselves, and only words count. Meanwhile our voice may be lowered at the first sound
(``lower``), which is what people do, and costs nothing if it was a cough.

Feed every signal as it comes, ask what it means::

    state, action = observe(BargeIn(), OurVoice(True), options)
    state, action = observe(state, Voice(at_ms, speaking=True), options)
    state, action = observe(state, Words("wait I have a", at_ms), options)   # -> "stop"

``Voice`` should be repeated while speech goes on (each 100 ms or so): a stretch is only long once
somebody says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from media_pipeline.events import Language
from media_pipeline.turns import phrases

Action = Literal["keep", "lower", "restore", "stop"]
"""What to do with our voice now; ``keep`` changes nothing."""


@dataclass(frozen=True, slots=True)
class BargeInOptions:
    language: Language = "en"

    words_en: int = 2
    """Recognised words (not backchannels) that stop our voice, in English."""

    characters_zh: int = 3
    """The same in Chinese characters."""

    voiced_stretch_ms: int = 1_800
    """So much unbroken voice stops our voice even before any word is known, in ms. Voice activity says
    "speaking" for half a second longer than somebody speaks: this is a second and a bit of real voice."""

    stretch_gap_ms: int = 250
    """A silence up to this long does not break a stretch, in ms."""

    lower_after_ms: int = 300
    """Our voice is lowered after so much voice, in ms."""


@dataclass(frozen=True, slots=True)
class OurVoice:
    """Our voice began or ended (became silent for whatever reason)."""

    speaking: bool


@dataclass(frozen=True, slots=True)
class Voice:
    """Voice activity of the candidate at media time ``at_ms``."""

    at_ms: float
    speaking: bool


@dataclass(frozen=True, slots=True)
class Words:
    """What the recogniser has of the utterance under way (partial or final), echo already taken out."""

    text: str


@dataclass(frozen=True, slots=True)
class EchoHeard:
    """Our own words came back through the candidate's microphone: no echo cancellation there."""


Signal = OurVoice | Voice | Words | EchoHeard


@dataclass(frozen=True, slots=True)
class BargeIn:
    """Where the overlap stands. ``since_ms`` is the onset of the candidate's present stretch of voice."""

    ours: bool = False
    lowered: bool = False
    stopped: bool = False
    echoes: bool = False
    since_ms: float | None = None
    last_voice_ms: float = 0.0


def observe(state: BargeIn, signal: Signal, options: BargeInOptions) -> tuple[BargeIn, Action]:
    """The state after ``signal`` and what our voice is to do about it."""
    match signal:
        case OurVoice(speaking):
            return replace(state, ours=speaking, lowered=False, stopped=False), "keep"
        case EchoHeard():
            return replace(state, echoes=True), "restore" if state.lowered and not state.stopped else "keep"
        case Words(text):
            if state.ours and not state.stopped and interrupts(text, options):
                return replace(state, stopped=True), "stop"
            return state, "keep"
        case Voice(at_ms, speaking):
            return _voice(state, at_ms, speaking, options)


def interrupts(text: str, options: BargeInOptions) -> bool:
    """Enough words to mean it, and not only a listener's assent."""
    if phrases.is_backchannel(text, options.language):
        return False
    if options.language == "zh":
        return sum(1 for character in text if "\u4e00" <= character <= "\u9fff") >= options.characters_zh
    return len(text.split()) >= options.words_en


def _voice(state: BargeIn, at_ms: float, speaking: bool, options: BargeInOptions) -> tuple[BargeIn, Action]:
    if not speaking:
        if state.since_ms is None or at_ms - state.last_voice_ms <= options.stretch_gap_ms:
            return state, "keep"
        quiet = replace(state, since_ms=None, lowered=False)
        return quiet, "restore" if state.lowered and state.ours and not state.stopped else "keep"
    broken = state.since_ms is None or at_ms - state.last_voice_ms > options.stretch_gap_ms
    since_ms = at_ms if broken or state.since_ms is None else state.since_ms
    state = replace(state, since_ms=since_ms, last_voice_ms=at_ms)
    if not state.ours or state.stopped or state.echoes:
        return state, "keep"
    if at_ms - since_ms >= options.voiced_stretch_ms:
        return replace(state, stopped=True), "stop"
    if at_ms - since_ms >= options.lower_after_ms and not state.lowered:
        return replace(state, lowered=True), "lower"
    return state, "keep"
