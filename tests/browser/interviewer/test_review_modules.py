"""The pure modules of review and comparison, run in the browser they are written for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page

from media_pipeline import events as ev
from tests.browser.interviewer.scripted_server import ScriptedServer, wire_record

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PARTS = [
    {"part": 2, "mime": "", "start_ms": 9_000, "end_ms": 20_000, "bytes": 1, "url": "2"},
    {"part": 1, "mime": "", "start_ms": 1_000, "end_ms": 5_000, "bytes": 1, "url": "1"},
    {"part": 3, "mime": "", "start_ms": 20_100, "end_ms": 20_100, "bytes": 0, "url": "3"},
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """One page for all: these modules keep nothing."""
    runner = web.AppRunner(ScriptedServer().app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    opened = await browser.new_page()
    await opened.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/i/")
    yield opened
    await opened.close()
    await runner.cleanup()


async def run(page: Page, module: str, script: str, argument: Any = None) -> Any:
    """The value of ``script`` (a function of the module and the argument)."""
    load = f"await import('/i/{module}.js')"
    return await page.evaluate(
        f"async argument => {{ const all = {load}; return ({script})(all, argument); }}", argument
    )


def log(*timed: tuple[int, ev.Event]) -> list[dict[str, Any]]:
    return [wire_record(ev.Record(seq, at, event)) for seq, (at, event) in enumerate(timed, start=1)]


async def fold(page: Page, *timed: tuple[int, ev.Event]) -> dict[str, Any]:
    tracks: dict[str, Any] = await run(
        page, "review/tracks", "({foldTracks}, records) => foldTracks(records)", log(*timed)
    )
    return tracks


# --- Tracks -----------------------------------------------------------------------------------


async def test_questions_last_to_the_next_and_the_last_to_the_end(page: Page) -> None:
    tracks = await fold(
        page,
        (0, ev.InterviewOpened(1_000)),
        (5_000, ev.QuestionAsked("p", "Try?", 0, 5, 0, 0, practice=True)),
        (9_000, ev.QuestionAsked("q1", "Who?", 1, 5, 0, 0)),
        (30_000, ev.InterviewEnded("completed")),
        (90_000, ev.ScoreGiven("teamwork", 6.0, "me")),
    )
    assert [(one["id"], one["from"], one["to"], one["practice"]) for one in tracks["questions"]] == [
        ("p", 5_000, 9_000, True),
        ("q1", 9_000, 30_000, False),
    ]
    assert (tracks["from"], tracks["to"], tracks["ended"]) == (5_000, 30_000, True)
    assert tracks["openedUnixMs"] == 1_000


async def test_what_lasts_becomes_a_stretch_and_what_never_ended_lasts_to_the_end(page: Page) -> None:
    tracks = await fold(
        page,
        (1_000, ev.QuestionAsked("q1", "Who?", 1, 5, 0, 0)),
        (2_000, ev.ConnectionChanged("lost", "media", "c1")),
        (2_500, ev.ConnectionChanged("lost", "control", "c1")),
        (4_000, ev.ConnectionChanged("resumed", "media", "c2")),
        (5_000, ev.HoldStarted("q1", "button", 9_000)),
        (6_000, ev.AnswerEnded("q1", "done_button")),
        (7_000, ev.PartDegraded("recognition", "late")),
        (8_000, ev.PartDegraded("recognition", "missing")),
        (8_500, ev.InterviewPaused("candidate")),
        (9_000, ev.InterviewEnded("completed")),
    )
    assert [(one["kind"], one["code"], one["from"], one["to"]) for one in tracks["spans"]] == [
        ("lost", "mark.connection.media.lost", 2_000, 4_000),
        ("lost", "mark.connection.control.lost", 2_500, 9_000),
        ("hold", "mark.hold", 5_000, 6_000),
        ("degraded", "mark.part.recognition.late", 7_000, 8_000),
        ("degraded", "mark.part.recognition.missing", 8_000, 9_000),
        ("paused", "mark.paused.candidate", 8_500, 9_000),
    ]


async def test_an_observation_begins_when_it_was_seen_and_stands_in_the_transcript(page: Page) -> None:
    tracks = await fold(
        page,
        (1_000, ev.QuestionAsked("q1", "Who?", 1, 5, 0, 0)),
        (2_000, ev.TranscriptFinal("u1", "candidate", "speech", "Me.", 1_500, 1_900)),
        (3_000, ev.ObservationChanged("dark", True, 1_700)),
        (4_000, ev.ObservationChanged("dark", False, 4_000)),
    )
    assert [(one["code"], one["from"], one["to"]) for one in tracks["spans"]] == [
        ("observation.dark", 1_700, 4_000)
    ]
    assert [one.get("text") or one["code"] for one in tracks["entries"]] == [
        "Who?",
        "Me.",
        "observation.dark",
    ]


async def test_voices_scores_and_delivery_keep_their_times(page: Page) -> None:
    measured = ev.DeliveryMeasured(
        120.0, "words_per_minute", 100.0, 0.2, 900, -30.0, None, 0.0, 0.5, None, None
    )
    tracks = await fold(
        page,
        (1_000, ev.SpeechOutStarted("o1", "Who?", "server")),
        (2_000, ev.SpeechOutEnded("o1", "finished", 1_000)),
        (5_000, ev.TranscriptFinal("u1", "candidate", "speech", "Me.", 2_500, 4_000)),
        (5_500, measured),
        (6_000, ev.ScoreProposed("teamwork", None, 0.0, (), "")),
        (7_000, ev.ScoreProposed("teamwork", 6.0, 0.4, (), "")),
    )
    assert [(one["speaker"], one["from"], one["to"]) for one in tracks["speech"]] == [
        ("system", 1_000, 2_000),
        ("candidate", 2_500, 4_000),
    ]
    assert [(one["at"], one["score"]) for one in tracks["scores"][0]["points"]] == [(6_000, None), (7_000, 6)]
    sample = tracks["samples"][0]
    assert (sample["at"], sample["pace"], sample["volumeBaseline"]) == (5_500, 120, None)


async def test_words_are_found_where_they_stand_and_tidied_ones_left_out(page: Page) -> None:
    words = [
        {"text": word, "start_ms": place * 100, "end_ms": place * 100 + 90}
        for place, word in enumerate([" we", " we", " um", " won"])
    ]
    script = "({wordPlaces}, words) => wordPlaces('We said we won', words)"
    places = await run(page, "review/tracks", script, words)
    assert [(one["from"], one["to"], one["start_ms"]) for one in places] == [(8, 10, 0), (11, 14, 300)]


async def test_a_long_course_is_thinned_to_means_and_unknown_stays_unknown(page: Page) -> None:
    points = [{"at": at, "value": None if at >= 500 else at} for at in range(1_000)]
    script = "({thinned}, points) => thinned(points, 0, 1000, 10)"
    thin = await run(page, "review/tracks", script, points)
    assert [one["value"] for one in thin] == [49.5, 149.5, 249.5, 349.5, 449.5, None, None, None, None, None]


@pytest.mark.parametrize(
    ("ms", "direction", "expected"),
    [
        (0, 1, 1_000),
        (1_000, 1, 5_000),
        (5_000, 1, None),
        (5_500, -1, 1_000),
        (9_000, -1, 5_000),
        (1_000, -1, None),
    ],
)
async def test_steps_go_from_utterance_to_utterance(
    page: Page, ms: int, direction: int, expected: int | None
) -> None:
    script = """({foldTracks, stepUtterance}, [records, ms, direction]) =>
        stepUtterance(foldTracks(records).entries, ms, direction)"""
    records = log(
        (1_000, ev.QuestionAsked("q1", "Who?", 1, 5, 0, 0)),
        (2_000, ev.ConnectionChanged("lost", "media", "c1")),
        (6_000, ev.TranscriptFinal("u1", "candidate", "speech", "Me.", 5_000, 5_900)),
    )
    assert await run(page, "review/tracks", script, [records, ms, direction]) == expected


# --- Recording --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ms", "part", "offset", "following"),
    [
        (0, None, 0, "1"),
        (1_000, "1", 0, "2"),
        (4_999, "1", 3_999, "2"),
        (5_000, None, 0, "2"),
        (12_000, "2", 3_000, None),
        (20_000, None, 0, None),
    ],
)
async def test_a_session_time_lies_in_a_part_or_in_a_gap(
    page: Page, ms: int, part: str | None, offset: int, following: str | None
) -> None:
    script = """({inOrder, locate}, [parts, ms]) => {
        const found = locate(inOrder(parts), ms);
        return [found.part?.url ?? null, found.offsetMs, found.next?.url ?? null];
    }"""
    found = await run(page, "review/parts", script, [PARTS, ms])
    assert found == [part, offset, following]


async def test_what_was_not_recorded_is_known(page: Page) -> None:
    script = "({inOrder, gaps}, parts) => gaps(inOrder(parts), 0, 25000)"
    gaps = await run(page, "review/parts", script, PARTS)
    assert gaps == [
        {"from": 0, "to": 1_000},
        {"from": 5_000, "to": 9_000},
        {"from": 20_000, "to": 25_000},
    ]


# --- Files ------------------------------------------------------------------------------------


async def test_webvtt_has_voices_times_and_no_markup_of_its_own(page: Page) -> None:
    script = """({webVtt}, entries) => webVtt(['a --> b'], entries, (one) => one.speaker ?? 'Viva')"""
    entries = [
        {"key": "a", "kind": "question", "atMs": 1_000, "text": "R&D <now>?"},
        {"key": "m", "kind": "mark", "atMs": 1_500, "code": "mark.hold"},
        {
            "key": "b",
            "kind": "said",
            "speaker": "Ada",
            "atMs": 3_661_001,
            "endMs": 3_662_500,
            "text": "Yes\n no",
        },
    ]
    assert await run(page, "review/transcript_files", script, entries) == (
        "WEBVTT\n\nNOTE\na → b\n\n"
        "1\n00:00:01.000 --> 00:00:07.000\n<v Viva>R&amp;D &lt;now&gt;?\n\n"
        "2\n01:01:01.001 --> 01:01:02.500\n<v Ada>Yes no\n"
    )


# --- Comparison -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        ((6.0, 0.6), (7.0, 0.6), "same"),
        ((4.0, 0.9), (8.0, 0.9), "apart"),
        ((8.0, 0.9), (4.0, 0.9), "apart"),
        ((4.0, 0.2), (8.0, 0.9), "same"),
        ((None, 0.0), (2.0, 0.9), "unknown"),
    ],
)
async def test_differences_within_the_confidence_are_not_told(
    page: Page,
    first: tuple[float | None, float],
    second: tuple[float | None, float],
    kind: str,
) -> None:
    script = """({verdictOf, marginOf}, [a, b]) =>
        verdictOf([a[0], b[0]], [marginOf(a[0], a[1]), marginOf(b[0], b[1])])"""
    verdict = await run(page, "compare/pairing", script, [first, second])
    assert verdict["kind"] == kind
    assert verdict.get("difference", 0) >= 0
