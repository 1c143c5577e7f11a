"""What the ears of one session keep of each utterance until its words are told."""

from __future__ import annotations

from dataclasses import dataclass, field

from media_pipeline.events import Word
from media_pipeline.recognition.left_context import LeftContextOptions
from media_pipeline.recognition.seam import Hypothesis
from media_pipeline.recognition.utterance import Utterance, UtteranceOptions, Window


@dataclass(frozen=True, slots=True)
class HearingOptions:
    """Times in ms."""

    first_partial_ms: float = 1_000
    """Audio (pre-roll included) before the first partial of an utterance."""

    pause_ms: float = 160
    """Silence after which the final is recognised in advance, in case nothing follows: five spans of the
    voice detector. Where a core is free the recognition takes longer than the rest of the endpoint's
    silence, so this is what a final waits for."""

    longest_window_ms: float = 24_000
    """Speech without a committed word to cut behind is settled in pieces of this length."""

    attempts: int = 3
    """How often a window is tried whose recognition fails."""

    prompt_characters: int = 0
    """How much of the session's last finals goes before a window as text; 0: none. Whisper makes words up
    under a prompt that resembles what is said ("Fail better. Fail better."), and is no better for it
    otherwise (docs/decisions/0025); sound as context does more."""

    utterance: UtteranceOptions = field(default_factory=UtteranceOptions)
    left_context: LeftContextOptions = field(default_factory=LeftContextOptions)


@dataclass(frozen=True, slots=True)
class HearingAccount:
    """Where a session's audio is, in ms: ``received == recognised + silent + failed + queued``."""

    received_ms: float
    recognised_ms: float
    """Speech whose words are final."""

    silent_ms: float
    """Decided to be silence."""

    failed_ms: float
    """Speech on which the engine failed even when tried again; told by ``PartDegraded``."""

    queued_ms: float
    """Not decided yet, or being spoken or recognised."""


class Turn:
    """An utterance with its recognition under way."""

    def __init__(self, utterance: Utterance) -> None:
        self.utterance = utterance
        self.closed = False
        self.words: tuple[Word, ...] | None = None
        """Set when all is recognised; the event may have to wait for an earlier utterance."""

        self.failed = False
        self.next_partial_ms = 0.0
        self.latest_guess = 0
        """Number of the newest partial; results of older ones are of no interest."""

        self.heading = False
        """The beginning of a long stretch is being settled."""

        self.speculation: Speculation | None = None


@dataclass(slots=True)
class Speculation:
    window: Window
    voice_end_ms: float
    number: int = 0
    hypothesis: Hypothesis | None = None
    wanted: bool = False
    """The utterance has ended here: the result is the final one."""
