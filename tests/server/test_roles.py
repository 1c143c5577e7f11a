"""Who may see and do what, over the running server: every route and command, own and others' interviews.

The tables below are read as data. A route or a command that is added without a line here fails a test.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from server.access import ACTIONS
from server.control.commands import DeskCommand
from server.persons import EVERY
from server.settings import Settings
from tests.browser.interviewer.reports import sample_report
from tests.server.pages import (
    TestPage,
    authorised,
    context_of,
    desk_token,
    new_interview,
    sign_in,
    token_of,
)
from tests.server.test_recordings import record

Client = TestClient[web.Request, Any]
Json = dict[str, Any]
API = "/api/v1"

# Three interviews: OWN is in sales, for the English post, with Ada and Ann as interviewers; POST is in sales
# too, for the Chinese post, with Bob; LAW is in the law department, for the English post, with Bob.
#
#   ada, bob    interviewers in sales          rita, ron     recruiters of sales, of law
#   hana, hugo  heads of the English, of the   axel, anna    auditors of sales, of law
#               Chinese post in sales          olga          operator of the whole house
#   cora, carl  candidates of OWN, of POST     -             nobody: no token
#
# Paths are below /api/v1, their interview is OWN. + lets in, . is refused with 403, 0 with 401.
ROUTES = """
                                                        ada bob hana hugo rita ron axel anna olga cora carl -
GET     /interviews                                     +   +   +    +    +    +   +    +    .    .    .    0
POST    /interviews                                     .   .   .    .    +    .   .    .    .    .    .    0
GET     /interviews/{interview}/links                   .   .   .    .    +    .   .    .    .    .    .    0
PUT     /interviews/{interview}/interviewers/{subject}  .   .   .    .    +    .   .    .    .    .    .    0
DELETE  /interviews/{interview}/interviewers/{subject}  .   .   .    .    +    .   .    .    .    .    .    0
GET     /interviews/{interview}/audit                   .   .   .    .    .    .   +    .    .    .    .    0
GET     /interviews/{interview}/log                     +   .   +    .    +    .   +    .    .    .    .    0
GET     /interviews/{interview}/report                  +   .   +    .    +    .   +    .    .    .    .    0
GET     /interviews/{interview}/report.html             +   .   +    .    +    .   +    .    .    .    .    0
GET     /interviews/{interview}/report.pdf              +   .   +    .    +    .   +    .    .    .    .    0
GET     /interviews/{interview}/recording               +   .   +    .    +    .   .    .    .    .    .    0
POST    /interviews/{interview}/recording/ticket        +   .   +    .    +    .   .    .    .    .    .    0
GET     /interviews/{interview}/recording/{part}        +   .   +    .    +    .   .    .    .    .    .    0
DELETE  /interviews/{interview}/recording               .   .   .    .    +    .   .    .    .    .    .    0
POST    /whep/{interview}                               +   .   +    .    +    .   .    .    .    .    .    0
PATCH   /whep/{interview}/{connection}                  +   .   +    .    +    .   .    .    .    .    .    0
DELETE  /whep/{interview}/{connection}                  +   .   +    .    +    .   .    .    .    .    .    0
GET     /interviews/{interview}/thumbnail               +   .   +    .    +    .   .    .    .    .    .    0
POST    /interviews/{interview}/microphone              +   .   .    .    .    .   .    .    .    .    .    0
PATCH   /interviews/{interview}/microphone/{connection} +   .   .    .    .    .   .    .    .    .    .    0
DELETE  /interviews/{interview}/microphone/{connection} +   .   .    .    .    .   .    .    .    .    .    0
GET     /entry                                          .   .   .    .    .    .   .    .    .    +    +    0
POST    /entry/sign-in                                  .   .   .    .    .    .   .    .    .    +    +    0
POST    /entry/human                                    .   .   .    .    .    .   .    .    .    +    +    0
POST    /entry/consents                                 .   .   .    .    .    .   .    .    .    +    +    0
GET     /entry/report                                   .   .   .    .    .    .   .    .    .    +    +    0
GET     /entry/report.pdf                               .   .   .    .    .    .   .    .    .    +    +    0
POST    /entry/questionnaire                            .   .   .    .    .    .   .    .    .    +    +    0
POST    /whip                                           .   .   .    .    .    .   .    .    .    +    +    0
PATCH   /whip/{connection}                              .   .   .    .    .    .   .    .    .    +    +    0
DELETE  /whip/{connection}                              .   .   .    .    .    .   .    .    .    +    +    0
"""

OPEN = """
GET     /healthz
GET     /readyz
GET     /metrics
GET     /api/v1/openapi.json
OPTIONS /api/v1/whip
OPTIONS /api/v1/whip/{connection}
OPTIONS /api/v1/whep/{interview}
OPTIONS /api/v1/whep/{interview}/{connection}
OPTIONS /api/v1/interviews/{interview}/microphone
OPTIONS /api/v1/interviews/{interview}/microphone/{connection}
GET     /
GET     /c/
GET     /c
GET     /c/{path}
GET     /i/
GET     /i
GET     /i/{path}
GET     /shared/{path}
"""
"""For anybody, since nothing of an interview is told: probes, pages without content, headers."""

SOCKET = ("GET", "/api/v1/control")
"""Asks for the token in its first message: see COMMANDS."""

BODIES: dict[tuple[str, str], Json] = {
    ("POST", "/api/v1/interviews"): {
        "job": "production-supervisor.en",
        "department": "sales",
        "candidate": {"name": "Nadia"},
    },
    ("PUT", "/api/v1/interviews/{interview}/interviewers/{subject}"): {"name": "Eve"},
    ("POST", "/api/v1/entry/sign-in"): {
        "name": "Ada Lovelace",
        "consents": {"ai_analysis": True, "transfer": True},
        "mode": "text",
    },
    ("POST", "/api/v1/entry/human"): {"contact": "cora@example.org"},
    ("POST", "/api/v1/entry/consents"): {"purpose": "recording", "granted": True},
    ("POST", "/api/v1/entry/questionnaire"): {"clarity": 5, "comfort": 5},
}


NO_OFFER = (415, "unsupported_media_type")
NOT_FOUND = (404, "not_found")
LET_IN: dict[tuple[str, str], tuple[int, str]] = {
    # These requests carry no SDP, and nothing is connected: media let in are in tests/server/whep and whip.
    ("POST", API + "/whep/{interview}"): NO_OFFER,
    ("PATCH", API + "/whep/{interview}/{connection}"): NOT_FOUND,
    ("DELETE", API + "/whep/{interview}/{connection}"): NOT_FOUND,
    ("GET", API + "/interviews/{interview}/thumbnail"): NOT_FOUND,
    ("POST", API + "/interviews/{interview}/microphone"): NO_OFFER,
    ("PATCH", API + "/interviews/{interview}/microphone/{connection}"): NOT_FOUND,
    ("DELETE", API + "/interviews/{interview}/microphone/{connection}"): NOT_FOUND,
    ("POST", API + "/whip"): NO_OFFER,
    ("PATCH", API + "/whip/{connection}"): NOT_FOUND,
    ("DELETE", API + "/whip/{connection}"): NOT_FOUND,
    # The policy gives candidates no copy.
    ("GET", API + "/entry/report"): NOT_FOUND,
    ("GET", API + "/entry/report.pdf"): NOT_FOUND,
}
"""What somebody who may is told where this house has nothing to give; everywhere else it succeeds."""


def read(text: str) -> Iterator[tuple[tuple[str, str], dict[str, str]]]:
    head, *rows = [line.split() for line in text.strip().splitlines()]
    for method, path, *cells in rows:
        yield (method, API + path), dict(zip(head, cells, strict=True))


class House:
    """The three interviews and everybody's tokens."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.address = 1
        self.ids: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.entry: dict[str, str] = {}

    @classmethod
    async def built(cls, client: Client) -> House:
        house = cls(client)
        people = [{"subject": name, "name": name.title()} for name in ("ada", "ann")]
        bob = [{"subject": "bob", "name": "Bob"}]
        own = await new_interview(client, order={"department": "sales", "interviewers": people})
        post = await new_interview(
            client, "production-supervisor.zh", order={"department": "sales", "interviewers": bob}
        )
        law = await new_interview(client, order={"department": "law", "interviewers": bob})
        house.ids = {"OWN": own["interview"], "POST": post["interview"], "LAW": law["interview"]}
        sales, law_only = {"departments": ["sales"]}, {"departments": ["law"]}
        house.tokens = {
            "ada": desk_token(client, "interviewer", "ada", **sales),
            "bob": desk_token(client, "interviewer", "bob", **sales),
            "hana": desk_token(client, "department_head", "hana", jobs=["production-supervisor.en"], **sales),
            "hugo": desk_token(client, "department_head", "hugo", jobs=["production-supervisor.zh"], **sales),
            "rita": desk_token(client, "recruiter", "rita", **sales),
            "ron": desk_token(client, "recruiter", "ron", **law_only),
            "axel": desk_token(client, "auditor", "axel", **sales),
            "anna": desk_token(client, "auditor", "anna", **law_only),
            "olga": desk_token(client, "operator", "olga", departments=[EVERY], jobs=[EVERY]),
            "cora": await sign_in(client, own),
            "carl": await sign_in(client, post),
        }
        house.entry = {"cora": token_of(own["candidate_link"]), "carl": token_of(post["candidate_link"])}
        return house

    def move(self) -> None:
        """Ask from another address: so many refused requests from one would be too many."""
        self.address += 1

    def headers(self, person: str, path: str) -> dict[str, str]:
        address = {"X-Forwarded-For": f"198.51.100.{self.address}"}
        if person == "-":
            return address
        entry = self.entry if path.startswith("/api/v1/entry") else {}
        return address | authorised(entry.get(person, self.tokens[person]))

    async def ask(self, person: str, method: str, path: str, interview: str = "OWN") -> tuple[int, Json]:
        where = path.format(
            interview=self.ids.get(interview, interview), subject="eve", connection="none", part="1"
        )
        body = BODIES.get((method, path))
        answer = await self.client.request(method, where, json=body, headers=self.headers(person, path))
        self.client.session.cookie_jar.clear()  # people do not share a browser
        is_json = answer.content_type in ("application/json", "application/problem+json")
        return answer.status, await answer.json() if is_json else {}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Behind a proxy, which says where each request comes from."""
    home = str(tmp_path)
    return Settings.from_environment({"VIVA_DATA_DIR": home, "HOME": home, "VIVA_TRUSTED_PROXIES": "1"})


@pytest.fixture
async def house(client: Client) -> House:
    return await House.built(client)


async def test_every_route_has_a_line(client: Client) -> None:
    assert client.app is not None
    served = {
        (route.method, route.resource.canonical)
        for route in client.app.router.routes()
        if route.resource is not None and route.method != "HEAD"  # answered as GET, without the body
    }
    lines = dict(read(ROUTES)).keys() | {tuple(line.split()) for line in OPEN.strip().splitlines()}
    assert served == {*lines, SOCKET}, "a new route: who may use it? Write it into ROUTES and docs/roles.md"


async def test_every_route_lets_in_whom_the_table_says(house: House) -> None:
    own = house.ids["OWN"]
    await context_of(house.client).store.put_report(own, sample_report("en"), at_ms=1)
    await record(house.client, own, seconds=1.0)
    wrong = []
    for route, cells in read(ROUTES):
        house.move()
        for person, cell in cells.items():
            status, body = await house.ask(person, *route)
            expected = {"+": LET_IN.get(route), ".": (403, "forbidden"), "0": (401, "access")}[cell]
            got = (status, body.get("code")) if status >= 300 or expected else None
            if got != expected:
                wrong.append(f"{' '.join(route)}, {person}: {status} {body}")
            if cell != "+" and (house.ids["OWN"] in str(body) or "Lovelace" in str(body)):
                wrong.append(f"{' '.join(route)} tells {person} {body}")
    assert not wrong, "\n".join(wrong)


async def test_an_interview_to_be_hidden_looks_like_none(house: House) -> None:
    """Word for word: neither the status nor the sentence tells whether an id is real."""
    wrong = []
    for route, cells in read(ROUTES):
        house.move()
        hidden = [person for person, cell in cells.items() if cell == "." and "{interview}" in route[1]]
        if "microphone" in route[1]:
            hidden.remove("hana")  # the interview is in her list; she is told that she is not assigned
        for person in hidden:
            real, none = [await house.ask(person, *route, interview) for interview in ("OWN", "no-such-id")]
            if real != none or real[0] != 403:
                wrong.append(f"{' '.join(route)} tells {person} {real}, not {none}")
    assert wrong == []


SEEN = {
    "ada": {"OWN"},
    "bob": {"POST"},
    "hana": {"OWN"},
    "hugo": {"POST"},
    "rita": {"OWN", "POST"},
    "ron": {"LAW"},
    "axel": {"OWN", "POST"},
    "anna": {"LAW"},
}


async def test_the_list_is_cut_to_the_person(house: House) -> None:
    for person, seen in SEEN.items():
        _, body = await house.ask(person, "GET", "/api/v1/interviews")
        expected = {house.ids[name] for name in seen}
        assert {line["interview"] for line in body["interviews"]} == expected, person
        page = await TestPage.open(house.client, house.tokens[person])
        await page.until(lambda p: p.lobby)
        assert {line["interview"] for line in page.lobby} == expected, person
        assert page.me["subject"] == person
        for line in page.lobby:
            assert set(line["may"]) <= set(ACTIONS) and "list" in line["may"]
        await page.close()


async def test_a_link_to_one_interview_lists_that_one(house: House) -> None:
    token = desk_token(house.client, "recruiter", "rita", departments=["sales"], interview=house.ids["POST"])
    answer = await house.client.get("/api/v1/interviews", headers=authorised(token))
    assert [line["interview"] for line in (await answer.json())["interviews"]] == [house.ids["POST"]]


# What each may do at the desk of OWN; who is not here gets no desk at all. Hana is not assigned.
COMMANDS = """
           ada hana rita
plain      +   .    .
follow_up  +   .    .
dismiss    +   .    .
autopilot  +   .    .
extend     +   .    .
ask_control   +   .    .
take_control  +   .    .
hand_over  +   .    .
microphone +   .    .
note       +   +    .
bookmark   +   +    .
chat       +   +    .
score      +   +    .
level      +   +    .
decide     +   +    .
"""
FIELDS: dict[str, Json] = {
    "plain": {"command": "pause"},
    "follow_up": {"text": "What did it cost?"},
    "dismiss": {"follow_up": "f1"},
    "autopilot": {"on": False},
    "extend": {"seconds": 60},
    "ask_control": {},
    "take_control": {},
    "hand_over": {"to": "hana"},
    "microphone": {"connection": "none", "on": True},
    "note": {"text": "Calm"},
    "bookmark": {"bookmark": "b1", "at_ms": 0},
    "chat": {"text": "Figures?"},
    "score": {"competency": "professional", "score": 7},
    "level": {"competency": "communication", "sub_dimension": "clarity", "level": 4},
    "decide": {"decision": "hold", "reason": "Wait for the second conversation"},
}


RIGHT = {"bookmark": "note", "level": "score", **{name: name for name in ("note", "chat", "score", "decide")}}
"""The right that a command needs, where it is not "control"."""


def read_commands() -> dict[str, dict[str, str]]:
    head, *rows = [line.split() for line in COMMANDS.strip().splitlines()]
    return {name: dict(zip(head, cells, strict=True)) for name, *cells in rows}


def test_every_command_has_a_line() -> None:
    tags = {str(kind.__struct_config__.tag) for kind in get_args(DeskCommand)}
    assert tags == set(read_commands()) == set(FIELDS)


async def test_commands(house: House) -> None:
    written: dict[str, int] = {}
    for person in ("rita", "hana", "ada"):
        page = await TestPage.open(house.client, house.tokens[person], interview=house.ids["OWN"])
        await page.until(lambda p: p.view)
        assert page.view["me"]["subject"] == person
        for name, cells in read_commands().items():
            reply = await page.command(**{"name": name, **_renamed(FIELDS[name])})
            refused = reply["type"] == "problem" and reply["code"] == "forbidden"
            assert refused is (cells[person] == "."), f"{person} {name}: {reply}"
            offered = RIGHT.get(name, "control") in page.view["may"]
            assert offered is not refused, "the page offers what is obeyed, and nothing else"
        await page.close()
        interviews = context_of(house.client).interviews
        await (await interviews.open(house.ids["OWN"])).live.journal.flush()
        log = await interviews.log_of(house.ids["OWN"])
        written[person] = sum(getattr(record.event, "by", None) == person for record in log)
    assert written == {"rita": 0, "hana": 5, "ada": 7}


def _renamed(fields: Json) -> Json:
    return {"name" if key == "command" else key: value for key, value in fields.items()}


async def test_no_desk_for_others(house: House) -> None:
    for person in ("bob", "hugo", "ron", "axel", "anna", "olga"):
        told = []
        for interview in (house.ids["OWN"], "no-such-id"):
            page = await TestPage.open(house.client, house.tokens[person], interview=interview)
            await page.until(lambda p: p.closed_with is not None)
            told.append((page.closed_with, page.view, page.records, page.replies))
        assert told[0] == told[1], "what is hidden looks like what is not there"
        assert told[0][:3] == (4403, {}, []), person


async def test_an_operator_gets_no_list_and_a_candidate_only_their_own(house: House) -> None:
    page = await TestPage.open(house.client, house.tokens["olga"])
    await page.until(lambda p: p.closed_with is not None)
    assert (page.closed_with, page.lobby) == (4403, [])
    page = await TestPage.open(house.client, house.tokens["cora"], interview=house.ids["POST"])
    await page.until(lambda p: p.view)
    assert "competencies" not in page.view and "candidate" not in page.view
    await page.close()
    odd = desk_token(house.client, "candidate", "cora", interview=house.ids["OWN"])
    page = await TestPage.open(house.client, odd)
    await page.until(lambda p: p.closed_with is not None)
    assert page.closed_with == 4403


# --- Assigning, and taking off, takes effect at once -------------------------------------------


async def test_who_is_assigned_sees_it_at_once(house: House) -> None:
    lobby = await TestPage.open(house.client, house.tokens["bob"])
    await lobby.until(lambda p: len(p.lobby) == 1)
    path = f"/api/v1/interviews/{house.ids['OWN']}/interviewers/bob"
    rita = authorised(house.tokens["rita"])
    answer = await house.client.put(path, json={"name": "Bob"}, headers=rita)
    assert answer.status == 200
    await lobby.until(lambda p: len(p.lobby) == 2, "the new task in the list")
    link = token_of((await answer.json())["link"])
    desk = await TestPage.open(house.client, link, interview=house.ids["OWN"])
    await desk.until(lambda p: p.view.get("me", {}).get("name") == "Bob")
    assert (await house.client.delete(path, headers=rita)).status == 204
    await desk.until(lambda p: p.closed_with is not None, "the desk to be closed")
    assert desk.closed_with == 4403
    await lobby.until(lambda p: len(p.lobby) == 1, "the task to leave the list")
    await lobby.close()


async def test_who_is_taken_off_has_nothing_open_any_more(house: House) -> None:
    interview = house.ids["OWN"]
    ada = await TestPage.open(house.client, house.tokens["ada"], interview=interview)
    ann_token = desk_token(house.client, "interviewer", "ann", departments=["sales"])
    ann = await TestPage.open(house.client, ann_token, interview=interview)
    for page in (ada, ann):
        await page.until(lambda p: p.view)
    path = f"/api/v1/interviews/{interview}"
    rita = authorised(house.tokens["rita"])
    assert (await house.client.delete(f"{path}/interviewers/ada", headers=rita)).status == 204
    await ada.until(lambda p: p.closed_with is not None, "the desk to be closed")
    assert ada.closed_with == 4403
    await ann.done("note", text="Ann goes on")
    await ann.until(lambda p: p.events("note_added"))
    assert ada.events("note_added") == []
    for part in ("log", "report"):
        answer = await house.client.get(f"{path}/{part}", headers=authorised(house.tokens["ada"]))
        assert answer.status == 403
    again = await TestPage.open(house.client, house.tokens["ada"], interview=interview)
    await again.until(lambda p: p.closed_with is not None)
    assert again.closed_with == 4403
    await ann.close()


async def test_a_command_on_its_way_when_somebody_is_taken_off_is_refused(house: House) -> None:
    interview = house.ids["OWN"]
    page = await TestPage.open(house.client, house.tokens["ada"], interview=interview)
    await page.until(lambda p: p.view)
    interviews = context_of(house.client).interviews
    opened = interviews.opened(interview)
    assert opened is not None
    await interviews.store.unassign(interview, "ada")
    # As in the moment between the change and the close of the page.
    opened.stored = await interviews.store.interview(interview)
    reply = await page.command("note", text="too late")
    assert (reply["type"], reply["code"]) == ("problem", "forbidden")
    await page.close()


async def test_an_open_desk_ends_with_its_link(house: House) -> None:
    given, now = context_of(house.client), 2_000_000_000
    token = given.tokens.issue(
        "recruiter", "desk", now=now, lifetime_s=60, subject="rita", departments=["sales"]
    )
    given.unix_s = lambda: now + 59.9
    pages: list[dict[str, Any]] = [{}, {"interview": house.ids["OWN"]}]
    for hello in pages:
        page = await TestPage.open(house.client, token, **hello)
        await page.until(lambda p: p.closed_with is not None, "the link to expire")
        assert page.closed_with == 4401
    allowed = {entry.action for entry in await given.store.audit_trail() if entry.detail == {"by": "socket"}}
    assert allowed == {"list", "watch"}, "they were let in before"


async def test_links_reach_no_further_than_who_handed_them_out(house: House) -> None:
    """A recruiter of sales gets Bob's link; Bob's tasks in law stay closed to it."""
    path = f"/api/v1/interviews/{house.ids['POST']}/links"
    answer = await house.client.get(path, headers=authorised(house.tokens["rita"]))
    (bob,) = (await answer.json())["interviewers"]
    assert bob["name"] == "Bob"
    listed = await house.client.get("/api/v1/interviews", headers=authorised(token_of(bob["link"])))
    assert [line["interview"] for line in (await listed.json())["interviews"]] == [house.ids["POST"]]


@pytest.mark.parametrize(
    ("departments", "named", "outcome"),
    [
        (["sales"], None, (201, "sales")),
        (["sales"], "sales", (201, "sales")),
        (["sales"], "law", (403, "forbidden")),
        (["sales", "law"], None, (400, "input")),
        (["sales", "default"], None, (201, "default")),
        ([EVERY], None, (201, "default")),
        ([EVERY], "new-one", (201, "new-one")),
        ([], None, (400, "input")),
        (["sales"], "No Such!", (400, "input")),
    ],
)
async def test_an_order_belongs_to_a_department(
    client: Client, departments: list[str], named: str | None, outcome: tuple[int, str]
) -> None:
    order: Json = {"job": "sales.en", "candidate": {"name": "Nadia"}, "department": named}
    token = desk_token(client, "recruiter", "rita", departments=departments)
    answer = await client.post("/api/v1/interviews", json=order, headers=authorised(token))
    body = await answer.json()
    assert (answer.status, body.get("department") or body.get("code")) == outcome


@pytest.mark.parametrize(
    "interviewers",
    [
        [{"subject": "a b", "name": "A"}],
        [{"subject": "a", "name": ""}],
        [{"subject": "a", "name": "A"}, {"subject": "a", "name": "B"}],
        [{"subject": f"p{n}", "name": "P"} for n in range(21)],
    ],
)
async def test_interviewers_that_cannot_be_are_refused(client: Client, interviewers: list[Json]) -> None:
    order: Json = {"job": "sales.en", "candidate": {"name": "Nadia"}, "interviewers": interviewers}
    token = authorised(desk_token(client, "recruiter", "rita"))
    assert (await client.post("/api/v1/interviews", json=order, headers=token)).status == 400
    ordered = await new_interview(client)
    path = f"/api/v1/interviews/{ordered['interview']}/interviewers/a%20b"
    assert (await client.put(path, json={"name": "A"}, headers=token)).status == 400
    assert (await client.delete(path, headers=token)).status == 400


async def test_an_order_for_nobody_yet(client: Client) -> None:
    ordered = await new_interview(client, order={"interviewers": []})
    assert ordered["interviewers"] == [] and ordered["interviewer_link"] is None


# --- The audit trail ---------------------------------------------------------------------------


async def test_allowed_and_refused_looks_stand_in_the_audit_trail(house: House) -> None:
    interview = house.ids["OWN"]
    await house.ask("ada", "GET", "/api/v1/interviews/{interview}/log")
    await house.ask("bob", "GET", "/api/v1/interviews/{interview}/report")
    await house.ask("olga", "GET", "/api/v1/interviews/{interview}/report")
    await house.ask("ron", "GET", "/api/v1/interviews/{interview}/log", "no-such-id")
    await house.ask("ada", "POST", "/api/v1/whep/{interview}")
    desk = await TestPage.open(house.client, house.tokens["rita"], interview=interview)
    await desk.until(lambda p: p.view)
    await desk.command("score", competency="professional", score=7)
    await desk.close()
    store = context_of(house.client).store

    async def written() -> list[tuple[str, str, str, str | None]]:
        return [
            (entry.actor, entry.action, entry.detail.get("refused", "allowed"), entry.interview)
            for entry in await store.audit_trail()
        ]

    async with asyncio.timeout(60):
        while ("rita", "score", "role", interview) not in await written():
            await asyncio.sleep(0.01)
    trail = await written()
    for entry in (
        ("rita", "create", "allowed", interview),
        ("ada", "log", "allowed", interview),
        ("bob", "report", "assigned", interview),
        ("olga", "report", "role", interview),
        ("ron", "log", "unknown", None),
        ("rita", "watch", "allowed", interview),
    ):
        assert entry in trail, entry
    axel = authorised(house.tokens["axel"])
    answer = await house.client.get(f"/api/v1/interviews/{interview}/audit", headers=axel)
    told = {
        (line["actor"], line["action"], line["detail"].get("refused"))
        for line in (await answer.json())["entries"]
    }
    assert {("ada", "log", None), ("bob", "report", "assigned"), ("axel", "audit", None)} <= told
    assert all("token" not in str(entry.detail) for entry in await store.audit_trail())
