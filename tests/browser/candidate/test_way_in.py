"""From the link to the first question: consent, identity, devices, guide, practice."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.candidate.conftest import OpenPage
from tests.browser.candidate.scenarios import STATES, WAITING
from tests.browser.candidate.scripted_server import ScriptedServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def to_sign_in(page: Page) -> None:
    await page.get_by_role("button", name="Continue").click()
    for box in ("Recording", "Automated analysis"):
        await page.get_by_role("checkbox", name=box).check()
    await page.get_by_role("button", name="Continue").click()


async def sign_in(page: Page) -> None:
    await page.get_by_label("Your name").fill(" Ada Lovelace ")
    await page.get_by_label("Your phone number").fill("+49 170 1234567")
    await page.get_by_role("button", name="Sign in").click()


async def test_the_token_leaves_the_address_bar(open_page: OpenPage) -> None:
    page = await open_page()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Production Supervisor")
    assert "entry-token" not in page.url
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Production Supervisor")


async def test_nothing_is_ticked_and_required_consents_are_asked_for(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    page = await open_page()
    await page.get_by_role("button", name="Continue").click()
    assert await page.locator(".purpose input:checked").count() == 0
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("checkbox", name="Recording")).to_be_focused()
    await expect(page.locator("main").get_by_text("This one is needed")).to_have_count(2)
    await page.get_by_role("checkbox", name="Recording").check()
    await page.get_by_role("checkbox", name="Automated analysis").check()
    await page.get_by_role("button", name="Continue").click()
    await sign_in(page)
    await expect(page.get_by_role("heading", name="Check sound and picture")).to_be_visible()
    call, body = server.calls[0]
    assert call == "sign-in"
    assert body == {
        "name": "Ada Lovelace",
        "phone": "+49 170 1234567",
        "mode": "video",
        "accommodation": None,
        "consents": {"recording": True, "ai_analysis": True, "face_processing": False, "transfer": False},
    }


async def test_text_and_extra_time_stand_beside_the_consents(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    page = await open_page()
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Answer in text only").click()
    await page.get_by_role("checkbox", name="I would like extra time").check()
    await page.get_by_role("checkbox", name="Recording").check()
    await page.get_by_role("checkbox", name="Automated analysis").check()
    await page.get_by_role("button", name="Continue").click()
    server.view = {**WAITING, "mode": "text"}
    await sign_in(page)
    # Text needs no devices: the guide comes at once.
    await expect(page.get_by_role("heading", name="How it goes")).to_be_visible()
    assert server.calls[0][1]["mode"] == "text"
    assert server.calls[0][1]["accommodation"] == "extra_time"


async def test_a_person_instead(open_page: OpenPage, server: ScriptedServer) -> None:
    page = await open_page()
    await page.get_by_role("button", name="Talk to a person instead").click()
    await page.get_by_role("button", name="Ask for a person").click()
    await expect(page.get_by_role("dialog").get_by_text("Please tell us how to reach you.")).to_be_visible()
    await page.get_by_label("How can we reach you?").fill("ada@example.org")
    await page.get_by_role("button", name="Ask for a person").click()
    await expect(page.get_by_role("heading", name="A person will get in touch")).to_be_visible()
    assert server.calls == [("human", {"contact": "ada@example.org"})]


async def test_wrong_identity_and_a_finished_interview_are_said_plainly(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    page = await open_page()
    await to_sign_in(page)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_label("Your name")).to_be_focused()
    server.sign_in_status = 403
    await sign_in(page)
    await expect(page.locator("main").get_by_text("does not match the invitation")).to_be_visible()
    server.sign_in_status = 409
    await sign_in(page)
    await expect(page.locator("main").get_by_text("already finished")).to_be_visible()


async def test_devices_guide_practice_and_first_question(open_page: OpenPage, server: ScriptedServer) -> None:
    server.reactions["start_practice"] = lambda _: STATES["practice"]["en"]
    server.reactions["done"] = lambda _: WAITING
    server.reactions["start"] = lambda _: STATES["thinking"]["en"]
    page = await open_page()
    await to_sign_in(page)
    await sign_in(page)
    await page.get_by_role("button", name="Allow and check").click()
    await expect(page.locator("video.preview__video")).to_be_visible()
    await expect(page.locator("main").get_by_text("We can hear you well.")).to_be_visible(timeout=15_000)
    await expect(page.locator("main").get_by_text("Your connection is good.")).to_be_visible(timeout=25_000)
    await expect(page.locator("main").get_by_text("Delay")).to_be_visible()
    assert ("POST", "loopback") in server.whip
    await page.get_by_role("button", name="Play the sound").click()
    await page.get_by_role("button", name="I heard it").click()
    await expect(page.locator("main").get_by_text("Your loudspeaker works.")).to_be_visible()
    await page.get_by_role("button", name="Continue").click()

    await page.get_by_role("button", name="Try a practice question").click()
    await expect(page.get_by_role("heading", name="What did you have for breakfast")).to_be_visible()
    await expect(page.locator("main").get_by_text("Nothing of it is assessed")).to_be_visible()
    await page.wait_for_timeout(800)
    await page.get_by_role("button", name="I’m done").click()
    await page.get_by_role("button", name="Begin the interview").click()
    await expect(page.locator("main").get_by_text("Question 2 of 5")).to_be_visible()
    assert [given["command"] for given in server.commands] == ["start_practice", "done", "start"]


async def test_refused_devices_leave_voice_and_text(open_page: OpenPage, server: ScriptedServer) -> None:
    page = await open_page()
    await page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = async () => {"
        " throw new DOMException('no', 'NotAllowedError'); }; }"
    )
    await to_sign_in(page)
    await sign_in(page)
    server.reactions["mode"] = lambda given: {**WAITING, "mode": given["mode"]}
    await page.get_by_role("button", name="Allow and check").click()
    await expect(page.locator("main").get_by_text("The browser did not allow it.")).to_be_visible()
    await page.get_by_role("button", name="Continue in text").click()
    await expect(page.get_by_role("heading", name="How it goes")).to_be_visible()
    assert server.named("mode")[0]["mode"] == "text"


async def test_links_that_do_not_work(open_page: OpenPage) -> None:
    page = await open_page(link="/c/")
    await expect(page.get_by_role("heading", name="This link is not complete")).to_be_visible()
    page = await open_page(link="/c/#t=old-token")
    await expect(page.get_by_role("heading", name="This link is no longer valid")).to_be_visible()


async def test_the_language_changes_at_any_step_and_keeps_what_was_chosen(open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_role("radio", name="Voice only").check()
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("您的面试")
    await expect(page.get_by_role("radio", name="仅语音")).to_be_checked()
    await expect(page.locator("main").get_by_text("面试本身使用英语。")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "zh-CN"
