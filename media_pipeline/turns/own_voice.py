"""What we said and when: marks words of the candidate's channel that were said over it, or are it.

"We" are the system's voice, and an interviewer who speaks in person: both come from the candidate's
loudspeaker.

An agent that hears itself scores itself. Echo cancellation in the browser usually removes our voice
from the microphone; where it does not, the recogniser writes down our own question. So recognition
goes on while we speak, but what it hears then is marked: ``overlap`` (said over our voice) and
``echo`` (our own words coming back). Neither counts as an answer. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from media_pipeline.events import Word


@dataclass(frozen=True, slots=True)
class OwnVoiceOptions:
    echo_delay_ms: float = 500
    """Our voice may come back so much later: network both ways, playout, the room; in ms."""

    overlap_share: float = 0.5
    """Share of an utterance's duration under our voice from which on it counts as overlapping."""

    echo_share: float = 0.6
    """Share of its words, in order, that are ours, from which on an overlapping utterance is echo."""

    sure_tokens: int = 4
    """Echo of at least so many words (Chinese: characters) cannot be chance."""


@dataclass(frozen=True, slots=True)
class OwnUtterance:
    text: str
    start_ms: float
    end_ms: float | None = None
    """None while it is still being spoken."""
    in_person: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    overlap: bool
    echo: bool
    """Our own words; a short one may still be the candidate's by chance."""

    surely_echo: bool = False
    """So many of our words that chance is out: their microphone hears our voice."""


@dataclass(frozen=True, slots=True)
class OwnVoice:
    """Our last utterances; those of minutes ago cannot echo any more."""

    utterances: tuple[OwnUtterance, ...] = ()
    options: OwnVoiceOptions = OwnVoiceOptions()

    REMEMBERED = 8

    def began(self, text: str, at_ms: float, *, in_person: bool = False) -> OwnVoice:
        """A voice begins; whatever was still being said gives way to it."""
        own = OwnUtterance(text, at_ms, in_person=in_person)
        return replace(self, utterances=(*self._closed_at(at_ms), own)[-self.REMEMBERED :])

    def ended(self, at_ms: float, *, in_person: bool = False) -> OwnVoice:
        """That voice is silent from now on, for whatever reason."""
        if not self.utterances or self.utterances[-1].in_person != in_person:
            return self
        return replace(self, utterances=self._closed_at(at_ms))

    def _closed_at(self, at_ms: float) -> tuple[OwnUtterance, ...]:
        if not self.utterances or self.utterances[-1].end_ms is not None:
            return self.utterances
        return (*self.utterances[:-1], replace(self.utterances[-1], end_ms=at_ms))

    def worded(self, text: str, start_ms: float, end_ms: float) -> OwnVoice:
        """What was said in the utterance that lies there is now known (better)."""

        def shared_ms(own: OwnUtterance) -> float:
            until_ms = end_ms if own.end_ms is None else min(end_ms, own.end_ms)
            return until_ms - max(start_ms, own.start_ms)

        nearest = max(self.utterances, key=shared_ms, default=None)
        if nearest is None or shared_ms(nearest) <= 0:
            return self
        known = (replace(own, text=text) if own is nearest else own for own in self.utterances)
        return replace(self, utterances=tuple(known))

    def under_our_voice_ms(self, start_ms: float, end_ms: float) -> float:
        """How much of the interval our voice, or its echo, may be in."""
        return sum(
            max(0.0, min(end_ms, self._heard_until(own, end_ms)) - max(start_ms, own.start_ms))
            for own in self.utterances
        )

    def mark(self, text: str, start_ms: float, end_ms: float) -> Mark:
        """Judge one utterance of the candidate's channel."""
        duration_ms = max(1.0, end_ms - start_ms)
        overlap = self.under_our_voice_ms(start_ms, end_ms) >= self.options.overlap_share * duration_ms
        echo = overlap and self._is_echo(text, start_ms, end_ms)
        return Mark(overlap, echo, echo and len(_tokens(text)) >= self.options.sure_tokens)

    def without_echo(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """The words that are not ours coming back: for an utterance half echo, half answer.

        What may be ours by chance stays: an answer often begins with a word of the question ("I", "the"),
        and one word of ours too many does less harm than a first word lost.
        """
        near = [
            word
            for word in words
            if self.under_our_voice_ms(word.start_ms, word.end_ms) > 0.5 * max(1, word.end_ms - word.start_ms)
        ]
        text = " ".join(word.text for word in near)
        if len(_tokens(text)) < self.options.sure_tokens:
            return tuple(words)
        if not self._is_echo(text, near[0].start_ms, near[-1].end_ms):
            return tuple(words)
        ours = {id(word) for word in near}
        return tuple(word for word in words if id(word) not in ours)

    def _heard_until(self, own: OwnUtterance, now_ms: float) -> float:
        return now_ms if own.end_ms is None else own.end_ms + self.options.echo_delay_ms

    def _is_echo(self, text: str, start_ms: float, end_ms: float) -> bool:
        heard = _tokens(text)
        if not heard:
            return False
        said = [
            token
            for own in self.utterances
            if own.start_ms < end_ms and self._heard_until(own, end_ms) > start_ms
            for token in _tokens(own.text)
        ]
        blocks = SequenceMatcher(None, said, heard, autojunk=False).get_matching_blocks()
        return sum(block.size for block in blocks) >= self.options.echo_share * len(heard)


_TOKEN = re.compile(r"[\u4e00-\u9fff]|[^\W_]+(?:'[^\W_]+)?")


def _tokens(text: str) -> list[str]:
    """Words, or single characters in Chinese, without case."""
    return _TOKEN.findall(text.lower().replace("’", "'"))
