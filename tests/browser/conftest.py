"""A real Chromium with fake devices, for every browser test.

``browser_with`` starts one for the devices a test needs; ``browser`` is one with a tone and a test
picture, shared by the tests of a module that need no particular sound.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, Playwright, async_playwright, expect

expect.set_options(timeout=60_000)
"""For a broken page only: what must be seen comes, however slow the machine is."""

LAUNCH = (
    "--no-sandbox",  # Tests may run as root, where Chromium's own sandbox cannot start.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    # Local addresses instead of mDNS names: containers have no mDNS.
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)

BrowserWith = Callable[..., Awaitable[Browser]]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium; ``deploy/system_packages.sh`` installs it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.fail("Chromium is not installed. Run: sh deploy/system_packages.sh")
    return found


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


@pytest.fixture
async def browser_with(chromium: str, playwright: Playwright) -> AsyncIterator[BrowserWith]:
    """``await browser_with(microphone=WAV, camera=MJPEG, loop=False)``: a Chromium with these devices.

    The files are what ``tests.media.write_microphone`` and ``write_camera`` make. The sound starts when
    the page opens the microphone and, without ``loop``, plays once.
    """
    async with AsyncExitStack() as stack:

        async def start(
            *, microphone: Path | None = None, camera: Path | None = None, loop: bool = False
        ) -> Browser:
            devices = []
            if microphone is not None:
                once = "" if loop else "%noloop"
                devices.append(f"--use-file-for-fake-audio-capture={microphone}{once}")
            if camera is not None:
                devices.append(f"--use-file-for-fake-video-capture={camera}")
            browser = await playwright.chromium.launch(
                executable_path=chromium, headless=True, args=[*LAUNCH, *devices]
            )
            stack.push_async_callback(browser.close)
            return browser

        yield start


@pytest.fixture
async def browser(browser_with: BrowserWith) -> Browser:
    """A Chromium with a beeping microphone and a test picture."""
    return await browser_with(loop=True)
