"""The two people of an interview, each at a page: what they do, in their own terms."""

from __future__ import annotations

import asyncio
import base64
import io
import re
import wave
from collections.abc import Awaitable, Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.whole.server_process import ServerProcess, events
from tests.media import MICROPHONE_RATE, Picture, Speech

STUDIO = (Path(__file__).parent / "studio.js").read_text(encoding="utf-8")
STEP_MS = 60_000
STEP_S = STEP_MS / 1000
"""For a broken build only: what must come to pass comes, however slow the machine is."""


def wav_base64(speech: Speech) -> str:
    """The speech as a WAV file at the microphone's rate."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(MICROPHONE_RATE)
        writer.writeframes(speech.at(MICROPHONE_RATE).samples.tobytes())
    return base64.b64encode(file.getvalue()).decode()


def picture_url(picture: Picture) -> str:
    """The picture as a ``data:`` address."""
    codec = av.CodecContext.create("png", "w")
    codec.width, codec.height = picture.shape[1], picture.shape[0]
    codec.pix_fmt = "rgb24"
    codec.time_base = Fraction(1)
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
    packets = [*codec.encode(frame), *codec.encode(None)]
    png = b"".join(bytes(packet) for packet in packets)
    return "data:image/png;base64," + base64.b64encode(png).decode()


class Candidate:
    """A candidate with a steered microphone and camera, at the real page."""

    def __init__(self, page: Page, words: dict[str, str]) -> None:
        self.page = page
        self.words = words
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    @classmethod
    async def arrive(
        cls,
        browser: Browser,
        link: str,
        pictures: dict[str, Picture],
        *,
        language: str = "en",
        width: int = 1280,
        height: int = 800,
    ) -> Candidate:
        locale = "zh-CN" if language == "zh" else "en-GB"
        context = await browser.new_context(locale=locale, viewport={"width": width, "height": height})
        await context.add_init_script(STUDIO)
        page = await context.new_page()
        candidate = cls(page, words_of(language))
        await page.goto(link)
        await candidate.pose(pictures)
        return candidate

    async def pose(self, pictures: dict[str, Picture]) -> None:
        for name, picture in pictures.items():
            await self.page.evaluate(
                "([name, url]) => studio.addPicture(name, url)", [name, picture_url(picture)]
            )

    async def show(self, name: str) -> None:
        await self.page.evaluate("name => studio.show(name)", name)

    async def say(self, speech: Speech) -> None:
        """Speak; returns when the words have been said."""
        await self.page.evaluate("wav => studio.say(wav)", wav_base64(speech))

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=self.words[name], exact=True).first

    async def press(self, name: str) -> None:
        await self.button(name).click(timeout=STEP_MS)

    async def sign_in(self, name: str, phone: str, mode: str = "video") -> None:
        """From the first screen to the device check (text: to the guide)."""
        page, words = self.page, self.words
        await page.get_by_role("radio", name=re.compile("^" + re.escape(words[f"way_{mode}"]))).check(
            timeout=STEP_MS
        )
        await self.press("go_on")
        await expect(page.get_by_role("heading", name=words["consent_title"])).to_be_visible()
        # Extra time stands beside the consents and is not one of them.
        extra_time = page.get_by_role("checkbox", name=words["extra_time"])
        for box in await page.get_by_role("checkbox").all():
            await box.set_checked(True)
        if await extra_time.count():
            await extra_time.first.set_checked(False)
        await self.press("go_on")
        await page.get_by_label(words["name"]).fill(name)
        await page.get_by_label(words["phone"]).fill(phone)
        await self.press("sign_in")

    async def check_devices(self) -> None:
        await self.press("allow_button")
        await self.press("go_on")

    async def begin(self) -> None:
        await self.press("begin")

    async def start_answering(self) -> None:
        await self.press("think_start")

    async def done(self) -> None:
        await self.press("done")

    async def type_part(self, text: str) -> None:
        await self.page.get_by_role("textbox", name=self.words["compose_label"]).fill(text)
        await self.press("compose_send")

    async def sees(self, text: str | re.Pattern[str]) -> None:
        await expect(self.page.get_by_text(text).first).to_be_visible()

    async def gone(self, text: str | re.Pattern[str]) -> None:
        await expect(self.page.get_by_text(text).first).to_be_hidden()

    async def media_connected(self, server: ServerProcess, interview: str, *, again: bool = False) -> None:
        """Wait until the log says that sound and picture arrive (``again``: after a loss)."""

        async def is_up() -> bool:
            changes = events(await server.records(interview), "connection_changed")
            states = [change["state"] for change in changes if change["channel"] == "media"]
            return bool(states) and states[-1] in ("connected", "resumed") and (not again or "lost" in states)

        await until(is_up, "the media connection")

    async def heard(self) -> float:
        """How much sound has come from the server so far."""
        return float(await self.page.evaluate("studio.heard()"))

    async def has_heard(self, since: float) -> bool:
        return await self.heard() > since + 1e-4

    async def leave(self) -> None:
        await self.page.context.close()


class Interviewer:
    """An interviewer at the real page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    async def arrive(cls, browser: Browser, link: str, width: int = 1440, height: int = 900) -> Interviewer:
        context = await browser.new_context(locale="en-GB", viewport={"width": width, "height": height})
        page = await context.new_page()
        await page.goto(link)
        return cls(page)

    async def open_interview(self, interview: str) -> None:
        await self.page.evaluate("id => { location.hash = `#/interview/${id}` }", interview)
        await expect(self.page.locator(".entry").first).to_be_visible()

    async def said(self) -> str:
        """The candidate's words as the running transcript shows them."""
        texts = await self.page.locator(
            '.entry--said[data-speaker="candidate"] .entry__text'
        ).all_inner_texts()
        return " ".join(texts)

    async def leave(self) -> None:
        await self.page.context.close()


def words_of(language: str) -> dict[str, str]:
    """The page's own words, read from its one place for them."""
    source = (Path(__file__).parents[3] / "static_client" / "candidate" / "words.js").read_text(
        encoding="utf-8"
    )
    block = source.split(f"const {language} = {{", 1)[1].split("\n};", 1)[0]
    return dict(re.findall(r'^  (\w+): "((?:[^"\\]|\\.)*)",$', block, re.MULTILINE))


async def until(
    condition: Callable[[], Awaitable[object]], what: str, within_s: float = STEP_S, every_s: float = 0.1
) -> None:
    """Ask again and again; fails with ``what`` when it does not come."""
    deadline = asyncio.get_running_loop().time() + within_s
    while not await condition():
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"did not come within {within_s} s: {what}")
        await asyncio.sleep(every_s)
