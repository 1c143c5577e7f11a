"""What every ``SpeechSynthesizer`` promises (media_pipeline/voice/synthesizer.py)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from media_pipeline.models import ModelFolder
from media_pipeline.rtc.opus import packet_ticks
from media_pipeline.voice.synthesizer import PiperSynthesizer, SpeechSynthesizer, SynthesisError
from tests.media_pipeline.voice.scripted_synthesizer import ScriptedSynthesizer

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(params=["piper", "scripted"], scope="module", loop_scope="module")
async def synthesizer(
    request: pytest.FixtureRequest, model_folder: ModelFolder
) -> AsyncIterator[SpeechSynthesizer]:
    """One of each kind for the module: it takes seconds to start, and what one session did hurts no other."""
    if request.param == "scripted":
        yield ScriptedSynthesizer(takes_s=0)
        return
    piper = PiperSynthesizer(model_folder.path("piper-en-joe"))
    assert await piper.start() == "ok", piper.detail
    yield piper
    await piper.stop()


TEXT = "How much faster did it get? Please give me a number."


async def spoken(synthesizer: SpeechSynthesizer, text: str = TEXT) -> list[int]:
    """Milliseconds of each part."""
    parts = []
    async for packets in synthesizer.synthesize(text, "en"):
        assert {packet_ticks(packet) for packet in packets} <= {960}
        parts.append(20 * len(packets))
    return parts


async def test_each_sentence_comes_as_soon_as_it_is_made(synthesizer: SpeechSynthesizer) -> None:
    parts = await spoken(synthesizer)
    assert len(parts) == 2
    assert all(400 <= part <= 5_000 for part in parts)


async def test_longer_texts_take_longer(synthesizer: SpeechSynthesizer) -> None:
    short = await spoken(synthesizer, "Thank you.")
    assert sum(short) < sum(await spoken(synthesizer, "Thank you very much for all that you have said."))


async def test_it_says_which_languages_it_speaks(synthesizer: SpeechSynthesizer) -> None:
    assert "en" in synthesizer.languages
    assert "zh" not in synthesizer.languages
    with pytest.raises(SynthesisError):
        async for _ in synthesizer.synthesize("具体快了多少？", "zh"):
            pass


@pytest.mark.parametrize("text", ["", "…", " \n", "?!", "🙂"])
async def test_a_text_without_words_is_no_failure(synthesizer: SpeechSynthesizer, text: str) -> None:
    assert sum(await spoken(synthesizer, text)) <= 2_000
    assert len(await spoken(synthesizer)) == 2


async def test_a_listener_who_leaves_does_not_hold_up_the_others(synthesizer: SpeechSynthesizer) -> None:
    async def leave() -> None:
        async for _ in synthesizer.synthesize("The first is heard. The second is not made any more.", "en"):
            return

    async def interrupted() -> None:
        task = asyncio.create_task(spoken(synthesizer, "This one is not going to be heard by anybody."))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    await leave()
    await interrupted()
    assert len(await spoken(synthesizer, "One. Two. Three.")) == 3


async def test_several_sessions_speak_at_once(synthesizer: SpeechSynthesizer) -> None:
    texts = [f"Question number {number}. Please answer it." for number in range(6)]
    assert [len(parts) for parts in await asyncio.gather(*(spoken(synthesizer, text) for text in texts))] == [
        2
    ] * 6


async def test_preparing_never_fails(synthesizer: SpeechSynthesizer) -> None:
    await synthesizer.prepare("Which one was it? Take your time.", "en")
    await synthesizer.prepare("具体快了多少？", "zh")
    await synthesizer.prepare("", "en")
    assert len(await spoken(synthesizer, "Which one was it? Take your time.")) == 2
