"""The interview's screen against scripted views: what is shown, what is sent, what survives."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.browser.candidate.conftest import OpenPage
from tests.browser.candidate.scenarios import (
    ENTRY_EN,
    NOW_MS,
    PARTIALS,
    QUESTION_EN,
    STATES,
    partial,
    said,
    view,
)
from tests.browser.candidate.scripted_server import ScriptedServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SETTLED_MS = 800
"""A press right after a change of question is taken for a press too many."""


async def until(holds: object, *, patience_s: float = 8.0) -> None:
    """Wait for a condition on the server's side; no page can tell us."""
    for _ in range(int(patience_s / 0.05)):
        if holds():  # type: ignore[operator]
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come")


async def started(
    open_page: OpenPage, server: ScriptedServer, state: str = "answering", **options: object
) -> Page:
    server.view = STATES[state]["en"]
    page = await open_page(signed_in=True, **options)
    await expect(page.locator("main h1:visible")).to_be_visible()
    await page.wait_for_timeout(SETTLED_MS)
    return page


async def test_the_page_says_that_it_is_being_recorded_and_only_then(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    page = await started(open_page, server)
    await expect(page.get_by_text("Being recorded")).to_be_visible()
    await server.show(view(recording=False))
    await expect(page.get_by_text("Being recorded")).to_be_hidden()


async def test_committed_words_are_solid_and_tentative_ones_lighter(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    page = await started(open_page, server)
    await server.record(PARTIALS["en"])
    log = page.get_by_role("log")
    await expect(log).to_contain_text("So I optimised the production process and it went")
    solid = await page.locator(".captions__committed").evaluate("e => getComputedStyle(e).color")
    light = await page.locator(".captions__tentative").evaluate("e => getComputedStyle(e).color")
    assert solid != light
    await server.record(
        {
            "type": "transcript_final",
            "utterance": "now",
            "speaker": "candidate",
            "source": "speech",
            "text": "So I optimised the production process and it went much better.",
            "start_ms": 0,
            "end_ms": 1,
            "words": [],
            "question": "q2",
            "overlap": False,
        }
    )
    await expect(page.locator(".captions__lines p")).to_have_count(2)
    await expect(page.locator(".captions__tentative")).to_be_hidden()


async def test_a_reload_and_a_killed_tab_come_back_to_the_same_place(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    page = await started(open_page, server, "follow_up")
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "By how much did it get better, and how did you measure that?"
    )
    await expect(page.locator(".captions__lines p")).to_have_count(2)
    # Killed: a new tab of the same browser, opened from the link once more.
    again = await page.context.new_page()
    await page.close()
    await again.goto(server.url + "/c/#t=entry-token")
    await expect(again.locator("main").get_by_text("Question 2 of 5")).to_be_visible()
    await expect(again.locator(".captions__lines p")).to_have_count(2)
    assert [hello["token"] for hello in server.hellos] == ["session-token"] * 3


async def test_i_am_done_by_button_and_by_key(open_page: OpenPage, server: ScriptedServer) -> None:
    page = await started(open_page, server)
    await page.get_by_role("button", name="I’m done").click()
    await until(lambda: len(server.named("done")) == 1)
    await server.show(STATES["thinking"]["en"], question={**QUESTION_EN, "id": "q3", "index": 3})
    await expect(page.locator("main").get_by_text("Question 3 of 5")).to_be_visible()
    # The second press of a double press must not skip the next question's time to think.
    await page.keyboard.press("Control+Enter")
    await page.wait_for_timeout(SETTLED_MS)
    assert server.named("skip_thinking") == []
    await page.keyboard.press("Control+Enter")
    await until(lambda: len(server.named("skip_thinking")) == 1)


async def test_what_was_typed_goes_before_done(open_page: OpenPage, server: ScriptedServer) -> None:
    page = await started(open_page, server, "text")
    await page.get_by_label("Your answer", exact=True).fill("We cut rework by 12 per cent.")
    await page.keyboard.press("Control+Enter")
    await until(lambda: len(server.commands) == 2)
    assert [given["command"] for given in server.commands] == ["text", "done"]
    assert server.commands[0]["text"] == "We cut rework by 12 per cent."
    await expect(page.get_by_label("Your answer", exact=True)).to_have_value("")


async def test_typed_text_survives_a_reload_and_a_lost_connection(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    page = await started(open_page, server, "text")
    field = page.get_by_label("Your answer", exact=True)
    await field.fill("Half an answer")
    await page.reload()
    await expect(field).to_have_value("Half an answer")
    server.accepting = False
    await server.cut()
    await expect(page.locator(".notices").get_by_text("Connection lost")).to_be_visible()
    await expect(page.locator("main").get_by_text("Everything you said up to here is kept.")).to_be_visible()
    await expect(page.get_by_role("button", name="I’m done")).to_have_attribute("aria-disabled", "true")
    server.accepting = True
    await page.get_by_role("button", name="Try now").click()
    await expect(
        page.locator("main").get_by_text("You are back. We are at the same question.")
    ).to_be_visible()
    await expect(field).to_have_value("Half an answer")
    assert server.hellos[-1]["after"] >= 1


async def test_the_browser_offline_and_back(open_page: OpenPage, server: ScriptedServer) -> None:
    page = await started(open_page, server, "text")
    await page.context.set_offline(True)
    await expect(page.locator(".notices").get_by_text("Connection lost")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.get_by_role("button", name="I’m done")).to_be_enabled()
    await expect(page.locator(".header").get_by_text("Connected")).to_be_visible()


async def test_another_tab_takes_over_and_gives_back(open_page: OpenPage, server: ScriptedServer) -> None:
    page = await started(open_page, server)
    await server.cut(4409)
    await expect(page.get_by_role("heading", name="open in another tab")).to_be_visible()
    await page.get_by_role("button", name="Continue here").click()
    await expect(page.locator("main").get_by_text("Question 2 of 5")).to_be_visible()


async def test_time_to_think_runs_and_can_be_skipped(open_page: OpenPage, server: ScriptedServer) -> None:
    page = await started(open_page, server, "thinking")
    figure = page.locator(".timing__figure")
    first = await figure.inner_text()
    assert first.startswith("0:4")
    await expect(figure).not_to_have_text(first)
    await page.get_by_role("button", name="Start answering").click()
    await until(lambda: len(server.named("skip_thinking")) == 1)


async def test_the_guard_rail_warns_and_cuts_nothing(open_page: OpenPage, server: ScriptedServer) -> None:
    page = await started(open_page, server)
    await server.show(guard_rail="soon")
    await expect(page.get_by_role("timer")).to_contain_text("You will not be cut off.")
    await server.show(
        guard_rail="reached", deadline={"kind": "answer", "ends_at_ms": NOW_MS - 1, "length_ms": 180_000}
    )
    await expect(page.get_by_role("timer")).to_contain_text("nothing is cut")
    await expect(page.get_by_role("button", name="I’m done")).to_be_enabled()
    await server.record(partial("and then I went on", ""))
    await expect(page.get_by_role("log")).to_contain_text("and then I went on")
    await page.wait_for_timeout(600)
    assert server.commands == []


async def test_let_me_think_rephrase_help_pause_and_retake(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    page = await started(open_page, server)
    await page.get_by_role("button", name="Let me think").click()
    await until(lambda: len(server.named("hold")) == 1)
    await server.show(STATES["hold"]["en"])
    await expect(page.get_by_role("timer")).to_contain_text("Nobody interrupts")
    await page.get_by_role("button", name="Rephrase").click()
    await until(lambda: len(server.named("rephrase")) == 1)
    await server.show(STATES["rephrased"]["en"])
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Which process at work")

    await page.get_by_role("button", name="Help").click()
    await page.get_by_role("dialog").get_by_label("Your question").fill("How large is the shift?")
    await page.keyboard.press("Enter")
    await until(lambda: len(server.named("help")) == 1)
    await server.show(
        help=[{"asked": "How large is the shift?", "answer": "24 people.", "passage": "a shift of 24 people"}]
    )
    await expect(page.get_by_role("dialog").get_by_text("24 people.", exact=True)).to_be_visible()
    await page.keyboard.press("Escape")

    await page.get_by_role("button", name="More").click()
    await page.get_by_role("button", name="Answer this question again").click()
    await page.get_by_role("button", name="Cancel").click()
    assert server.named("retake") == []
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("button", name="Answer this question again").click()
    await page.get_by_role("button", name="Start the question anew").click()
    await until(lambda: len(server.named("retake")) == 1)

    await page.get_by_role("button", name="More").click()
    await page.get_by_role("button", name="Pause").click()
    await until(lambda: len(server.named("pause")) == 1)
    await server.show(STATES["paused"]["en"])
    await expect(page.get_by_role("button", name="Go on")).to_be_focused()
    await page.keyboard.press("Enter")
    await until(lambda: len(server.named("resume")) == 1)


async def test_text_and_back_and_the_hidden_picture(open_page: OpenPage, server: ScriptedServer) -> None:
    server.reactions["mode"] = lambda given: view(
        mode=given["mode"], said=said("I began with the flow of parts.")
    )
    page = await started(open_page, server)
    await until(lambda: ("POST", "interview") in server.whip)
    await expect(page.locator("video")).to_be_visible()
    await page.get_by_role("button", name="Hide my picture").click()
    await expect(page.locator("video")).to_be_hidden()
    await page.reload()
    await expect(page.get_by_role("button", name="Show my picture")).to_be_visible()
    await page.get_by_role("button", name="Show my picture").click()
    await expect(page.locator("video")).to_be_visible()

    await page.get_by_role("button", name="Type", exact=True).click()
    await expect(page.get_by_label("Your answer", exact=True)).to_be_visible()
    await expect(page.locator("video")).to_be_hidden()
    await until(lambda: server.whip[-1][0] == "DELETE")
    await page.get_by_role("button", name="Speak").click()
    await expect(page.locator("video")).to_be_visible()
    assert [given["mode"] for given in server.named("mode")] == ["text", "video"]


async def test_without_any_voice_the_captions_speak(open_page: OpenPage, server: ScriptedServer) -> None:
    """Headless Chromium has no speech synthesis voices: the page says at once that it is done."""
    server.view = view(
        phase="thinking",
        deadline=None,
        can={"skip_thinking": True},
        mode="voice",
        speaking={"utterance": "question:q2", "text": QUESTION_EN["text"], "spoken_by": "browser"},
    )
    page = await open_page(signed_in=True)
    await until(lambda: len(server.named("spoken")) == 1)
    assert server.named("spoken")[0]["utterance"] == "question:q2"
    assert server.named("spoken")[0]["state"] == "ended"
    await expect(page.get_by_role("heading", level=1)).to_have_text(QUESTION_EN["text"])


async def test_the_browsers_voice_says_where_it_is(open_page: OpenPage, server: ScriptedServer) -> None:
    page = await started(open_page, server)
    await page.evaluate(FAKE_VOICE)
    text = "我们开始吧。"
    await server.show(language="zh", speaking={"utterance": "u1", "text": text, "spoken_by": "browser"})
    await until(lambda: [given["state"] for given in server.named("spoken")] == ["started", "ended"])
    assert await page.evaluate("spokenTexts") == [text]
    # Something said aloud that stands nowhere else is shown as well.
    await server.show(
        language="zh", speaking={"utterance": "u2", "text": "还有别的问题。", "spoken_by": "browser"}
    )
    await expect(page.locator("main").get_by_text("还有别的问题。")).to_be_visible()


FAKE_VOICE = """() => {
  window.spokenTexts = [];
  speechSynthesis.getVoices = () => [
    {lang: 'zh-CN', localService: true}, {lang: 'en-GB', localService: true}];
  Object.defineProperty(SpeechSynthesisUtterance.prototype, 'voice', {set() {}, get() { return null; }});
  speechSynthesis.speak = (utterance) => {
    spokenTexts.push(utterance.text);
    setTimeout(() => utterance.dispatchEvent(new Event('start')), 20);
    setTimeout(() => utterance.dispatchEvent(new Event('end')), 120);
  };
}"""


async def test_own_questions_and_the_end(open_page: OpenPage, server: ScriptedServer) -> None:
    page = await started(open_page, server, "candidate_questions")
    await page.get_by_role("textbox", name="Your question").fill("When would I start?")
    await page.keyboard.press("Enter")
    await until(lambda: len(server.named("ask")) == 1)
    server.reactions["finish"] = lambda _: STATES["ended"]["en"]
    await page.get_by_role("button", name="Finish the interview").click()
    await page.get_by_role("button", name="Finish", exact=True).click()
    await expect(page.get_by_role("heading", name="Thank you. That’s all.")).to_be_visible()
    await expect(page.locator("main").get_by_text("You will hear from us by Friday.")).to_be_visible()
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("main").get_by_text("Please choose a number for both.")).to_be_visible()
    await page.get_by_role("group", name="The questions were clear").locator("label", has_text="4").click()
    await page.get_by_role("group", name="I felt at ease").locator("label", has_text="5").click()
    await page.get_by_label("Anything we should know?").fill("Friendly.")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("main").get_by_text("You can close this page now.")).to_be_visible()
    assert server.calls[-1] == ("questionnaire", {"clarity": 4, "comfort": 5, "remark": "Friendly."})
    assert await page.evaluate("localStorage.getItem('viva.visit')") is None


async def test_a_transcript_is_text_and_never_markup(open_page: OpenPage, server: ScriptedServer) -> None:
    page = await started(open_page, server)
    await server.show(said=said("<img src=x onerror=alert(1)> <b>bold</b>"))
    await expect(page.get_by_role("log")).to_contain_text("<img src=x onerror=alert(1)> <b>bold</b>")
    assert await page.locator(".captions img").count() == 0


async def test_an_agreement_is_taken_back_as_easily_as_it_was_given(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    page = await started(open_page, server)
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("button", name="What you agreed to").click()
    dialog = page.get_by_role("dialog", name="What you agreed to")
    check = dialog.get_by_role("checkbox", name="Picture check")
    await expect(check).to_be_checked()
    await check.click()
    await expect(dialog.get_by_text("Taken back. It holds from now on.")).to_be_visible()
    await expect(check).not_to_be_checked()
    assert server.calls[-1] == ("consents", {"purpose": "face_processing", "granted": False})
    # What the interview needs is said before it is done.
    await dialog.get_by_role("checkbox", name="Automated analysis").click()
    await expect(dialog.get_by_text("your answers are not assessed")).to_be_visible()
    await dialog.get_by_role("button", name="Keep it").click()
    await expect(dialog.get_by_role("checkbox", name="Automated analysis")).to_be_checked()
    assert len(server.calls) == 1
    await dialog.get_by_role("checkbox", name="Automated analysis").click()
    await dialog.get_by_role("button", name="Take back and talk to a person").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("person")
    await expect(dialog).to_be_hidden()
    assert server.calls[-1] == ("consents", {"purpose": "ai_analysis", "granted": False})


@pytest.mark.parametrize("state", ["later", "ready"])
async def test_the_end_page_offers_the_own_copy_when_it_is_there(
    open_page: OpenPage, server: ScriptedServer, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENTRY_EN, "report", state)
    monkeypatch.setitem(ENTRY_EN, "status", "ended")
    page = await open_page()
    await expect(page.get_by_role("heading", name="Your copy of the report")).to_be_visible()
    save = page.get_by_role("button", name="Download as PDF")
    if state == "later":
        await expect(page.get_by_text("You can have it here later, with the same link.")).to_be_visible()
        await expect(save).to_be_hidden()
        return
    async with page.expect_download() as saved:
        await save.click()
    assert (await saved.value).suggested_filename == "interview-report.pdf"
    assert server.calls == [("report", {"language": "en"})]
