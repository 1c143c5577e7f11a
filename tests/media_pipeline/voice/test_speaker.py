"""One session's voice as the session sees it: calls in, events out at the times they are true."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

from aiortc.mediastreams import MediaStreamError

from media_pipeline.events import Event, Language, PartDegraded, SpeechOutEnded, SpeechOutStarted
from media_pipeline.voice.opus import SILENCE
from media_pipeline.voice.speaker import Voice
from media_pipeline.voice.synthesizer import SpeechSynthesizer
from media_pipeline.voice.track import VoiceTrack
from tests.media_pipeline.voice import virtual_time
from tests.media_pipeline.voice.scripted_synthesizer import ScriptedSynthesizer
from tests.media_pipeline.voice.virtual_time import now_ms

TEXT = "How much faster did it get? Please give me a number."  # 6 + 5 words: 600 ms, 500 ms


class Session:
    def __init__(self, synthesizer: SpeechSynthesizer | None = None, language: Language = "en") -> None:
        self.events: list[tuple[int, Event]] = []
        self.voice = Voice(synthesizer, lambda event: self.events.append((now_ms(), event)), language, now_ms)
        self.sent: list[tuple[int, bytes]] = []
        self._sending: list[asyncio.Task[None]] = []

    def connect(self) -> VoiceTrack:
        track = self.voice.track()
        self._sending.append(asyncio.create_task(self._send(track)))
        return track

    async def _send(self, track: VoiceTrack) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                packet = await track.recv()
                self.sent.append((now_ms(), bytes(packet)))

    @property
    def loud_ms(self) -> list[int]:
        return [at_ms for at_ms, payload in self.sent if payload != SILENCE]

    def told(self) -> list[Event]:
        return [event for _, event in self.events]


def play(scenario: Callable[[], Coroutine[Any, Any, Session]]) -> Session:
    return virtual_time.run(scenario())


def test_started_and_ended_are_told_when_they_are_true() -> None:
    async def scenario() -> Session:
        session = Session(ScriptedSynthesizer(takes_s=0.15))
        session.connect()
        await asyncio.sleep(1)
        session.voice.speak("u1", TEXT)
        assert not session.voice.is_speaking
        await asyncio.sleep(0.5)
        assert session.voice.is_speaking
        await asyncio.sleep(2)
        assert not session.voice.is_speaking
        return session

    session = play(scenario)
    (started_ms, started), (ended_ms, ended) = session.events
    assert started == SpeechOutStarted("u1", TEXT, "server")
    assert ended == SpeechOutEnded("u1", "finished", 1_100)
    # The first sentence is heard while the second is being made.
    assert 1_150 <= started_ms <= 1_190
    assert started_ms == session.loud_ms[0]
    assert ended_ms == session.loud_ms[-1]
    assert len(session.loud_ms) == 55


def test_a_barge_in_is_silent_within_a_packet() -> None:
    async def scenario() -> Session:
        session = Session(ScriptedSynthesizer())
        session.connect()
        session.voice.speak("u1", TEXT)
        session.voice.speak("u2", "And then?")
        await asyncio.sleep(0.5)
        session.voice.stop("barge_in")
        assert not session.voice.is_speaking
        await asyncio.sleep(3)
        return session

    session = play(scenario)
    assert max(session.loud_ms) <= 500
    _, ended, cancelled = session.told()
    assert isinstance(ended, SpeechOutEnded)
    assert (ended.utterance, ended.reason) == ("u1", "barge_in")
    assert ended.heard_ms == 20 * len(session.loud_ms)
    assert cancelled == SpeechOutEnded("u2", "cancelled", 0)


def test_after_a_barge_in_the_next_is_said_whole() -> None:
    async def scenario() -> Session:
        session = Session(ScriptedSynthesizer())
        session.connect()
        session.voice.speak("u1", TEXT)
        await asyncio.sleep(0.3)
        session.voice.stop("barge_in")
        session.voice.speak("u2", "One two three.")
        await asyncio.sleep(3)
        return session

    assert play(scenario).told()[-1] == SpeechOutEnded("u2", "finished", 300)


def test_a_new_connection_goes_on_with_the_sentence() -> None:
    async def scenario() -> Session:
        session = Session(ScriptedSynthesizer())
        session.connect()
        session.voice.speak("u1", TEXT)
        await asyncio.sleep(0.4)
        session.connect()
        await asyncio.sleep(3)
        return session

    session = play(scenario)
    assert session.told()[-1] == SpeechOutEnded("u1", "finished", 1_100)
    assert len(session.loud_ms) == 55


def test_a_connection_that_goes_for_good_ends_what_was_being_said() -> None:
    async def scenario() -> Session:
        session = Session(ScriptedSynthesizer())
        track = session.connect()
        session.voice.speak("u1", TEXT)
        await asyncio.sleep(0.4)
        track.stop()
        await asyncio.sleep(10)
        session.voice.speak("u2", "One two three.")
        await asyncio.sleep(10)
        return session

    session = play(scenario)
    ended = [event for event in session.told() if isinstance(event, SpeechOutEnded)]
    assert [(event.utterance, event.reason) for event in ended] == [("u1", "failed"), ("u2", "finished")]
    assert ended[0].heard_ms == 20 * len(session.loud_ms)
    assert session.told()[-2] == SpeechOutStarted("u2", "One two three.", "captions")


def test_without_a_voice_for_the_language_the_browser_speaks() -> None:
    async def scenario() -> Session:
        session = Session(ScriptedSynthesizer(), language="zh")
        session.connect()
        session.voice.speak("u1", "具体快了多少？")
        await asyncio.sleep(0.5)
        session.voice.browser_spoke("u1", "started")
        await asyncio.sleep(2)
        session.voice.browser_spoke("u1", "ended")
        await asyncio.sleep(1)
        return session

    session = play(scenario)
    assert session.told() == [
        SpeechOutStarted("u1", "具体快了多少？", "browser"),
        SpeechOutEnded("u1", "finished", 2_000),
    ]
    assert session.loud_ms == []


def test_a_voice_that_is_down_is_told_and_replaced_by_the_browser() -> None:
    async def scenario() -> Session:
        synthesizer = ScriptedSynthesizer()
        synthesizer.fails_at = "faster"
        session = Session(synthesizer)
        session.connect()
        session.voice.speak("u1", TEXT)
        await asyncio.sleep(1)
        session.voice.browser_spoke("u1", "ended")
        session.voice.speak("u2", "Fine now.")
        await asyncio.sleep(3)
        return session

    told = play(scenario).told()
    assert PartDegraded("voice", "missing", "worker_down") in told
    assert SpeechOutStarted("u1", TEXT, "browser") in told
    assert PartDegraded("voice", "ok") in told
    assert told[-1] == SpeechOutEnded("u2", "finished", 200)


def test_a_voice_that_fails_in_the_middle_ends_with_what_was_heard() -> None:
    async def scenario() -> Session:
        synthesizer = ScriptedSynthesizer()
        synthesizer.fails_at = "number"
        session = Session(synthesizer)
        session.connect()
        session.voice.speak("u1", TEXT)
        await asyncio.sleep(5)
        return session

    session = play(scenario)
    (ended,) = [event for event in session.told() if isinstance(event, SpeechOutEnded)]
    assert (ended.reason, ended.heard_ms) == ("failed", 600)


def test_a_client_that_only_sends_reads() -> None:
    async def scenario() -> Session:
        session = Session(ScriptedSynthesizer())
        session.voice.track().stop()  # the answer has no line for it
        session.voice.speak("u1", "How much faster did it get?")
        await asyncio.sleep(5)
        return session

    assert play(scenario).told() == [
        SpeechOutStarted("u1", "How much faster did it get?", "captions"),
        SpeechOutEnded("u1", "finished", 1_800),
    ]


def test_events_come_after_the_call_and_none_after_the_end() -> None:
    async def scenario() -> Session:
        session = Session(None)
        session.voice.speak("u1", "Hello.")
        assert session.events == []
        await asyncio.sleep(0)
        assert len(session.events) == 1
        session.voice.speak("u2", "Goodbye.")
        session.voice.close()
        await asyncio.sleep(20)
        session.voice.speak("u3", "Anybody there?")
        await asyncio.sleep(20)
        return session

    assert play(scenario).told() == [SpeechOutStarted("u1", "Hello.", "browser")]


def test_what_will_probably_be_said_is_prepared() -> None:
    async def scenario() -> Session:
        synthesizer = ScriptedSynthesizer()
        session = Session(synthesizer)
        session.voice.prepare(TEXT)
        Session(synthesizer, "zh").voice.prepare("好。")
        await asyncio.sleep(1)
        assert synthesizer.prepared == [TEXT]
        return session

    assert play(scenario).told() == []
