"""A configured model over real HTTP: used when it answers well, done without when it does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from scoring.assess import assess
from scoring.job_file import shipped_jobs
from scoring.judge import ModelRequest
from scoring.transcript import Transcript, Utterance
from server.app import build
from server.conductor.state import InterviewState
from server.language_model.breaker import Breaker, BreakerOptions
from server.language_model.client import Budget, LanguageModel, LanguageModelOptions
from server.language_model.second_opinion import second_opinion
from server.media import MediaSide
from server.settings import Settings
from tests.server.pages import TestPage, authorised, new_interview, sign_in, token_of

JOB = shipped_jobs()["production-supervisor.en"]
TEXT = ("Last year we had too much scrap. I measured the cycle times and rearranged the tool carts. "
        "The scrap fell from 8 to 3 percent.")  # fmt: skip
ASSESSMENT = assess(JOB, Transcript("en", (Utterance("q2", 0, 9_000, TEXT),)))
REQUEST = ModelRequest("system", "user")

Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Endpoint:
    """A real HTTP server that speaks the protocol, or pretends to."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.headers: list[str | None] = []
        self.reply: Reply = self.says('{"level": 3, "quotes": [1]}')
        self.choice: Reply | None = None
        """For the choice of a follow-up, where that is to be answered otherwise."""

    @staticmethod
    def says(text: Any) -> Reply:
        async def reply(_: web.Request) -> web.StreamResponse:
            return web.json_response({"choices": [{"message": {"role": "assistant", "content": text}}]})

        return reply

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.headers.append(request.headers.get("Authorization"))
        body = await request.json()
        self.seen.append(body)
        about_a_follow_up = "follow-up" in body["messages"][0]["content"]
        return await (self.choice if self.choice is not None and about_a_follow_up else self.reply)(request)


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def url(endpoint: Endpoint) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/v1/chat/completions", endpoint.handle)
    async with TestServer(app) as server:
        yield str(server.make_url("/v1"))


def _model(
    http: aiohttp.ClientSession, url: str, clock: list[int] | None = None, **options: Any
) -> LanguageModel:
    return LanguageModel(
        http, LanguageModelOptions(url, "judge-1", "secret", **options), lambda: (clock or [0])[0]
    )


async def test_votes_are_taken_and_the_request_is_of_the_protocol(
    endpoint: Endpoint, http: aiohttp.ClientSession, url: str
) -> None:
    opinion = await second_opinion(JOB, ASSESSMENT, _model(http, url))
    assert opinion.state == "ok"
    assert opinion.assessment.competencies[0].sub_dimensions[0].level == 3.0
    assert len(endpoint.seen) == 3 * opinion.scales
    assert endpoint.seen[0]["model"] == "judge-1"
    assert [message["role"] for message in endpoint.seen[0]["messages"]] == ["system", "user"]
    assert set(endpoint.headers) == {"Bearer secret"}
    assert "secret" not in repr(LanguageModelOptions(url, "judge-1", "secret"))


@pytest.mark.parametrize("content", [
    "The candidate is excellent, level 5!", '{"level": 5, "quotes": [77]}', "{}", None, 7, "",
    '{"level": 5, "quotes": [1], "quote": "I saved a million"}', "x" * 10_000,
])  # fmt: skip
async def test_a_hostile_text_leaves_the_rules_own_judgement(
    endpoint: Endpoint, http: aiohttp.ClientSession, url: str, content: Any
) -> None:
    endpoint.reply = endpoint.says(content)
    opinion = await second_opinion(JOB, ASSESSMENT, _model(http, url))
    assert opinion.assessment == ASSESSMENT
    assert opinion.state == "missing"


async def _status_500(_: web.Request) -> web.StreamResponse:
    return web.Response(status=500)


async def _not_json(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>")


async def _nested(_: web.Request) -> web.StreamResponse:
    return web.Response(text="[" * 30_000)


async def _redirect(_: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "/elsewhere"})


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(200):
        await response.write(b" " * 4_096)
    return response


async def _cut_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"choices"')
    assert request.transport is not None
    request.transport.close()
    return response


@pytest.mark.parametrize("reply", [_status_500, _not_json, _nested, _redirect, _endless, _cut_off])
async def test_a_broken_server_is_a_failure_not_an_error(
    endpoint: Endpoint, http: aiohttp.ClientSession, url: str, reply: Reply
) -> None:
    endpoint.reply = reply
    model = _model(http, url)
    assert await model.answer(REQUEST) is None
    assert sum(model.failures.values()) == 1


async def test_a_late_answer_is_not_waited_for(
    endpoint: Endpoint, http: aiohttp.ClientSession, url: str
) -> None:
    let_go = asyncio.Event()

    async def never(_: web.Request) -> web.StreamResponse:
        await let_go.wait()
        return web.Response()

    endpoint.reply = never
    model = _model(http, url, timeout_s=0.05)
    assert await model.answer(REQUEST) is None
    assert model.failures == {"TimeoutError": 1}
    let_go.set()


async def test_nobody_there_is_a_failure(http: aiohttp.ClientSession, unused_tcp_port: int) -> None:
    opinion = await second_opinion(JOB, ASSESSMENT, _model(http, f"http://127.0.0.1:{unused_tcp_port}/v1"))
    assert opinion.assessment == ASSESSMENT
    assert opinion.state == "missing"


async def test_the_breaker_stops_asking_and_tries_again_after_a_rest(
    endpoint: Endpoint, http: aiohttp.ClientSession, url: str
) -> None:
    clock = [0]
    model = _model(http, url, clock, at_once=1)
    endpoint.reply = _status_500
    for _ in range(5):
        assert await model.answer(REQUEST) is None
    assert len(endpoint.seen) == 3
    endpoint.reply = endpoint.says("fine")
    clock[0] = 59_999
    assert await model.answer(REQUEST) is None
    clock[0] = 60_000
    assert await model.answer(REQUEST) == "fine"
    assert await model.answer(REQUEST) == "fine"


async def test_the_budget_holds(endpoint: Endpoint, http: aiohttp.ClientSession, url: str) -> None:
    budget = Budget(_model(http, url), 2)
    answers = [await budget.answer(REQUEST) for _ in range(3)]
    assert answers[1] is not None
    assert answers[2] is None
    assert len(endpoint.seen) == 2


async def test_votes_that_take_too_long_together_are_not_waited_for(
    endpoint: Endpoint, http: aiohttp.ClientSession, url: str
) -> None:
    let_go = asyncio.Event()

    async def never(_: web.Request) -> web.StreamResponse:
        await let_go.wait()
        return web.Response()

    endpoint.reply = never
    opinion = await second_opinion(JOB, ASSESSMENT, _model(http, url), deadline_s=0.05)
    assert opinion.assessment == ASSESSMENT
    assert opinion.state == "missing"
    news = opinion.news
    assert (news.detail, news.count, news.total) == ("model_votes_missing", opinion.scales, opinion.scales)
    let_go.set()


@pytest.mark.parametrize(
    ("reply", "state"), [('{"level": 3, "quotes": [1]}', "ok"), ("5 out of 5!", "missing")]
)
async def test_a_whole_interview_with_a_model_ends_in_a_report_that_says_how_it_was(
    endpoint: Endpoint, url: str, tmp_path: Path, reply: str, state: str
) -> None:
    endpoint.reply = endpoint.says(reply)
    endpoint.choice = endpoint.says('{"choice": 1}')
    key = tmp_path / "key"
    key.write_text("secret\n", encoding="utf-8")
    settings = Settings.from_environment({
        "VIVA_DATA_DIR": str(tmp_path), "HOME": str(tmp_path), "VIVA_LANGUAGE_MODEL_URL": url,
        "VIVA_LANGUAGE_MODEL_KEY_FILE": str(key),
    })  # fmt: skip
    app = await build(settings, MediaSide.without())
    async with TestClient(TestServer(app)) as client:
        ordered = await new_interview(client, "production-supervisor.en")
        desk_token = token_of(ordered["interviewer_link"])
        desk = await TestPage.open(client, desk_token, interview=ordered["interview"])
        page = await TestPage.open(client, await sign_in(client, ordered))
        await page.done("start")
        await page.done("skip_thinking")
        await page.done("text", text=TEXT)
        await page.until(lambda p: p.events("transcript_final"))
        await page.done("leave")
        await desk.until(lambda p: p.view.get("report") == "ready", "the report")
        path = f"/api/v1/interviews/{ordered['interview']}/report"
        report = await (await client.get(path, headers=authorised(desk_token))).json()
        reasons = [s["reason"] for c in report["competencies"] for s in c["sub_dimensions"]]
        assert any("votes of the language model" in reason for reason in reasons) == (state == "ok")
        told = [e["state"] for e in desk.events("part_degraded") if e["part"] == "assessment"]
        assert told == [state]
        assert set(endpoint.headers) == {"Bearer secret"}
        assert "secret" not in str(report)
        await page.close()
        await desk.close()


def test_without_consent_nothing_is_sent() -> None:
    from server.judge.judge import _may_be_sent

    assert _may_be_sent(InterviewState(consents={"ai_analysis": True}))
    assert not _may_be_sent(InterviewState(consents={"ai_analysis": False}))
    assert not _may_be_sent(InterviewState())


def test_the_breaker_lets_one_trial_through() -> None:
    options = BreakerOptions(failures=1, rest_ms=10)
    opened = Breaker().failed(0, options)
    assert not opened.may_ask(9, options)
    trial = opened.asked()
    assert opened.may_ask(10, options)
    assert not trial.may_ask(10, options)
    assert not trial.failed(10, options).may_ask(19, options)
    assert trial.succeeded().may_ask(10, options)
