"""How many interviews a process takes, and what the one too many is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from media_pipeline import events as ev
from server.app import build
from server.capacity import places
from server.media import MediaSide
from server.settings import Settings
from tests.server.pages import REQUIRED, TestPage, authorised, context_of, new_interview, sign_in, token_of


@pytest.mark.parametrize(
    ("wanted", "cores", "expected"),
    [(0, 1, 4), (0, 2, 8), (0, 4, 16), (0, 64, 16), (0, 0, 4), (3, 64, 3), (200, 1, 200)],
)
def test_places_are_what_the_operator_says_or_what_the_cores_hold(
    wanted: int, cores: int, expected: int
) -> None:
    assert places(wanted, cores) == expected


async def test_who_signs_in_holds_a_place_before_any_connection_is_up(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {"VIVA_DATA_DIR": str(tmp_path), "HOME": str(tmp_path), "VIVA_INTERVIEWS": "1"}
    )
    async with TestClient(TestServer(await build(settings, MediaSide.without()))) as client:
        first, second = [await new_interview(client) for _ in range(2)]
        await sign_in(client, first)

        refused = await client.post(
            "/api/v1/entry/sign-in",
            json={"name": "Ada Lovelace", "phone": "13800000000", "consents": REQUIRED, "mode": "text"},
            headers=authorised(token_of(second["candidate_link"])),
        )
        assert refused.status == 503
        assert int(refused.headers["Retry-After"]) > 0

        await sign_in(client, first)  # whoever is in comes in again

        context_of(client).interviews.capacity = 2
        await sign_in(client, second)


async def test_whose_place_was_given_up_comes_back_by_a_press_and_waits_where_all_are_taken(
    tmp_path: Path,
) -> None:
    settings = Settings.from_environment(
        {"VIVA_DATA_DIR": str(tmp_path), "HOME": str(tmp_path), "VIVA_INTERVIEWS": "1"}
    )
    async with TestClient(TestServer(await build(settings, MediaSide.without()))) as client:
        first, second = [await new_interview(client) for _ in range(2)]
        silent = await TestPage.open(client, await sign_in(client, first))
        await silent.until(lambda p: p.view.get("presence") == "here")
        opened = context_of(client).interviews.opened(first["interview"])
        assert opened is not None
        opened.live.emit(ev.PresenceChanged("asked"))
        await silent.until(lambda p: p.view["presence"] == "asked")
        await silent.done("here")
        await silent.until(lambda p: p.view["presence"] == "here")
        opened.live.emit(ev.PresenceChanged("away"))
        await silent.until(lambda p: p.view["presence"] == "away" and not p.view["can"]["start"])
        assert (await silent.command("start"))["reason"] == "away"

        other = await TestPage.open(client, await sign_in(client, second))
        assert (await silent.command("here"))["code"] == "capacity"
        assert silent.view["presence"] == "away"
        await other.done("leave")
        await silent.done("here")
        await silent.until(lambda p: p.view["can"]["start"])
        await silent.done("start")
        await silent.close()
        await other.close()
