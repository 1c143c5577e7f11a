"""An interviewer's microphone joins the call: by the public protocol, with real WebRTC peers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from aiortc.mediastreams import MediaStreamError

from loadtest.interview_media import EncodedClip, SpeechTrack, encode_room
from media_pipeline.audio.voice_activity import SileroModel
from media_pipeline.audio.worker import ListeningOptions, ListeningPool
from media_pipeline.models import ModelFolder
from media_pipeline.recognition.scheduler import RecognitionScheduler
from media_pipeline.rtc.threads import MediaThreads
from media_pipeline.services import MediaOptions, MediaServices
from media_pipeline.voice.opus import encode
from server.app import build
from server.media import MediaSide
from server.persons import DEFAULT_INTERVIEWER
from server.settings import Settings
from server.whip.exchange import SDP
from tests.media import Speech
from tests.media_pipeline.recognition.tones import TonesRecognizer
from tests.media_pipeline.rtc.peers import Caller, PictureTrack
from tests.server.pages import (
    TestPage,
    authorised,
    context_of,
    desk_token,
    new_interview,
    sign_in,
    token_of,
)

Client = TestClient[web.Request, Any]
Json = dict[str, Any]


def clip(speech: Speech, seconds: float) -> EncodedClip:
    samples = speech.samples[: int(seconds * speech.rate)]
    return EncodedClip("clip", speech.transcript, encode(samples, speech.rate))


PERSON = {"subject": DEFAULT_INTERVIEWER.subject, "name": DEFAULT_INTERVIEWER.name}


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Waits for something that must come to pass; the limit is for a broken build only."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


class _NeverSure:
    def end_probability(self, samples: object) -> float:
        return 0.5


async def deaf_services() -> MediaServices:
    """Everything real but the models: what is said is not understood."""
    options = MediaOptions(vision=False, voice=False)
    recognizer = TonesRecognizer(1)
    return MediaServices(
        options=options,
        threads=MediaThreads(options.rtc),
        listening=ListeningPool(ListeningOptions()),
        silero=SileroModel.bundled(),
        turn_detector=_NeverSure(),
        recognizer=recognizer,
        scheduler=RecognitionScheduler(recognizer),
        observer=None,
        synthesizer=None,
    )


class Room:
    """A candidate by voice in the middle of an interview, and their interviewers' desks."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.heard: list[float] = []
        self.callers: list[Caller] = []
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    @asynccontextmanager
    async def held(cls, settings: Settings, services: MediaServices) -> AsyncIterator[Room]:
        app = await build(settings, MediaSide(services, {}))
        async with TestClient(TestServer(app)) as client:
            room = cls(client)
            await room.begin()
            try:
                yield room
            finally:
                await room.close()

    async def begin(self) -> None:
        people = [{"subject": "wei", "name": "Li Wei"}, {"subject": "eva", "name": "Eva"}]
        order = {"interviewers": [PERSON, *people]}
        self.ordered = await new_interview(self.client, order=order)
        self.interview = self.ordered["interview"]
        session = await sign_in(self.client, self.ordered, mode="voice")
        self.page = await TestPage.open(self.client, session)
        self.candidate = SpeechTrack(encode_room())
        caller = Caller(self.candidate, receive_audio=True)
        self.callers.append(caller)
        caller.peer.on("track", self._hear)
        answer = await self.client.post(
            "/api/v1/whip", data=await caller.offer(), headers=authorised(session) | {"Content-Type": SDP}
        )
        assert answer.status == 201, await answer.text()
        await caller.accept(await answer.text())
        self.desk_token = token_of(self.ordered["interviewer_link"])
        self.desk = await self.open_desk(self.desk_token)
        await self.page.done("start")
        await self.desk.until(lambda p: p.view["connection"]["media"] == "connected", "the candidate's sound")

    async def open_desk(self, token: str) -> TestPage:
        desk = await TestPage.open(self.client, token, interview=self.interview)
        await desk.until(lambda page: page.view)
        return desk

    def interviewer(self, name: str) -> str:
        """A desk token of somebody by name."""
        scope = {"interview": self.interview, "display_name": name.title()}
        return desk_token(self.client, "interviewer", name, **scope)

    async def post(self, token: str, caller: Caller) -> Any:
        return await self.client.post(
            f"/api/v1/interviews/{self.interview}/microphone",
            data=await caller.offer(),
            headers=authorised(token) | {"Content-Type": SDP},
        )

    async def microphone(self, token: str) -> tuple[SpeechTrack, str]:
        """A connected microphone, still muted: its track and its path."""
        track = SpeechTrack(encode_room())
        caller = Caller(track)
        self.callers.append(caller)
        answer = await self.post(token, caller)
        assert answer.status == 201, await answer.text()
        await caller.accept(await answer.text())
        await until(lambda: caller.peer.connectionState == "connected")
        return track, answer.headers["Location"]

    def loudness(self) -> float:
        """RMS of what came out of the candidate's loudspeaker since it was last asked."""
        power, self.heard = self.heard, []
        return float(np.sqrt(np.mean(power))) if power else 0.0

    def _hear(self, track: Any) -> None:
        async def listen() -> None:
            while True:
                try:
                    frame = await track.recv()
                except MediaStreamError:
                    return
                self.heard.append(float(np.mean(frame.to_ndarray().astype(float) ** 2)))

        self._listening = asyncio.create_task(listen())

    async def close(self) -> None:
        for caller in self.callers:
            await caller.close()
        if self._listening is not None:
            self._listening.cancel()
        for page in (self.page, self.desk):
            await page.close()


async def test_an_interviewer_is_heard_and_stands_in_the_transcript(
    settings: Settings, model_folder: ModelFolder, english_sentences: Speech
) -> None:
    services = await MediaServices.start(MediaOptions(vision=False, voice=False), model_folder)
    async with Room.held(settings, services) as room:
        track, path = await room.microphone(room.desk_token)
        said = clip(english_sentences, 3.0)
        await track.say(clip(english_sentences, 1.0), lambda at_s: None)
        await asyncio.sleep(0.2)
        assert room.loudness() < 100, "a connected microphone is muted"

        await room.desk.done("microphone", connection=path.split("/")[-1], on=True)
        await room.page.until(lambda p: p.view["on_air"], "the candidate is told")
        room.loudness()
        await track.say(said, lambda at_s: None)
        await asyncio.sleep(0.3)
        assert room.loudness() > 300, "the candidate hears them"
        await room.desk.done("microphone", connection=path.split("/")[-1], on=False)
        await room.page.until(lambda p: p.view["on_air"] is None)

        for page in (room.desk, room.page):
            await page.until(lambda p: p.events("transcript_final"), "the interviewer's words")
        finals = room.desk.events("transcript_final")
        assert {final["speaker"] for final in finals} == {"interviewer"}
        heard = " ".join(final["text"] for final in finals).lower()
        wanted = english_sentences.transcript.lower().split()[:3]
        assert any(word.strip(".,") in heard for word in wanted), heard
        assert {said["speaker"] for said in room.page.view["said"]} == {"interviewer"}

        kinds = {record["event"]["type"] for record in room.desk.records}
        assert not kinds & {"speech_started", "speech_ended", "turn_assessed", "delivery_measured"}
        assert not kinds & {"score_proposed", "follow_up_proposed", "help_asked", "nudged"}
        opened = context_of(room.client).interviews.opened(room.interview)
        assert opened is not None and opened.state.answer("q1") == ()


async def test_off_air_at_once_when_the_page_or_the_connection_goes(settings: Settings) -> None:
    async with Room.held(settings, await deaf_services()) as room:
        _, path = await room.microphone(room.desk_token)
        connection = path.split("/")[-1]
        desk = await room.open_desk(room.desk_token)
        await desk.done("microphone", connection=connection, on=True)
        await room.page.until(lambda p: p.view["on_air"])
        await desk.close()
        await room.page.until(lambda p: p.view["on_air"] is None, "the page is gone")

        await room.desk.done("microphone", connection=connection, on=True)
        await room.page.until(lambda p: p.view["on_air"])
        answer = await room.client.delete(path, headers=authorised(room.desk_token))
        assert answer.status == 200
        await room.page.until(lambda p: p.view["on_air"] is None, "the connection is gone")
        await room.desk.until(lambda p: len(p.events("microphone_changed")) == 4)
        reasons = [event["reason"] for event in room.desk.events("microphone_changed") if not event["on"]]
        assert reasons == ["lost", "lost"]
        assert (await room.desk.command("microphone", connection=connection, on=True))["code"] == "conflict"


async def test_a_second_interviewer_takes_over_and_nobody_elses_microphone(settings: Settings) -> None:
    async with Room.held(settings, await deaf_services()) as room:
        first, second = room.interviewer("wei"), room.interviewer("eva")
        desks = [await room.open_desk(token) for token in (first, second)]
        names = [(await room.microphone(token))[1].split("/")[-1] for token in (first, second)]
        refused = await desks[0].command("microphone", connection=names[0], on=True)
        assert refused["code"] == "not_in_control"
        refused = await room.desk.command("microphone", connection=names[0], on=True)
        assert refused["code"] == "conflict", "one's own microphone only"
        conducts = room.desk
        for desk, name, person in zip(desks, names, ("wei", "eva"), strict=True):
            await conducts.done("hand_over", to=person)
            conducts = desk
            await desk.done("microphone", connection=name, on=True)
            await room.page.until(lambda p, n=person: p.view["on_air"] == {"name": n.title()})  # type: ignore[misc]
        await desks[0].until(lambda p: p.view["on_air"]["by"] == "eva", "the first is told")
        assert (await desks[0].command("microphone", connection=names[1], on=False))["code"] == "conflict"
        await desks[0].until(lambda p: len(p.events("microphone_changed")) == 3)
        assert [event["reason"] for event in desks[0].events("microphone_changed")][1] == "replaced"
        for desk in desks:
            await desk.close()


async def test_an_offer_with_a_picture_is_refused_and_leaves_nothing(settings: Settings) -> None:
    async with Room.held(settings, await deaf_services()) as room:
        caller = Caller(SpeechTrack(encode_room()), PictureTrack())
        room.callers.append(caller)
        answer = await room.post(room.desk_token, caller)
        assert (answer.status, (await answer.json())["code"]) == (400, "bad_offer")
        services = context_of(room.client).media.services
        assert services is not None
        await until(lambda: services.scheduler.metrics().sessions == 1)


async def test_nobody_speaks_where_they_may_not(client: Client) -> None:
    own, other = await new_interview(client), await new_interview(client)
    link = token_of(own["interviewer_link"])
    assert await ask(client, own["interview"], None) == (401, "access")
    assert await ask(client, other["interview"], link) == (403, "forbidden")
    assert await ask(client, own["interview"], await sign_in(client, own)) == (403, "forbidden")
    assert await ask(client, own["interview"], link) == (409, "conflict"), "nobody is there yet"


async def ask(client: Client, interview: str, token: str | None) -> tuple[int, str]:
    headers = {"Content-Type": SDP} | (authorised(token) if token else {})
    path = f"/api/v1/interviews/{interview}/microphone"
    answer = await client.post(path, data="v=0\r\n", headers=headers)
    return answer.status, (await answer.json())["code"]
