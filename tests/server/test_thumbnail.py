"""The wall's pictures over the whole application: who gets one, and when there is one. Rights: test_roles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import av
import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from media_pipeline import events as ev
from media_pipeline.session import MediaSession
from media_pipeline.vision.still import Still
from server.live.interviews import OpenInterview
from tests.server.pages import REQUIRED, authorised, context_of, desk_token, new_interview, sign_in

Client = TestClient[web.Request, Any]


class Filmed:
    """A media session of which only the still is of use."""

    recorder = None

    def __init__(self) -> None:
        self.now_ms = 0.0
        self.still = Still(lambda: self.now_ms)

    def film(self) -> None:
        frame = av.VideoFrame.from_ndarray(np.full((360, 640, 3), 90, np.uint8), format="rgb24")
        self.still.offer(frame.reformat(format="yuv420p"), self.now_ms)

    def notice(self, record: ev.Record) -> None: ...

    def prepare(self, text: str) -> None: ...

    def speak(self, utterance: str, text: str) -> None: ...

    def stop_speaking(self, reason: str) -> None: ...

    async def close(self) -> None: ...


async def filmed(client: Client, **consents: bool) -> tuple[OpenInterview, Filmed]:
    """A running interview with the candidate in the picture."""
    ordered = await new_interview(client)
    await sign_in(client, ordered, mode="video", consents=REQUIRED | consents)
    opened = await context_of(client).interviews.open(ordered["interview"])
    media = Filmed()
    opened.media = cast(MediaSession, media)
    opened.live.emit(ev.QuestionAsked("q1", "…", 1, 1, 0, 60_000))
    opened.live.emit(ev.ConnectionChanged("connected", "media", "c1"))
    media.film()
    return opened, media


async def ask(client: Client, opened: OpenInterview) -> tuple[int, bytes]:
    headers = authorised(desk_token(client, "interviewer"))
    answer = await client.get(f"/api/v1/interviews/{opened.stored.id}/thumbnail", headers=headers)
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status, await answer.read()


async def announced(client: Client, opened: OpenInterview) -> bool:
    headers = authorised(desk_token(client, "interviewer"))
    lines = (await (await client.get("/api/v1/interviews", headers=headers)).json())["interviews"]
    return bool(next(line["still"] for line in lines if line["interview"] == opened.stored.id))


async def test_a_still_while_there_is_something_to_see(client: Client) -> None:
    opened, media = await filmed(client)
    status, body = await ask(client, opened)
    assert (status, body[:2]) == (200, b"\xff\xd8")
    assert await announced(client, opened)
    media.now_ms = 60_000
    assert (await ask(client, opened))[0] == 404
    assert not await announced(client, opened)


@pytest.mark.parametrize("change", ["text", "voice", "lost", "ended", "no media"])
async def test_none_of_whom_nobody_sees(client: Client, change: str) -> None:
    opened, _ = await filmed(client)
    if change in ("text", "voice"):
        opened.live.emit(ev.ModeChanged(change, "candidate"))  # type: ignore[arg-type]
    elif change == "lost":
        opened.live.emit(ev.ConnectionChanged("lost", "media", "c1"))
    elif change == "ended":
        opened.live.emit(ev.InterviewEnded("interviewer"))
    else:
        opened.media = None
    assert (await ask(client, opened))[0] == 404
    assert not await announced(client, opened)


@pytest.mark.parametrize(("policy", "agreed", "status"), [
    ("standard", False, 200), ("eu", True, 200), ("eu", False, 404), ("of their own", False, 404),
])  # fmt: skip
async def test_under_eu_only_who_agreed_stands_on_the_wall(
    client: Client, policy: str, agreed: bool, status: int
) -> None:
    opened, _ = await filmed(client, face_processing=agreed)
    opened.stored = replace(opened.stored, policy=policy)
    assert (await ask(client, opened))[0] == status
    assert await announced(client, opened) is (status == 200)


async def test_looking_at_the_wall_is_written_down_once(client: Client) -> None:
    opened, _ = await filmed(client)
    given = context_of(client)
    token = authorised(desk_token(client, "interviewer"))
    for _ in range(3):
        await client.get(f"/api/v1/interviews/{opened.stored.id}/thumbnail", headers=token)
    assert [entry.action for entry in await given.store.audit_trail()].count("thumbnail") == 1
