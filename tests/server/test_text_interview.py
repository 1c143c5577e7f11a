"""A whole interview in text mode, by the public protocol alone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from media_pipeline import events as ev
from server.app import build
from server.media import MediaSide
from server.settings import Settings
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
ANSWERS = {
    "en": "Last year our packing line stopped twice a week. "
    "I optimised the production process and it went much better.",
    "zh": "去年我们的包装线每周停两次。我优化了生产流程，效果好了很多。",
}
QUOTES = {"en": "optimised the production process", "zh": "优化了生产流程"}


def on_the_table(page: TestPage) -> tuple[object, object]:
    """The question and the follow-up that the candidate has before them."""
    return (page.view.get("question") or {}).get("index"), (page.view.get("follow_up") or {}).get("id")


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_from_the_link_to_the_report(client: Client, language: str) -> None:
    ordered = await new_interview(client, f"production-supervisor.{language}")
    entry = await (
        await client.get("/api/v1/entry", headers=authorised(token_of(ordered["candidate_link"])))
    ).json()
    assert entry["language"] == language and entry["job"]["assessed"]
    token = await sign_in(client, ordered)
    desk = await TestPage.open(client, token_of(ordered["interviewer_link"]), interview=ordered["interview"])
    page = await TestPage.open(client, token)
    await page.until(lambda p: p.view.get("phase") == "waiting")
    await page.done("start")
    total = entry["job"]["questions"]
    for number in range(1, total + 1):
        await page.until(lambda p, n=number: (p.view.get("question") or {}).get("index") == n)  # type: ignore[misc]
        if page.view["can"]["skip_thinking"]:
            await page.done("skip_thinking")
        await page.done("text", text=ANSWERS[language])
        if number == 2:
            await page.until(lambda p: p.view["follow_up"], "a follow-up before done")
            assert QUOTES[language] in page.view["follow_up"]["text"]
            await page.done(
                "text", text={"en": "It saved 12 per cent.", "zh": "成本降低了百分之十二。"}[language]
            )
        while (page.view.get("question") or {}).get("index") == number:
            before = on_the_table(page)
            await page.done("done")
            await page.until(lambda p, b=before: on_the_table(p) != b)  # type: ignore[misc]
    await page.until(lambda p: p.view["phase"] == "candidate_questions")
    await page.done("ask", text={"en": "What about shifts?", "zh": "要上夜班吗？"}[language])
    await page.until(lambda p: p.events("help_answered"))
    await page.done("finish")
    await page.until(lambda p: p.view["phase"] == "ended" and p.view["closing"])
    await desk.until(lambda p: p.view.get("report") == "ready", "the report")
    assert any(c["score"] is not None and c["quotes"] for c in desk.view["competencies"])
    assert page.events("score_proposed") == [] and page.events("follow_up_proposed") == []
    desk_token = authorised(token_of(ordered["interviewer_link"]))
    report = await (
        await client.get(f"/api/v1/interviews/{ordered['interview']}/report", headers=desk_token)
    ).json()
    said = " ".join(question["answer_text"] for question in report["questions"])
    for competency in report["competencies"]:
        assert competency["score"] is None or competency["quotes"]
        assert all(quote["text"] in said for quote in competency["quotes"])
    html = await client.get(f"/api/v1/interviews/{ordered['interview']}/report.html", headers=desk_token)
    assert html.status == 200 and QUOTES[language] in await html.text()
    await page.close()
    await desk.close()


async def test_a_second_tab_takes_over_and_the_first_is_told(client: Client) -> None:
    token = await sign_in(client, await new_interview(client))
    first = await TestPage.open(client, token)
    await first.until(lambda p: p.view)
    second = await TestPage.open(client, token)
    await first.until(lambda p: p.closed_with is not None)
    assert first.closed_with == 4409
    await second.done("start_practice")
    await second.close()


async def test_reconnecting_with_the_last_seq_brings_the_rest_and_no_more(client: Client) -> None:
    token = await sign_in(client, await new_interview(client))
    page = await TestPage.open(client, token)
    await page.done("start")
    await page.done("skip_thinking")
    await page.done("text", text="I led the team that repaired the line.")
    await page.until(lambda p: p.events("transcript_final"))
    seen = max(record["seq"] for record in page.records)
    await page.close()
    again = await TestPage.open(client, token, after=seen)
    await again.until(lambda p: p.view)
    assert again.view["said"][0]["text"] == "I led the team that repaired the line."
    assert again.events("transcript_final") == [] and again.view["question"]["index"] == 1
    await again.close()


async def test_a_new_process_goes_on_where_the_old_one_was_killed(settings: Settings, tmp_path: Path) -> None:
    app = await build(settings, MediaSide.without())
    async with TestClient(TestServer(app)) as before:
        ordered = await new_interview(before)
        token = await sign_in(before, ordered)
        page = await TestPage.open(before, token)
        await page.done("start")
        await page.done("skip_thinking")
        await page.done("text", text="I led the team that repaired the line.")
        await page.until(lambda p: p.events("transcript_final"))
        opened = context_of(before).interviews.opened(ordered["interview"])
        assert opened is not None
        now = opened.live.now_ms()
        opened.live.emit(ev.TranscriptPartial("u9", "Then we measured", "the scra", now, now + 5))
    app = await build(settings, MediaSide.without())
    async with TestClient(TestServer(app)) as after:
        page = await TestPage.open(after, token)
        await page.until(lambda p: p.view)
        assert page.view["phase"] == "answering"
        said = [said["text"] for said in page.view["said"]]
        assert said == ["I led the team that repaired the line.", "Then we measured"], (
            "certain words are kept"
        )
        log = await context_of(after).interviews.log_of(ordered["interview"])
        assert [record.seq for record in log] == list(range(1, len(log) + 1))
        assert sum(record.event.type == "interview_opened" for record in log) == 1
        times = [record.at_ms for record in log]
        assert times == sorted(times)
        await page.close()


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"name": "Mallory"}, 403, "identity"),
        ({"phone": "13911111111"}, 403, "identity"),
        ({"consents": {"ai_analysis": False}}, 422, "consent_missing"),
        ({"name": ""}, 400, "input"),
        ({"mode": "smell"}, 400, "input"),
    ],
)
async def test_sign_in_refused(client: Client, fields: dict[str, Any], status: int, code: str) -> None:
    ordered = await new_interview(client, phone="13800000000")
    body = {"name": "Ada Lovelace", "phone": "13800000000", "mode": "text"}
    body |= {"consents": {"ai_analysis": True, "transfer": True}} | fields
    answer = await client.post(
        "/api/v1/entry/sign-in", json=body, headers=authorised(token_of(ordered["candidate_link"]))
    )
    problem = await answer.json()
    assert (answer.status, problem["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"


async def test_phone_is_compared_by_its_digits(client: Client) -> None:
    ordered = await new_interview(client, phone="+86 138-0000-0000")
    await sign_in(client, ordered, name="ada  lovelace", phone="13800000000")


async def test_a_person_instead_ends_without_prejudice(client: Client) -> None:
    ordered = await new_interview(client)
    headers = authorised(token_of(ordered["candidate_link"]))
    answer = await client.post("/api/v1/entry/human", json={"contact": "ada@example.org"}, headers=headers)
    assert answer.status == 202
    opened = await context_of(client).interviews.open(ordered["interview"])
    assert opened.state.end_reason == "declined"


async def test_wrong_rights(client: Client) -> None:
    one, other = await new_interview(client), await new_interview(client)
    desk = token_of(one["interviewer_link"])
    for path in ("report", "log", "report.html"):
        answer = await client.get(f"/api/v1/interviews/{other['interview']}/{path}", headers=authorised(desk))
        assert answer.status == 403
        answer = await client.get(f"/api/v1/interviews/{other['interview']}/{path}")
        assert answer.status == 401
    candidate = await sign_in(client, one)
    answer = await client.get(f"/api/v1/interviews/{one['interview']}/report", headers=authorised(candidate))
    assert answer.status == 403
    for token, interview, code in ((desk, other["interview"], 4403), ("nonsense", one["interview"], 4401)):
        page = await TestPage.open(client, token, interview=interview)
        await page.until(lambda p: p.closed_with is not None)
        assert page.closed_with == code
    answer = await client.post("/api/v1/interviews", json={}, headers=authorised(desk))
    assert answer.status == 403


async def test_another_sites_page_gets_no_socket(client: Client) -> None:
    answer = await client.get(
        "/api/v1/control",
        headers={
            "Origin": "https://evil.example", "Connection": "Upgrade", "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        },
    )  # fmt: skip
    assert answer.status == 403


async def test_lobby_follows(client: Client) -> None:
    lobby = await TestPage.open(client, desk_token(client, "interviewer", "ivan"))
    ordered = await new_interview(client, order={"interviewers": [{"subject": "ivan", "name": "Ivan"}]})
    await lobby.until(lambda p: p.lobby and p.lobby[0]["status"] == "waiting")
    page = await TestPage.open(client, await sign_in(client, ordered))
    await page.done("start")
    await lobby.until(lambda p: p.lobby[0]["status"] == "running" and p.lobby[0]["connection"] == "connected")
    await page.close()
    await lobby.until(lambda p: p.lobby[0]["connection"] == "lost")
    await lobby.close()


async def test_interviewer_acts(client: Client) -> None:
    ordered = await new_interview(client)
    page = await TestPage.open(client, await sign_in(client, ordered))
    desk = await TestPage.open(client, token_of(ordered["interviewer_link"]), interview=ordered["interview"])
    await page.done("start")
    await page.done("skip_thinking")
    await desk.until(lambda p: p.view.get("autopilot") is True)
    await desk.done("autopilot", on=False)
    await desk.until(lambda p: p.view["autopilot"] is False)
    assert page.events("autopilot_changed") == [] and "autopilot" not in page.view
    await desk.done("note", text="Looks calm")
    await desk.done("score", competency="professional", score=7.25, reason="clear example")
    await desk.done("follow_up", text="What did it cost?")
    await page.until(lambda p: (p.view.get("follow_up") or {}).get("text") == "What did it cost?")
    await desk.done("pause")
    await page.until(lambda p: p.view["phase"] == "paused")
    reply = await page.command("resume")
    assert reply["type"] == "problem" and reply["code"] == "conflict"
    await desk.done("resume")
    await desk.done("skip")
    await page.until(lambda p: (p.view.get("question") or {}).get("index") == 2)
    await desk.done("end")
    await page.until(lambda p: p.view["phase"] == "ended")
    human = next(c for c in desk.view["competencies"] if c["id"] == "professional")["human"]
    assert human["score"] == 7.2 and human["reason"] == "clear example"
    await page.close()
    await desk.close()


OFF_TOPIC = (
    "On the weekend I usually go hiking with my dog and last summer we went to the lake and it was "
    "really sunny and my sister cooked dinner for everybody and we played cards."
)


async def test_the_desk_is_told_what_to_notice_and_the_candidate_is_not(client: Client) -> None:
    ordered = await new_interview(client)
    page = await TestPage.open(client, await sign_in(client, ordered))
    desk = await TestPage.open(client, token_of(ordered["interviewer_link"]), interview=ordered["interview"])
    await page.done("start")
    await page.done("skip_thinking")
    await page.done("done")
    await page.until(lambda p: (p.view.get("question") or {}).get("index") == 2)
    await page.done("skip_thinking")
    await page.done("text", text=OFF_TOPIC)
    await desk.until(lambda p: p.view.get("prompts"), "a prompt on the desk")
    (prompt,) = desk.view["prompts"]
    assert prompt["kind"] == "off_topic" and prompt["quote"] in OFF_TOPIC and prompt["quote"]
    assert "prompts" not in page.view and "off_topic" not in str(page.records)
    log = await context_of(client).interviews.log_of(ordered["interview"])
    assert prompt["text"] not in str(log), "a view is not kept"
    await desk.done("skip")
    await desk.until(lambda p: not p.view["prompts"], "no prompt once the answer is over")
    await page.close()
    await desk.close()


async def test_an_interview_that_is_over_is_forgotten_and_read_again(client: Client) -> None:
    ordered = await new_interview(client)
    interviews = context_of(client).interviews
    page = await TestPage.open(client, await sign_in(client, ordered))
    await page.done("start")
    assert await interviews.sweep() == 0, "somebody is there"
    await page.done("leave")
    await page.until(lambda p: p.view["phase"] == "ended")
    opened = interviews.opened(ordered["interview"])
    assert opened is not None
    await opened.live.concluded.wait()
    await page.close()
    async with asyncio.timeout(60):
        while opened.live.watchers:
            await asyncio.sleep(0.01)
    assert await interviews.sweep() == 1 and interviews.opened(ordered["interview"]) is None
    desk = await TestPage.open(client, token_of(ordered["interviewer_link"]), interview=ordered["interview"])
    await desk.until(lambda p: p.view.get("report") == "ready")
    await desk.close()


async def test_a_flood_of_messages_is_cut_off(client: Client) -> None:
    page = await TestPage.open(client, await sign_in(client, await new_interview(client)))
    await page.until(lambda p: p.view)
    for number in range(200):
        await page.socket.send_json({"type": "command", "id": str(number), "command": "done"})
        if page.socket.closed:
            break
    await page.until(lambda p: p.closed_with is not None)
    assert page.closed_with == 4429


async def test_blind_hides_numbers_until_the_interviewer_has_scored(tmp_path: Path) -> None:
    environment = {"VIVA_DATA_DIR": str(tmp_path), "HOME": str(tmp_path), "VIVA_SCORING_VIEW": "blind"}
    app = await build(Settings.from_environment(environment), MediaSide.without())
    async with TestClient(TestServer(app)) as client:
        ordered = await new_interview(client)
        page = await TestPage.open(client, await sign_in(client, ordered))
        desk = await TestPage.open(
            client, token_of(ordered["interviewer_link"]), interview=ordered["interview"]
        )
        await page.done("start")
        await page.done("skip_thinking")
        await page.done("text", text=ANSWERS["en"])
        opened = context_of(client).interviews.opened(ordered["interview"])
        assert opened is not None

        def scored() -> list[str]:
            return [c for c, s in opened.state.scores.items() if s.score is not None]

        await desk.until(
            lambda p: any(c["quotes"] for c in p.view.get("competencies", [])), "evidence is visible"
        )
        assert scored() and all(c["score"] is None and c["hidden"] for c in desk.view["competencies"])
        assert desk.events("score_proposed") == []
        await desk.until(lambda p: (p.view.get("coverage") or {}).get("quotes"), "the board under blind")
        board = desk.view["coverage"]
        assert all(quote["text"] in ANSWERS["en"] for quote in board["quotes"])
        assert {row["competency"] for row in board["rows"]} == {c["id"] for c in desk.view["competencies"]}
        assert "score" not in str(board)
        first = scored()[0]
        token = token_of(ordered["interviewer_link"])
        await desk.done("end")
        await desk.until(lambda p: p.view.get("report") == "ready")
        path = f"/api/v1/interviews/{ordered['interview']}"
        assert (await client.get(f"{path}/report", headers=authorised(token))).status == 403
        kinds = {
            record["event"]["type"]
            for record in (await (await client.get(f"{path}/log", headers=authorised(token))).json())[
                "records"
            ]
        }
        assert "transcript_final" in kinds and "score_proposed" not in kinds
        lines = (await (await client.get("/api/v1/interviews", headers=authorised(token))).json())[
            "interviews"
        ]
        assert lines[0]["total"] is None
        for competency in scored():
            await desk.done("score", competency=competency, score=6, reason="")
        assert (await client.get(f"{path}/report", headers=authorised(token))).status == 200

        def shown(page: TestPage) -> bool:
            return any(c["id"] == first and c["score"] is not None for c in page.view["competencies"])

        await desk.until(shown, "the number after the interviewer's own")
        await page.close()
        await desk.close()
