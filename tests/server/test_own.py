"""What is the candidate's own: agreements withdrawn at any time, and their copy of the report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from server.app import build
from server.media import MediaSide
from server.settings import Settings
from tests.server.pages import TestPage, authorised, context_of, new_interview, sign_in, token_of

Client = TestClient[web.Request, Any]
ALL = {"recording": True, "ai_analysis": True, "face_processing": True, "transfer": True}
ANSWER = "Last year I optimised the production process and it saved 12 per cent. I trained ten people."
WHY = "She has shown all that the post needs."


async def agree(client: Client, token: str, purpose: str, granted: bool) -> int:
    answer = await client.post(
        "/api/v1/entry/consents", json={"purpose": purpose, "granted": granted}, headers=authorised(token)
    )
    return answer.status


async def test_an_agreement_can_be_withdrawn_and_given_again(client: Client) -> None:
    ordered = await new_interview(client)
    token = await sign_in(client, ordered, consents=ALL)
    page = await TestPage.open(client, token)
    await page.done("start")
    await page.until(lambda p: p.view.get("consents") == ALL)
    for granted in (False, False, True):
        assert await agree(client, token, "recording", granted) == 204
        await page.until(lambda p, g=granted: p.view["consents"]["recording"] is g)  # type: ignore[misc]
    assert page.view["phase"] != "ended"
    ledger = await context_of(client).store.consents(ordered["interview"])
    assert [line.granted for line in ledger if line.purpose == "recording"] == [True, False, True]
    assert all(line.text for line in ledger)
    await page.close()


@pytest.mark.parametrize("purpose", ["ai_analysis", "transfer"])
async def test_what_the_interview_needs_ends_it_without_prejudice_and_unassessed(
    client: Client, purpose: str
) -> None:
    ordered = await new_interview(client)
    token = await sign_in(client, ordered, consents=ALL)
    desk = await TestPage.open(client, token_of(ordered["interviewer_link"]), interview=ordered["interview"])
    page = await TestPage.open(client, token)
    await page.done("start")
    await page.done("skip_thinking")
    await page.done("text", text=ANSWER)
    await desk.until(lambda p: any(one["score"] for one in p.view.get("competencies", ())), "a score")
    assert await agree(client, token, purpose, False) == 204
    await page.until(lambda p: p.view["phase"] == "ended")
    assert page.view["end_reason"] == "declined"
    await desk.until(lambda p: p.view.get("report") == "ready", "the report")
    assert [one["score"] for one in desk.view["competencies"]] == [None] * len(desk.view["competencies"])
    answer = await client.get(
        f"/api/v1/interviews/{ordered['interview']}/report",
        headers=authorised(token_of(ordered["interviewer_link"])),
    )
    report = await answer.json()
    assert all(one["score"] is None and not one["quotes"] for one in report["competencies"])
    await page.close()
    await desk.close()


async def test_nothing_is_withdrawn_before_anything_was_agreed_to(client: Client) -> None:
    ordered = await new_interview(client)
    entry = token_of(ordered["candidate_link"])
    assert await agree(client, entry, "ai_analysis", False) == 409
    assert (await (await client.get("/api/v1/entry", headers=authorised(entry))).json())[
        "status"
    ] == "waiting"
    assert await agree(client, token_of(ordered["interviewer_link"]), "recording", False) == 403


async def copy_of(client: Client, entry: str) -> tuple[str, int]:
    """What the entry says of the copy, and how the copy itself answers."""
    said = (await (await client.get("/api/v1/entry", headers=authorised(entry))).json())["report"]
    return said, (await client.get("/api/v1/entry/report", headers=authorised(entry))).status


@pytest.mark.parametrize("allowed", ["never", "decided", "ready"])
async def test_the_own_copy_is_there_when_the_policy_says(
    settings: Settings, tmp_path: Path, allowed: str
) -> None:
    interview = replace(settings.interview, candidate_report=allowed)  # type: ignore[arg-type]
    app = await build(replace(settings, interview=interview), MediaSide.without())
    async with TestClient(TestServer(app)) as client:
        ordered = await new_interview(client)
        entry = token_of(ordered["candidate_link"])
        token = await sign_in(client, ordered)
        assert await copy_of(client, entry) == ("none" if allowed == "never" else "later", 404)
        desk = await TestPage.open(
            client, token_of(ordered["interviewer_link"]), interview=ordered["interview"]
        )
        page = await TestPage.open(client, token)
        await page.done("start")
        await page.done("skip_thinking")
        await page.done("text", text=ANSWER)
        await desk.done("note", text="Ask Mei about her.")
        await page.done("leave")
        await desk.until(lambda p: p.view.get("report") == "ready", "the report")
        written = {"never": ("none", 404), "decided": ("later", 404), "ready": ("ready", 200)}
        assert await copy_of(client, entry) == written[allowed]
        await desk.done("decide", decision="advance", reason=WHY)
        decided = {**written, "decided": ("ready", 200)}
        assert await copy_of(client, entry) == decided[allowed]
        if allowed == "decided":
            answer = await client.get("/api/v1/entry/report", headers=authorised(token))
            text = await answer.text()
            assert WHY in text and "Ask Mei" not in text
            pdf = await client.get("/api/v1/entry/report.pdf?language=zh", headers=authorised(token))
            assert (await pdf.read()).startswith(b"%PDF") and pdf.headers["Cache-Control"] == "no-store"
        await page.close()
        await desk.close()
