"""The desk's pure modules, run in the browser they are written for."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

from media_pipeline import events as ev
from tests.browser.interviewer.conftest import Open, Site
from tests.browser.interviewer.scripted_server import wire_record

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def run(page: Page, module: str, script: str, argument: Any = None) -> Any:
    """The value of ``script`` (a function of the module and the argument)."""
    load = f"await import('/i/desk/{module}.js')"
    source = f"async argument => {{ const all = {load}; return ({script})(all, argument); }}"
    return await page.evaluate(source, argument)


FOLD = """({Timeline}, records) => {
    const timeline = new Timeline();
    for (const record of records) timeline.apply(record);
    return timeline.entries;
}"""


def records(*events: ev.Event) -> list[dict[str, Any]]:
    return [wire_record(ev.Record(seq, seq * 1000, event)) for seq, event in enumerate(events, start=1)]


async def fold(page: Page, *events: ev.Event) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = await run(page, "timeline", FOLD, records(*events))
    return entries


async def test_a_late_partial_never_replaces_a_final(site: Site, open_page: Open) -> None:
    page = await open_page()
    entries = await fold(
        page,
        ev.TranscriptPartial("u1", "I", "op", 0, 500),
        ev.TranscriptFinal("u1", "candidate", "speech", "I optimised it.", 0, 900),
        ev.TranscriptPartial("u1", "I opt", "imised", 0, 700),
    )
    assert [(one["text"], one["tentative"], one["partial"]) for one in entries] == [
        ("I optimised it.", "", False)
    ]


async def test_everybody_who_spoke_in_person_is_a_speaker_of_their_own(site: Site, open_page: Open) -> None:
    page = await open_page()
    entries = await fold(
        page,
        ev.MicrophoneChanged(True, "ivan", "m1", name="Ivan Petrov"),  # at 1 s
        ev.TranscriptPartial("u1", "Good", "morning", 1_200, 1_800, "interviewer"),
        ev.MicrophoneChanged(False, "ivan", "m1", "replaced", name="Ivan Petrov"),
        ev.MicrophoneChanged(True, "mei", "m2"),  # at 4 s, by a link that names nobody
        ev.TranscriptFinal("u1", "interviewer", "speech", "Good morning.", 1_200, 2_900),
        ev.TranscriptFinal("u2", "interviewer", "speech", "And from me.", 4_100, 5_000),
        ev.TranscriptFinal("u3", "candidate", "speech", "Hello.", 5_100, 6_000),
    )
    said = [(one["text"], one.get("by"), one.get("name")) for one in entries]
    assert said == [
        ("Good morning.", "ivan", "Ivan Petrov"),
        ("And from me.", "mei", ""),
        ("Hello.", None, None),
    ]


async def test_an_utterance_that_was_nothing_leaves_nothing(site: Site, open_page: Open) -> None:
    page = await open_page()
    gone = ev.TranscriptFinal("u1", "candidate", "speech", "", 0, 900)
    assert await fold(page, ev.TranscriptPartial("u1", "Th", "anks", 0, 500), gone) == []
    assert await fold(page, gone) == []


async def test_a_spoken_question_stands_once_and_shows_its_interruption(site: Site, open_page: Open) -> None:
    page = await open_page()
    entries = await fold(
        page,
        ev.QuestionAsked("q1", "Who are you?", 1, 5, 0, 0),
        ev.SpeechOutStarted("o1", "Who are you?", "server"),
        ev.SpeechOutEnded("o1", "barge_in", 300),
        ev.SpeechOutStarted("o2", "Please go on.", "server"),
        ev.SpeechOutEnded("o2", "finished", 900),
    )
    assert [(one["kind"], one["text"], one.get("interrupted", False)) for one in entries] == [
        ("question", "Who are you?", True),
        ("system", "Please go on.", False),
    ]


async def test_words_stand_where_they_were_said_however_late_they_come(site: Site, open_page: Open) -> None:
    page = await open_page()
    entries = await fold(
        page,
        ev.TranscriptFinal("u1", "candidate", "speech", "first", 100, 500),
        ev.QuestionAsked("q2", "And then?", 2, 5, 0, 0),
        ev.NoteAdded("me", "noted"),
        ev.TranscriptFinal("u2", "candidate", "speech", "second", 900, 1500),
        ev.TranscriptFinal("u3", "candidate", "speech", "third", 2500, 2900),
    )
    assert [one["text"] for one in entries] == ["first", "second", "And then?", "third", "noted"]


async def test_notes_and_bookmarks_stand_at_their_moment_however_late_they_come(
    site: Site, open_page: Open
) -> None:
    page = await open_page()
    entries = await fold(
        page,
        ev.TranscriptFinal("u1", "candidate", "speech", "first", 500, 900),
        ev.QuestionAsked("q2", "And then?", 2, 5, 0, 0),
        ev.BookmarkSet("b1", "mei", 600),
        ev.NoteAdded("mei", "noted", 1_500),
        ev.BookmarkSet("b1", "mei", 600, "figures"),
        ev.BookmarkSet("b1", "ivan", 4_900, "another person's"),
    )
    assert [one["text"] for one in entries] == ["first", "figures", "noted", "And then?", "another person's"]


async def test_a_quote_is_found_in_the_utterance_that_holds_its_time(site: Site, open_page: Open) -> None:
    page = await open_page()
    finals = [
        ev.TranscriptFinal(f"u{n}", "candidate", "speech", f"part {n}", n * 5000, n * 5000 + 4000)
        for n in range(5)
    ]
    entries = await fold(page, *finals)
    found = await run(
        page,
        "timeline",
        "({placeAt}, entries) => [-1, 0, 7000, 99000].map(at => placeAt(entries, at))",
        entries,
    )
    assert found == [-1, 0, 1, 4]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([], "none"),
        ([None], "none"),
        ([5], "steady"),
        ([5, 5.02], "steady"),
        ([5, 6], "up"),
        ([5, 6, 6], "up"),
        ([6, None, 5.5], "down"),
    ],
)
async def test_the_course_of_a_score(
    site: Site, open_page: Open, scores: list[float | None], expected: str
) -> None:
    page = await open_page()
    points = [{"at_ms": place, "score": score, "confidence": 0.5} for place, score in enumerate(scores)]
    assert await run(page, "state", "({trend}, points) => trend(points)", points) == expected


async def test_levels_and_scores_are_those_of_the_judgement(site: Site, open_page: Open) -> None:
    page = await open_page()
    assert await run(page, "state", "({scoreOfLevel}) => [1, 2, 3, 4, 5].map(scoreOfLevel)") == [
        2,
        4,
        6,
        8,
        10,
    ]
    assert await run(page, "state", "({levelOfScore}) => [0, 2.9, 7.5, 8, 10].map(levelOfScore)") == [
        1,
        1,
        4,
        4,
        5,
    ]


async def test_an_hour_of_metrics_stays_bounded_and_keeps_the_newest(site: Site, open_page: Open) -> None:
    page = await open_page()
    script = """({DeskState}) => {
        const state = new DeskState();
        for (let seq = 1; seq <= 14400; seq += 1) {
            state.applyRecord({seq, at_ms: seq * 250, event: {type: 'delivery_measured', pace: seq}});
        }
        return [state.delivery.length, state.delivery.at(-1).pace, state.delivery[0].pace];
    }"""
    kept, newest, oldest = await run(page, "state", script)
    assert kept <= 1800
    assert newest == 14_400
    assert oldest == 1


async def test_delay_is_what_a_message_has_above_the_quickest(site: Site, open_page: Open) -> None:
    page = await open_page()
    script = """({DeskClock}) => {
        let now = 0;
        const clock = new DeskClock(() => now);
        const lags = [];
        for (const [at, server] of [[1000, 100], [1050, 150], [4000, 600]]) {
            now = at;
            clock.sample(server);
            lags.push(clock.lagMs);
        }
        return [lags, clock.now()];
    }"""
    assert await run(page, "clock", script) == [[0, 0, 2500], 3100]


async def test_the_newest_evidence_is_the_words_said_last(site: Site, open_page: Open) -> None:
    page = await open_page()
    early, late = (
        {"text": text, "start_ms": at, "end_ms": at + 1, "question": "q1"}
        for text, at in (("a", 5), ("b", 9))
    )
    competencies = [
        {"id": "one", "quotes": [early]},
        {"id": "two", "quotes": [late, early]},
        {"id": "three", "quotes": [late]},
    ]
    script = "({newestEvidence}, all) => newestEvidence(all)"
    found = await run(page, "state", script, competencies)
    assert (found["competency"]["id"], found["quote"]["text"]) == ("two", "b")
    assert await run(page, "state", script, [{"id": "one", "quotes": []}]) is None


async def test_the_usual_place_is_the_median_and_unknown_at_first(site: Site, open_page: Open) -> None:
    page = await open_page()
    script = "({usualPlace}, boxes) => usualPlace(boxes)"
    boxes = [[0.4, 0.2, 0.2, 0.3]] * 15 + [[0.9, 0.9, 0.1, 0.1]] * 14
    assert await run(page, "state", script, boxes) == [0.4, 0.2, 0.2, 0.3]
    assert await run(page, "state", script, boxes[:19]) is None


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (
            {"pace": 160, "pace_baseline": 130, "volume_dbfs": -31, "volume_baseline_dbfs": -27},
            {"pace": "+23 %", "volume": "−4 dB"},
        ),
        (
            {"pace": 131, "pace_baseline": 130, "volume_dbfs": -27.5, "volume_baseline_dbfs": -27},
            {"pace": "±0", "volume": "±0"},
        ),
        ({"pace": 160, "pace_baseline": None, "volume_dbfs": -31, "volume_baseline_dbfs": None}, {}),
        (None, {}),
    ],
)
async def test_delivery_is_told_against_the_own_baseline(
    site: Site, open_page: Open, measure: dict[str, Any] | None, expected: dict[str, str]
) -> None:
    page = await open_page()
    script = """({againstOwn}, measure) => againstOwn({
        number: (value, options) => new Intl.NumberFormat('en', options).format(value)
    }, measure ?? undefined)"""
    assert await run(page, "baseline", script, measure) == expected
