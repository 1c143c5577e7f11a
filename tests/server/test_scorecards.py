"""Two interviewers score and decide, by the public protocol: reasons, blind, the report and its copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from scoring.job_file import shipped_jobs
from scoring.scales import score_of_levels
from server.app import build
from server.media import MediaSide
from server.settings import Settings
from tests.server.pages import TestPage, authorised, context_of
from tests.server.test_panel import Panel, scoped

Client = TestClient[web.Request, Any]
JOB = shipped_jobs()["production-supervisor.en"]
PROFESSIONAL = JOB.competencies[0]
SCALES = [scale.id for scale in PROFESSIONAL.sub_dimensions]
ANSWER = (
    "Last year our packing line stopped twice a week. I measured every stop for two weeks, "
    "I changed the rolls myself and cut the stops by 40 per cent."
)
WHY = "Clear figures in two answers"


def shown(page: TestPage, competency: str = PROFESSIONAL.id) -> dict[str, Any]:
    found: dict[str, Any] = next(c for c in page.view["competencies"] if c["id"] == competency)
    return found


async def answered(panel: Panel) -> None:
    """The first question is skipped, the second is answered so that there are scores."""
    await panel.ivan.done("skip")
    await panel.candidate.until(lambda p: (p.view.get("question") or {}).get("index") == 2)
    await panel.candidate.done("skip_thinking")
    await panel.candidate.done("text", text=ANSWER)


async def report(panel: Panel, query: str = "") -> dict[str, Any]:
    path = f"/api/v1/interviews/{panel.interview}/report{query}"
    headers = authorised(scoped(panel.client, "interviewer", "ivan"))
    answer = await panel.client.get(path, headers=headers)
    assert answer.status == 200, await answer.text()
    body: dict[str, Any] = await answer.json()
    return body


async def test_levels_with_reasons_a_decision_and_the_report(client: Client) -> None:
    panel = await Panel.meet(client)
    await answered(panel)
    await panel.ivan.until(lambda p: shown(p)["score"] is not None, "the system's score")
    ivan, mei = panel.ivan, panel.mei
    proposed = {scale["id"]: scale["level"] for scale in shown(ivan)["sub_dimensions"]}
    near = {scale: int(level + 0.5) for scale, level in proposed.items()}
    far = 5 if near[SCALES[0]] < 4 else 1
    refused = await ivan.command("level", competency="professional", sub_dimension=SCALES[0], level=far)
    assert refused["code"] == "reason_needed"
    await ivan.done("level", competency="professional", sub_dimension=SCALES[0], level=far, reason="led it")
    await ivan.until(lambda p: shown(p)["human"])
    assert shown(ivan)["human"]["complete"] is False
    for scale in SCALES[1:]:
        await ivan.done("level", competency="professional", sub_dimension=scale, level=near[scale])
    expected = score_of_levels(PROFESSIONAL, {**near, SCALES[0]: far})
    await ivan.until(lambda p: (shown(p)["human"] or {}).get("complete"))
    assert shown(ivan)["human"]["score"] == expected
    await mei.until(lambda p: shown(p)["others"])
    assert shown(mei)["others"][0]["by"] == "ivan" and shown(mei)["human"] is None
    assert (await mei.command("decide", decision="advance", reason=WHY))["code"] == "conflict"
    await mei.done("note", text="Measured first", at_ms=1)
    await ivan.done("end")
    await mei.until(lambda p: p.view["report"] == "ready")
    assert (await mei.command("decide", decision="advance", reason="good"))["code"] == "reason_needed"
    await mei.done("decide", decision="hold", reason=WHY)
    await ivan.done("decide", decision="advance", reason="Mei Chen and I agree after the second look")
    await mei.until(lambda p: len(p.view["decisions"]) == 2)
    assert "decisions" not in panel.candidate.view and WHY not in str(panel.candidate.records)
    body = await report(panel)
    assert body["decision"]["decision"] == "advance" and body["decision"]["name"] == "Ivan Petrov"
    assert [one["decision"] for one in body["decisions"]] == ["hold", "advance"]
    (given,) = body["human_scores"]
    assert given["score"] == expected and given["levels"][0]["reason"] == "led it"
    assert body["notes"] == [{"at_ms": 1, "by": "mei", "name": "Mei Chen", "text": "Measured first"}]
    copy = await report(panel, "?copy=candidate")
    assert "Ivan" not in str(copy) and "Mei" not in str(copy) and "notes" not in copy
    assert copy["decision"]["reason"] == "… and I agree after the second look"
    page = await panel.client.get(
        f"/api/v1/interviews/{panel.interview}/report.html?language=zh",
        headers=authorised(scoped(panel.client, "interviewer", "mei")),
    )
    assert "进入下一环节" in await page.text()
    await panel.close()


async def test_blind_hides_the_colleagues_numbers_too(tmp_path: Path) -> None:
    environment = {"VIVA_DATA_DIR": str(tmp_path), "HOME": str(tmp_path), "VIVA_SCORING_VIEW": "blind"}
    app = await build(Settings.from_environment(environment), MediaSide.without())
    async with TestClient(TestServer(app)) as client:
        panel = await Panel.meet(client)
        await answered(panel)
        ivan, mei = panel.ivan, panel.mei
        opened = context_of(client).interviews.opened(panel.interview)
        assert opened is not None
        await ivan.until(lambda p: shown(p)["quotes"], "evidence is visible")
        for scale in SCALES:
            await mei.done("level", competency="professional", sub_dimension=scale, level=5)
        await mei.until(lambda p: shown(p)["score"] is not None, "who has scored sees the system's")
        await ivan.done("level", competency="professional", sub_dimension=SCALES[0], level=2)
        await ivan.until(lambda p: shown(p)["human"])
        view = shown(ivan)
        assert view["score"] is None and view["others"] == [] and view["hidden"]
        assert all(scale["level"] is None and scale["others"] == [] for scale in view["sub_dimensions"])
        assert ivan.events("level_given") == [] and ivan.events("score_proposed") == []
        assert "level_given" not in {event["type"] for event in await panel.log()}
        # A colleague's decision would tell as much: it opens with the report, once one has scored.
        await ivan.done("end")
        await mei.until(lambda p: p.view["status"] == "ended")
        await mei.done("decide", decision="reject", reason=WHY)
        await mei.until(lambda p: p.view["decisions"])
        await ivan.until(lambda p: p.view["status"] == "ended")
        assert WHY not in str((ivan.view, ivan.records, await panel.log()))
        assert ivan.view["decisions"] == [] and ivan.view["decisions_withheld"]
        mine = "I would like to see them once more"
        await ivan.done("decide", decision="hold", reason=mine)
        await ivan.until(lambda p: p.view["decisions"])
        assert [one["reason"] for one in ivan.view["decisions"]] == [mine]
        for scale in SCALES[1:]:
            await ivan.done("level", competency="professional", sub_dimension=scale, level=None)
        await ivan.until(lambda p: shown(p)["others"] and shown(p)["score"] is not None)
        assert shown(ivan)["others"] == [
            {"by": "mei", "score": 10.0, "reason": "", "whole": False, "complete": True}
        ]
        for competency in JOB.competencies[1:]:
            await ivan.done("score", competency=competency.id, score=None, reason="not heard")
        await ivan.until(lambda p: not p.view["decisions_withheld"])
        assert [one["reason"] for one in ivan.view["decisions"]] == [WHY, mine]
        await panel.close()
