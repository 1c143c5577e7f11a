"""One synthetic candidate, from link to report, by nothing but the public protocol."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from loadtest.interruption import Interruption
from loadtest.interview_media import EncodedClip, FaceTrack, Material, SpeechTrack
from loadtest.journey import Journey
from loadtest.lossy_path import LossyPath
from loadtest.speech_text import errors, tokens

CONSENTS = {"recording": True, "ai_analysis": True, "face_processing": True, "transfer": True}
_AUDIBLE = 200  # samples louder than this are no comfort noise
_LISTENS_S = 30.0  # to a question before it is answered, should nobody say that it is over


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a candidate behaves."""

    duration_s: float = 60.0
    """From the interview's start; then the candidate leaves, and a report is made of what was said."""
    talk_ratio: float = 0.6
    """Share of an answer that is speech; the rest is pauses between clips."""
    answer_s: float = 25.0
    """Then "I'm done", at the end of a clip."""
    loss: float = 0.0
    """Share of media packets lost towards the server."""
    outage_s: float = 0.0
    """One network outage of this length in the middle; 0: none."""
    barge_in: bool = False
    """Speaks over every second question, as soon as it has been heard for a while."""
    watched: bool = True
    """An interviewer watches this interview."""
    job: str = "production-supervisor.en"
    language: str = "en"


@dataclass(slots=True)
class _Spoken:
    clip: EncodedClip
    began_s: float


class RefusedError(Exception):
    """The server is full."""


class TroubleError(Exception):
    """Something that should not be; the text is the cause it is counted under."""


@dataclass(slots=True)
class Candidate:
    """Runs once. ``journey`` fills while it runs."""

    journey: Journey
    http: aiohttp.ClientSession
    token: str
    material: Material
    behaviour: Behaviour
    dice: random.Random
    _view: dict[str, Any] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _offset_s: float = float("inf")
    _spoken: list[_Spoken] = field(default_factory=list)
    _finals: dict[str, str] = field(default_factory=dict)
    _shown: set[str] = field(default_factory=set)
    _awaits_sound: dict[str, tuple[str, float]] = field(default_factory=dict)
    _heard_at_s: asyncio.Event = field(default_factory=asyncio.Event)
    _interruption: Interruption = field(default_factory=Interruption)
    _commands: int = 0
    _question_s: float = 0.0
    _question_heard: bool = False
    _socket_out: aiohttp.ClientWebSocketResponse | None = None
    _speaking: asyncio.Task[None] | None = None
    _noting: asyncio.Task[None] | None = None

    @property
    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Never raises but by cancellation; what went wrong is in the journey."""
        try:
            await self._run()
        except RefusedError:
            self.journey.refused = True
        except TroubleError as trouble:
            self.journey.errors[str(trouble)] += 1
        except TimeoutError:
            self.journey.errors["timed out"] += 1
        except (aiohttp.ClientError, ConnectionError, OSError) as error:
            self.journey.errors[type(error).__name__] += 1

    async def _run(self) -> None:
        name, phone = f"Load {self.journey.number}", "5550100"
        order = {"job": self.behaviour.job, "candidate": {"name": name, "phone": phone}}
        made = await self._call("POST", "/api/v1/interviews", self.token, 201, order)
        entry_token = made["candidate_link"].split("#t=")[1]
        desk_token = made["interviewer_link"].split("#t=")[1]
        began_s = self._now_s
        await self._call("GET", "/api/v1/entry", entry_token, 200)
        sign_in = {"name": name, "phone": phone, "consents": CONSENTS, "mode": "video"}
        signed = await self._call("POST", "/api/v1/entry/sign-in", entry_token, 200, sign_in)
        self.journey.took("sign_in", (self._now_s - began_s) * 1000)
        async with AsyncExitStack() as stack:
            socket = await stack.enter_async_context(self._socket({"token": signed["token"]}, self._told))
            if self.behaviour.watched:
                hello = {"token": desk_token, "interview": made["interview"]}
                await stack.enter_async_context(self._socket(hello, self._desk_told))
            speech, path = await self._join(signed["token"], stack)
            await self._interview(socket, speech, path)
            ended_s = self._now_s
            await self._read_report(made["interview"], desk_token)
            self.journey.took("report", (self._now_s - ended_s) * 1000)
            self.journey.finished = True
        self._count_words()

    # --- the way in ------------------------------------------------------------------------------

    async def _call(
        self, method: str, path: str, token: str, wanted: int, body: object | None = None
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        async with self.http.request(method, path, json=body, headers=headers) as response:
            _check_place(response)
            if response.status != wanted:
                raise TroubleError(f"{method} {path.partition('?')[0]} answered {response.status}")
            answer: dict[str, Any] = await response.json(content_type=None)
            return answer

    @asynccontextmanager
    async def _socket(
        self, hello: dict[str, Any], told: Callable[[dict[str, Any]], None]
    ) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        async with self.http.ws_connect("/api/v1/control") as socket:
            await socket.send_json({"type": "hello", "after": 0, **hello})
            listening = asyncio.create_task(self._listen(socket, told))
            try:
                yield socket
            finally:
                listening.cancel()

    async def _listen(
        self, socket: aiohttp.ClientWebSocketResponse, told: Callable[[dict[str, Any]], None]
    ) -> None:
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                break
            content = json.loads(message.data)
            if content.get("type") == "ping":
                await socket.send_json({"type": "pong"})
            else:
                told(content)
        self.journey.errors["control socket closed by the server"] += not self.journey.finished

    async def _join(self, token: str, stack: AsyncExitStack) -> tuple[SpeechTrack, LossyPath | None]:
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        stack.push_async_callback(peer.close)
        speech = SpeechTrack(self.material.room)
        peer.addTransceiver(speech, direction="sendrecv")
        if self.material.face:
            peer.addTransceiver(FaceTrack(self.material.face, self.journey.number), direction="sendonly")
        connected = asyncio.Event()

        def changed() -> None:
            if peer.connectionState == "connected":
                connected.set()

        peer.on("connectionstatechange", changed)
        peer.on("track", lambda track: self._hear(track, stack))
        await peer.setLocalDescription(await peer.createOffer())
        began_s = self._now_s
        answer, path = await self._offer(token, peer.localDescription.sdp), None
        if self.behaviour.loss or self.behaviour.outage_s:
            path = LossyPath(self.behaviour.loss, self.dice)
            answer = await path.open(answer)
            stack.callback(path.close)
        await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        async with asyncio.timeout(15):
            await connected.wait()
        self.journey.took("join", (self._now_s - began_s) * 1000)
        self.journey.connected = True
        return speech, path

    async def _offer(self, token: str, sdp: str) -> str:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
        async with self.http.post("/api/v1/whip", data=sdp, headers=headers) as response:
            _check_place(response)
            if response.status != 201:
                raise TroubleError(f"POST /api/v1/whip answered {response.status}")
            return await response.text()

    # --- the interview ---------------------------------------------------------------------------

    async def _interview(
        self, socket: aiohttp.ClientWebSocketResponse, speech: SpeechTrack, path: LossyPath | None
    ) -> None:
        self._socket_out = socket
        await self._until(lambda: bool(self._view.get("can", {}).get("start")), 15)
        await self._command(socket, "start")
        leaves_s = self._now_s + self.behaviour.duration_s
        outage = asyncio.create_task(self._outage(path))
        try:
            while self._now_s < leaves_s and self._view.get("phase") != "ended":
                await self._step(socket, speech, leaves_s)
        finally:
            outage.cancel()
        if self._view.get("phase") != "ended":
            await asyncio.sleep(2.0)  # the last words are still with the recogniser
            await self._command(socket, "leave")
            await self._until(lambda: self._view.get("phase") == "ended", 20)

    async def _step(
        self, socket: aiohttp.ClientWebSocketResponse, speech: SpeechTrack, leaves_s: float
    ) -> None:
        phase, can = self._view.get("phase"), self._view.get("can", {})
        if self.behaviour.barge_in and self._interruption.is_due(self._view, self._now_s):
            await self._interrupt(speech)
            return
        asked = self._question_heard or self._now_s - self._question_s > _LISTENS_S
        if phase == "thinking" and can.get("skip_thinking") and asked:
            await self._command(socket, "skip_thinking")
            await self._until(lambda: self._view.get("phase") != "thinking", 10)
        elif phase == "answering":
            await self._answer(socket, speech, leaves_s)
        elif phase == "candidate_questions":
            await self._command(socket, "finish")
            await self._until(lambda: self._view.get("phase") == "ended", 10)
        else:
            await self._wait_for_change(1.0)

    async def _answer(
        self, socket: aiohttp.ClientWebSocketResponse, speech: SpeechTrack, leaves_s: float
    ) -> None:
        question = (self._view.get("question") or {}).get("id")
        until_s = min(self._now_s + self.behaviour.answer_s, leaves_s)
        while self._now_s < until_s:
            if self._view.get("speaking"):  # a follow-up is being asked: listen
                await self._wait_for_change(1.0)
                continue
            clip = self.dice.choice(self.material.clips)
            await speech.say(clip, partial(self._began, clip))
            self.journey.spoken_s += clip.seconds
            ratio = max(0.05, min(1.0, self.behaviour.talk_ratio))
            await asyncio.sleep(clip.seconds * (1 - ratio) / ratio)
        await asyncio.sleep(1.0)
        if self._view.get("can", {}).get("done"):
            await self._command(socket, "done")
            # A follow-up that was waiting for the answer's end may come first: then this answer goes on.
            await self._until(
                lambda: (
                    (self._view.get("question") or {}).get("id") != question
                    or self._view.get("phase") != "answering"
                    or bool(self._view.get("speaking"))
                ),
                10,
            )

    async def _interrupt(self, speech: SpeechTrack) -> None:
        clip = self.dice.choice(self.material.clips)

        def began(at_s: float) -> None:
            self._interruption.voice_began(at_s + clip.voice_starts_s)
            self._began(clip, at_s)

        await speech.say(clip, began)
        self.journey.spoken_s += clip.seconds

    async def _note_silence(self, decided_s: float) -> None:
        await asyncio.sleep(1.0)  # whatever is still on its way is here by then
        for stage, took_s in self._interruption.silent_after_s(decided_s).items():
            self.journey.took(stage, took_s * 1000)

    def _began(self, clip: EncodedClip, at_s: float) -> None:
        self._spoken.append(_Spoken(clip, at_s))

    async def _outage(self, path: LossyPath | None) -> None:
        if path is None or not self.behaviour.outage_s:
            return
        await asyncio.sleep(self.behaviour.duration_s / 2)
        path.cut = True
        self.journey.outages += 1
        await asyncio.sleep(self.behaviour.outage_s)
        path.cut = False

    async def _command(self, socket: aiohttp.ClientWebSocketResponse, command: str, **fields: str) -> None:
        self._commands += 1
        await socket.send_json({"type": "command", "id": str(self._commands), "command": command, **fields})

    def _speak_ourselves(self, event: dict[str, Any]) -> None:
        """The server has no voice for the language: the page speaks, and says where it is."""

        async def speak() -> None:
            if self._socket_out is None:
                return
            utterance = event["utterance"]
            with contextlib.suppress(ConnectionError):  # the interview ended meanwhile
                await self._command(self._socket_out, "spoken", utterance=utterance, state="started")
                await asyncio.sleep(min(8.0, 0.2 * len(event["text"])))
                await self._command(self._socket_out, "spoken", utterance=utterance, state="ended")

        self._speaking = asyncio.create_task(speak())

    async def _until(self, condition: Callable[[], bool], seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def _wait_for_change(self, seconds: float) -> None:
        self._changed.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return

    async def _read_report(self, interview: str, desk_token: str) -> None:
        headers = {"Authorization": f"Bearer {desk_token}"}
        async with asyncio.timeout(90):
            while True:
                async with self.http.get(
                    f"/api/v1/interviews/{interview}/report", headers=headers
                ) as response:
                    if response.status == 200:
                        return
                await asyncio.sleep(0.25)

    # --- what is told ----------------------------------------------------------------------------

    def _told(self, message: dict[str, Any]) -> None:
        kind = message.get("type")
        if kind == "view":
            self._view = message["view"]
            # The quickest message shows best where the session's clock stands.
            self._offset_s = min(self._offset_s, self._now_s - self._view["server_now_ms"] / 1000)
            self._changed.set()
        elif kind == "record":
            self._record(message)
        elif kind == "problem":
            self.journey.errors[f"problem {message.get('code')}"] += 1

    def _record(self, record: dict[str, Any]) -> None:
        event, now_s = record["event"], self._now_s
        match event["type"]:
            case "transcript_partial" if event["utterance"] not in self._shown:
                self._shown.add(event["utterance"])
                self.journey.took("first_partial", (now_s - self._offset_s) * 1000 - event["start_ms"])
            case "transcript_final" if event["source"] == "speech":
                self._finals[event["utterance"]] = event["text"]
                self._final_came(event, now_s)
            case "follow_up_asked":
                self.journey.follow_ups += 1
                self._awaits_sound["follow_up"] = (event["text"], now_s)
            case "question_asked":
                self._awaits_sound["question"] = (event["text"], now_s)
                self._question_s, self._question_heard = now_s, False
            case "speech_out_started" if event["spoken_by"] == "browser":
                self._speak_ourselves(event)
            case "speech_out_ended":
                self._awaits_sound.clear()
                if event["reason"] == "barge_in" and self._interruption.happened:
                    decided_s = self._offset_s + record["at_ms"] / 1000
                    self._noting = asyncio.create_task(self._note_silence(decided_s))
                self._question_heard = not event["utterance"].startswith("greeting")
                self._changed.set()
            case _:
                pass

    def _final_came(self, event: dict[str, Any], now_s: float) -> None:
        """From the last voiced sound, in media time, to the text being here."""
        if self._offset_s < float("inf"):
            self.journey.took("final", max(0.0, (now_s - self._offset_s) * 1000 - event["end_ms"]))

    def _desk_told(self, message: dict[str, Any]) -> None:
        if message.get("type") == "record" and message["event"]["type"] == "delivery_measured":
            now_ms = (self._now_s - self._offset_s) * 1000
            self.journey.took("metric", max(0.0, now_ms - message["at_ms"]))

    def _hear(self, track: MediaStreamTrack, stack: AsyncExitStack) -> None:
        listening = asyncio.create_task(self._listen_to(track))
        stack.callback(listening.cancel)

    async def _listen_to(self, track: MediaStreamTrack) -> None:
        """The interviewer's voice: only whether and when there is sound."""
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if np.abs(frame.to_ndarray()).max(initial=0) > _AUDIBLE:  # type: ignore[union-attr]
                self._interruption.sound.loud(self._now_s)
                for stage, (_, asked_s) in self._awaits_sound.items():
                    self.journey.took(stage, (self._now_s - asked_s) * 1000)
                self._awaits_sound.clear()

    def _count_words(self) -> None:
        """Everything said against everything understood, in order."""
        language = self.behaviour.language
        said = [token for spoken in self._spoken for token in tokens(spoken.clip.transcript, language)]
        heard = [token for text in self._finals.values() for token in tokens(text, language)]
        self.journey.spoken_words = len(said)
        self.journey.word_errors = errors(said, heard)


def _check_place(response: aiohttp.ClientResponse) -> None:
    """A full server says so, and when to come back (RFC 9110, 10.2.3)."""
    if response.status == 503:
        if not response.headers.get("Retry-After", "").isdigit():
            raise TroubleError("503 without Retry-After")
        raise RefusedError
