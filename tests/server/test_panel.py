"""Two interviewers and a candidate by the public protocol: hand-over, refusal, private words, more time."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from server.persons import EVERY
from server.tokens import Role
from tests.server.pages import TestPage, authorised, context_of, desk_token, new_interview, sign_in, token_of

Client = TestClient[web.Request, Any]
SECRET = "Between us: ask about the scrap rate"


ORDER = {
    "interviewers": [{"subject": "ivan", "name": "Ivan Petrov"}, {"subject": "mei", "name": "Mei Chen"}],
}


def scoped(client: Client, role: Role, subject: str) -> str:
    """A token for everything of the house that ``role`` may see."""
    return desk_token(client, role, subject, departments=[EVERY], jobs=[EVERY])


class Panel:
    """A candidate and two interviewers in one interview."""

    def __init__(self, client: Client, interview: str, *pages: TestPage) -> None:
        self.client = client
        self.interview = interview
        self.candidate, self.ivan, self.mei = pages

    @classmethod
    async def meet(cls, client: Client) -> Panel:
        ordered = await new_interview(client, order=ORDER)
        interview = ordered["interview"]
        candidate = await TestPage.open(client, await sign_in(client, ordered))
        links = {one["subject"]: token_of(one["link"]) for one in ordered["interviewers"]}
        ivan = await TestPage.open(client, links["ivan"], interview=interview)
        await ivan.until(lambda p: p.view.get("panel", {}).get("controller") == "ivan")
        mei = await TestPage.open(client, links["mei"], interview=interview)
        await mei.until(lambda p: p.view)
        await candidate.done("start")
        await candidate.done("skip_thinking")
        for page in (candidate, ivan, mei):
            await page.until(lambda p: p.view.get("phase") == "answering")
        return cls(client, interview, candidate, ivan, mei)

    async def log(self, subject: str = "ivan", role: Role = "interviewer") -> list[dict[str, Any]]:
        headers = authorised(scoped(self.client, role, subject))
        answer = await self.client.get(f"/api/v1/interviews/{self.interview}/log", headers=headers)
        return [record["event"] for record in (await answer.json())["records"]]

    async def close(self) -> None:
        for page in (self.candidate, self.ivan, self.mei):
            await page.close()


@pytest.fixture
async def panel(client: Client) -> Any:
    met = await Panel.meet(client)
    yield met
    await met.close()


STEERING: list[tuple[str, dict[str, Any]]] = [
    ("extend", {}),
    ("pause", {}),
    ("resume", {}),
    ("skip", {}),
    ("end", {}),
    ("autopilot", {"on": False}),
    ("follow_up", {"text": "What did it cost?"}),
    ("dismiss", {"follow_up": "f1"}),
]


async def test_who_watches_is_refused_and_told_who_conducts(panel: Panel) -> None:
    before = len(await panel.log())
    for name, fields in STEERING:
        reply = await panel.mei.command(name, **fields)
        assert (reply["type"], reply["code"]) == ("problem", "not_in_control"), (name, reply)
        assert "Ivan Petrov has control" in reply["title"]
        assert (reply["reason"], reply["values"]) == ("control_held", {"name": "Ivan Petrov"})
    assert len(await panel.log()) == before, "a refused command leaves nothing in the log"
    assert panel.candidate.view["phase"] == "answering"


async def test_control_is_handed_over_and_everybody_sees_it(panel: Panel) -> None:
    await panel.mei.done("ask_control")
    await panel.ivan.until(lambda p: p.view["panel"]["asking"] == ["mei"])
    await panel.ivan.done("hand_over", to="mei")
    for page in (panel.ivan, panel.mei):
        await page.until(lambda p: p.view["panel"]["controller"] == "mei" and not p.view["panel"]["asking"])
    await panel.mei.done("pause")
    await panel.candidate.until(lambda p: p.view["phase"] == "paused")
    assert (await panel.ivan.command("resume"))["code"] == "not_in_control"
    await panel.mei.done("resume")
    passed = [event for event in await panel.log() if event["type"] == "control_passed"]
    assert [(event["to"], event["reason"]) for event in passed] == [("ivan", "first"), ("mei", "handed_over")]


async def test_presence_follows_and_control_of_somebody_gone_is_taken_later(panel: Panel) -> None:
    assert (await panel.mei.command("take_control"))["code"] == "not_in_control"
    await panel.ivan.close()

    def ivan_is_here(page: TestPage) -> bool:
        return any(one["id"] == "ivan" and one["here"] for one in page.view["panel"]["people"])

    await panel.mei.until(lambda p: not ivan_is_here(p))
    reply = await panel.mei.command("take_control")
    assert reply["code"] == "not_in_control" and "take control in" in reply["title"]
    opened = context_of(panel.client).interviews.opened(panel.interview)
    assert opened is not None
    later_ms = panel.mei.view["panel"]["take_after_ms"]
    opened.live.now_ms = lambda: later_ms
    await panel.mei.done("take_control")
    await panel.mei.until(lambda p: p.view["panel"]["controller"] == "mei")
    await panel.mei.done("pause")


async def test_the_panel_talks_and_the_candidate_never_hears_of_it(panel: Panel) -> None:
    await panel.mei.done("chat", text=SECRET)
    await panel.ivan.until(lambda p: p.events("panel_message"))
    assert panel.ivan.events("panel_message") == [{"type": "panel_message", "by": "mei", "text": SECRET}]
    await panel.ivan.done("bookmark", bookmark="b1", at_ms=0, word="scrap")
    await panel.ivan.done("note", text="Mei is right", at_ms=5)
    await panel.candidate.done("text", text="We cut the scrap rate.")
    await panel.candidate.until(lambda p: p.view["said"])
    again = await TestPage.open(panel.client, await sign_in_again(panel), after=0)
    await again.until(lambda p: p.view)
    for page in (panel.candidate, again):
        told = str(page.records) + str(page.view)
        assert SECRET not in told and "mei" not in told and "ivan" not in told and "Mei is right" not in told
        assert not {"panel", "notes", "bookmarks"} & page.view.keys()
    assert again.closed_with is None and (await again.command("chat", text="hello?"))["type"] == "problem"
    await again.close()


async def sign_in_again(panel: Panel) -> str:
    given = context_of(panel.client)
    return given.tokens.issue(
        "candidate", "session", now=given.unix_s(), lifetime_s=60, subject="c", interview=panel.interview
    )


@pytest.mark.parametrize(
    ("role", "sees"),
    [("interviewer", True), ("department_head", True), ("auditor", True), ("recruiter", False)],
)
async def test_the_panels_words_are_hidden_by_role(panel: Panel, role: Role, sees: bool) -> None:
    await panel.mei.done("chat", text=SECRET)
    await panel.ivan.until(lambda p: p.events("panel_message"))
    subject = "ivan" if role == "interviewer" else "otto"
    assert (SECRET in str(await panel.log(subject, role))) is sees
    if role == "auditor":
        return  # no desk of theirs
    token = scoped(panel.client, role, subject)
    page = await TestPage.open(panel.client, token, interview=panel.interview)
    await page.until(lambda p: p.view and p.events("answer_started"))
    assert (SECRET in str(page.records)) is sees
    assert page.view["panel"]["takes_part"] is sees
    people = [one["id"] for one in page.view["panel"]["people"]]
    assert people == (["ivan", "mei", "otto"] if role == "department_head" else ["ivan", "mei"])
    await page.close()


async def test_nobody_floods_the_panel(panel: Panel) -> None:
    replies = [await panel.mei.command("chat", text=f"word {number}") for number in range(12)]
    assert [reply["type"] for reply in replies[:8]] == ["ack"] * 8
    assert replies[-1]["code"] == "rate"
    assert (await panel.ivan.command("chat", text="I am not flooding"))["type"] == "ack"
    for text in ("", "   ", "x" * 501):
        assert (await panel.ivan.command("chat", text=text))["type"] == "problem"


async def test_more_time_reaches_the_candidate_without_a_name(panel: Panel) -> None:
    before = panel.candidate.view["deadline"]
    await panel.ivan.done("extend")
    await panel.candidate.until(lambda p: p.view["added"])
    after = panel.candidate.view["deadline"]
    assert after["ends_at_ms"] == before["ends_at_ms"] + 60_000
    assert after["length_ms"] == before["length_ms"] + 60_000
    assert panel.candidate.view["added"]["seconds"] == 60
    await panel.mei.until(lambda p: p.view["deadline"] == after)
    assert "question_extended" not in str(panel.candidate.records)
    assert (await panel.ivan.command("extend", seconds=100_000))["code"] == "bad_command"


async def test_bookmarks_and_notes_stand_at_their_moment(panel: Panel) -> None:
    await panel.ivan.done("bookmark", bookmark="b1", at_ms=3)
    await panel.ivan.done("bookmark", bookmark="b1", at_ms=99, word="figures")
    await panel.mei.done("bookmark", bookmark="b1", at_ms=2**40)
    await panel.mei.done("note", text="Calm under pressure", at_ms=2)
    await panel.ivan.until(lambda p: len(p.view["bookmarks"]) == 2 and p.view["notes"])
    first, second = panel.ivan.view["bookmarks"]
    assert (first["at_ms"], first["word"], first["name"]) == (3, "figures", "Ivan Petrov")
    assert second["by"] == "mei" and second["at_ms"] < 2**40, "nobody marks the future"
    (note,) = panel.ivan.view["notes"]
    assert (note["at_ms"], note["by"], note["text"]) == (2, "mei", "Calm under pressure")


async def test_who_asked_an_own_question_stays_with_the_panel(panel: Panel) -> None:
    asked = "What would you do differently now?"
    await panel.ivan.done("follow_up", text=asked, follow_up="from-ivan")
    await panel.candidate.until(lambda p: p.events("follow_up_asked") and p.view["follow_up"])
    assert panel.candidate.events("follow_up_asked")[0]["text"] == asked
    assert panel.candidate.view["follow_up"]["text"] == asked
    told = str((panel.candidate.records, panel.candidate.view))
    assert "ivan" not in told.casefold() and "interviewer" not in told
    await panel.mei.until(lambda p: p.view["follow_ups"])
    assert panel.mei.view["follow_ups"][0]["by"] == "interviewer"
    assert "ivan" not in panel.mei.view["follow_ups"][0]["reason"]


async def assign(panel: Panel, method: str, subject: str) -> None:
    url = f"/api/v1/interviews/{panel.interview}/interviewers/{subject}"
    headers = authorised(scoped(panel.client, "recruiter", "rita"))
    body = {"name": "Hana"} if method == "PUT" else None
    async with panel.client.request(method, url, headers=headers, json=body) as answer:
        assert answer.status in (200, 204), await answer.text()


async def test_who_is_assigned_conducts_without_a_reload_and_taken_off_drops_control(panel: Panel) -> None:
    hana = await TestPage.open(
        panel.client, scoped(panel.client, "department_head", "hana"), interview=panel.interview
    )
    await hana.until(lambda p: p.view.get("panel"))
    assert hana.view["panel"]["conducts"] is False
    await assign(panel, "PUT", "hana")
    await hana.until(lambda p: p.view["panel"]["conducts"])
    await hana.done("ask_control")
    await panel.ivan.done("hand_over", to="hana")
    await hana.until(lambda p: p.view["panel"]["controller"] == "hana")
    await hana.done("pause")
    await assign(panel, "DELETE", "hana")
    await hana.until(lambda p: p.view["panel"]["controller"] == "ivan")
    assert hana.view["panel"]["conducts"] is False and "control" not in hana.view["may"]
    assert (await hana.command("resume"))["code"] == "forbidden"
    await panel.ivan.done("resume")
    await hana.close()


async def test_who_is_taken_off_the_interview_leaves_control_behind(panel: Panel) -> None:
    await assign(panel, "DELETE", "ivan")
    await panel.ivan.until(lambda p: p.closed_with == 4403)
    await panel.mei.until(lambda p: p.view["panel"]["controller"] == "mei")
    await panel.mei.done("pause")
