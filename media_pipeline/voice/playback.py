"""What is being said, by whom, and how much of it was heard: a pure state machine.

Every utterance asked for ends in exactly one ``SpeechOutEnded``. The server speaks it if it has a
voice for the language and a connection to send it on; without a voice the candidate's browser
speaks; without a connection the captions stand alone, for as long as reading takes.

Each function takes the state and the session time and answers the next state and what is to be
done: events to emit, ``Synthesize``, ``Silence``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from media_pipeline.events import Event, Language, SpeechOutEnded, SpeechOutStarted

SpokenBy = Literal["server", "browser", "captions"]
EndReason = Literal["finished", "barge_in", "cancelled", "failed"]
Channel = Literal["none", "opening", "open"]
"""The way the voice takes to the candidate: none, a connection being made, one that takes audio."""


@dataclass(frozen=True, slots=True)
class PlaybackOptions:
    waiting_at_most: int = 8
    """Utterances behind the one being said; the oldest of them is cancelled for a ninth."""
    opens_within_ms: int = 5_000
    """How long an utterance waits for a connection that is being made."""
    first_audio_within_ms: int = 4_000
    """Else the captions stand alone."""
    stalled_after_ms: int = 3_000
    """Nothing was taken from us for so long: the connection is gone, the rest was not heard."""
    browser_starts_within_ms: int = 4_000
    """A browser that has not begun by then has no voice either; reading time counts from the start."""
    reading_ms_per_word: int = 300
    reading_ms_per_character: int = 180
    """Chinese."""
    reading_ms_at_least: int = 1_500
    browser_takes_at_most: float = 3.0
    """Times the reading time; then a browser that never said that it ended is taken to have."""


@dataclass(frozen=True, slots=True)
class Utterance:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Playing:
    """The utterance in turn."""

    utterance: Utterance
    since_ms: int
    """When its turn came."""
    by: SpokenBy | None = None
    """None: not decided, its connection is still being made."""
    started_ms: int | None = None
    """When the first of it was heard (shown, for captions)."""
    heard_ms: int = 0
    """Audio sent, for ``server``."""
    moved_ms: int = 0
    """When audio was last taken."""
    browser_began: bool = False


@dataclass(frozen=True, slots=True)
class Playback:
    language: Language
    options: PlaybackOptions = field(default_factory=PlaybackOptions)
    has_voice: bool = False
    """Whether the server can speak the language now."""
    channel: Channel = "none"
    playing: Playing | None = None
    waiting: tuple[Utterance, ...] = ()
    held: bool = False
    """Somebody speaks to the candidate in person: nothing new is begun."""

    @property
    def is_audible(self) -> bool:
        """Something is being heard now that a microphone may pick up."""
        return (
            self.playing is not None and self.playing.started_ms is not None and self.playing.by != "captions"
        )


@dataclass(frozen=True, slots=True)
class Synthesize:
    """Make this audible and hand it to the track."""

    utterance: Utterance


@dataclass(frozen=True, slots=True)
class Silence:
    """Drop what was made and not yet sent; make no more of it."""


Effect = Event | Synthesize | Silence
Step = tuple[Playback, list[Effect]]


def reading_ms(text: str, language: Language, options: PlaybackOptions) -> int:
    """How long a person takes to read it: about 200 words, or 330 characters, a minute."""
    if language == "zh":
        took = options.reading_ms_per_character * sum(character.isalnum() for character in text)
    else:
        took = options.reading_ms_per_word * len(text.split())
    return max(took, options.reading_ms_at_least)


# --- Inputs ----------------------------------------------------------------------------------


def speak(state: Playback, utterance: Utterance, now_ms: int) -> Step:
    """Say this after what is being said."""
    waiting = (*state.waiting, utterance)
    effects: list[Effect] = []
    if len(waiting) > state.options.waiting_at_most:
        effects.append(SpeechOutEnded(waiting[0].id, "cancelled", 0))
        waiting = waiting[1:]
    return _go_on(replace(state, waiting=waiting), effects, now_ms)


def stop(state: Playback, reason: EndReason, now_ms: int) -> Step:
    """Fall silent; forget what waits."""
    effects: list[Effect] = []
    if state.playing is not None:
        effects += [Silence(), _ended(state.playing, reason, now_ms)]
    effects += [SpeechOutEnded(utterance.id, "cancelled", 0) for utterance in state.waiting]
    return replace(state, playing=None, waiting=()), effects


def hold(state: Playback, now_ms: int) -> Step:
    """Somebody speaks in person. What is being said is broken off; what nobody has heard yet waits."""
    playing, effects = state.playing, list[Effect]()
    state = replace(state, held=True)
    if playing is None:
        return state, effects
    if playing.started_ms is None:
        waiting = (playing.utterance, *state.waiting)
        return replace(state, playing=None, waiting=waiting), [Silence()]
    return _end(state, "cancelled", now_ms, [Silence()])


def release(state: Playback, now_ms: int) -> Step:
    """They have finished: what waits is said."""
    return _go_on(replace(state, held=False), [], now_ms)


def set_voice(state: Playback, has_voice: bool, now_ms: int) -> Step:
    return _go_on(replace(state, has_voice=has_voice), [], now_ms)


def set_channel(state: Playback, channel: Channel, now_ms: int) -> Step:
    """A connection came, opened or went. What is being said goes on if another comes in time."""
    return _go_on(replace(state, channel=channel), [], now_ms)


def played(state: Playback, utterance: str, audio_ms: int, now_ms: int) -> Step:
    """So much of the utterance's audio was just taken to be sent."""
    playing = state.playing
    if playing is None or playing.utterance.id != utterance or playing.by != "server":
        return state, []
    effects: list[Effect] = []
    if playing.started_ms is None:
        playing = replace(playing, started_ms=now_ms)
        effects.append(_started(playing))
    playing = replace(playing, heard_ms=playing.heard_ms + audio_ms, moved_ms=now_ms)
    return replace(state, playing=playing), effects


def all_played(state: Playback, utterance: str, now_ms: int) -> Step:
    """The last of the utterance's audio was taken."""
    playing = state.playing
    if playing is None or playing.utterance.id != utterance or playing.by != "server":
        return state, []
    if playing.started_ms is None:  # there was nothing in it to say
        return _captions(state, playing, now_ms)
    return _end(state, "finished", now_ms)


def synthesis_failed(state: Playback, utterance: str, now_ms: int) -> Step:
    """No (more) audio comes. If nothing was heard yet, the browser may speak instead."""
    playing = state.playing
    if playing is None or playing.utterance.id != utterance or playing.by != "server":
        return state, []
    if playing.started_ms is None:
        return _browser(state, playing, now_ms)
    return _end(state, "failed", now_ms)


def browser_spoke(state: Playback, utterance: str, what: Literal["started", "ended"], now_ms: int) -> Step:
    """The candidate's browser says where its own voice is. Words about anything else are ignored."""
    playing = state.playing
    if playing is None or playing.utterance.id != utterance or playing.by != "browser":
        return state, []
    if what == "ended":
        return _end(state, "finished", now_ms)
    if playing.browser_began:
        return state, []
    return replace(state, playing=replace(playing, browser_began=True, started_ms=now_ms)), []


def time_passed(state: Playback, now_ms: int) -> Step:
    """Asked at ``deadline``, or at any time."""
    due = deadline(state)
    playing = state.playing
    if due is None or playing is None or now_ms < due:
        return state, []
    if playing.by is None:
        return _captions(state, playing, now_ms)
    if playing.by == "server":
        if playing.started_ms is not None:
            return _end(state, "failed", now_ms, [Silence()])
        state, effects = _captions(state, playing, now_ms)
        return state, [Silence(), *effects]
    return _end(state, "finished", now_ms)


def deadline(state: Playback) -> int | None:
    """Until when nothing happens by itself; None: nothing will."""
    playing, options = state.playing, state.options
    if playing is None:
        return None
    match playing.by:
        case None:
            return playing.since_ms + options.opens_within_ms
        case "server" if playing.started_ms is None:
            return playing.since_ms + options.first_audio_within_ms
        case "server":
            return playing.moved_ms + options.stalled_after_ms
    started = playing.started_ms if playing.started_ms is not None else playing.since_ms
    reading = reading_ms(playing.utterance.text, state.language, options)
    if playing.by == "captions":
        return started + reading
    if playing.browser_began:
        return started + round(reading * options.browser_takes_at_most) + options.browser_starts_within_ms
    return started + max(options.browser_starts_within_ms, reading)


# --- Inside ----------------------------------------------------------------------------------


def _go_on(state: Playback, effects: list[Effect], now_ms: int) -> Step:
    """Takes the next utterance if none is in turn, and decides who says it if that can be told."""
    if state.held:
        return state, effects
    if state.playing is None and state.waiting:
        first, *rest = state.waiting
        state = replace(state, playing=Playing(first, now_ms), waiting=tuple(rest))
    playing = state.playing
    if playing is None or playing.by is not None:
        return state, effects
    if not state.has_voice:
        state, more = _browser(state, playing, now_ms)
        return state, effects + more
    if state.channel == "open":
        playing = replace(playing, by="server", since_ms=now_ms)
        return replace(state, playing=playing), [*effects, Synthesize(playing.utterance)]
    if state.channel == "opening" and now_ms < playing.since_ms + state.options.opens_within_ms:
        return state, effects
    state, more = _captions(state, playing, now_ms)
    return state, effects + more


def _browser(state: Playback, playing: Playing, now_ms: int) -> Step:
    playing = replace(playing, by="browser", started_ms=now_ms)
    return replace(state, playing=playing), [_started(playing)]


def _captions(state: Playback, playing: Playing, now_ms: int) -> Step:
    playing = replace(playing, by="captions", started_ms=now_ms)
    return replace(state, playing=playing), [_started(playing)]


def _started(playing: Playing) -> SpeechOutStarted:
    return SpeechOutStarted(playing.utterance.id, playing.utterance.text, playing.by or "captions")


def _end(state: Playback, reason: EndReason, now_ms: int, effects: list[Effect] | None = None) -> Step:
    if state.playing is None:
        return state, []
    done = [*(effects or []), _ended(state.playing, reason, now_ms)]
    return _go_on(replace(state, playing=None), done, now_ms)


def _ended(playing: Playing, reason: EndReason, now_ms: int) -> SpeechOutEnded:
    if playing.by == "server" or playing.started_ms is None:
        heard = playing.heard_ms
    else:
        heard = max(now_ms - playing.started_ms, 0)
    return SpeechOutEnded(playing.utterance.id, reason, heard)
