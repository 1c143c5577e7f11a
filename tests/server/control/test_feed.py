"""A page gets what it may see, in order, once; a slow one loses only what a later message replaces."""

from __future__ import annotations

from typing import Any

from media_pipeline import events as ev
from server.control.candidate_records import candidate_record
from server.control.feed import CHARTED_MS, Feed, without_superseded
from server.store.codec import encode_record


def partial(text: str, utterance: str = "u1") -> ev.TranscriptPartial:
    return ev.TranscriptPartial(utterance, text, "", 0, 1)


def final(text: str, utterance: str = "u1") -> ev.TranscriptFinal:
    return ev.TranscriptFinal(utterance, "candidate", "speech", text, 0, 1)


def records(*events: ev.Event) -> list[ev.Record]:
    return [ev.Record(number, number * 10, event) for number, event in enumerate(events, 1)]


def test_superseded_partials_are_left_out_and_everything_else_stays() -> None:
    given = records(
        partial("I"), partial("I led"), final("I led it."), partial("And", "u2"), ev.Nudged("q1", "…", 1)
    )
    kept = without_superseded(given)
    assert [record.seq for record in kept] == [3, 4, 5]


def test_who_comes_late_gets_the_metrics_that_the_charts_show() -> None:
    measured = ev.DeliveryMeasured(None, "words_per_minute", *(None,) * 9)
    hour = [ev.Record(seq, seq * 60_000, measured) for seq in range(1, 61)]
    kept = [record.at_ms for record in without_superseded(hour)]
    assert kept == [minute * 60_000 for minute in range(55, 61)]
    assert kept[-1] - kept[0] == CHARTED_MS


def test_view_is_sent_when_it_changes_only() -> None:
    view: dict[str, Any] = {"phase": "waiting", "server_now_ms": 1}
    feed = Feed(0, encode_record, lambda: dict(view))
    assert [m["type"] for m in feed.messages([], 0, {})] == ["view"]
    view["server_now_ms"] = 2
    assert list(feed.messages([], 0, {})) == []
    view["phase"] = "answering"
    (message,) = feed.messages([], 0, {})
    assert message["view"] == {"phase": "answering", "server_now_ms": 2}


def test_candidate_sees_no_score_and_no_suggestion() -> None:
    feed = Feed(0, candidate_record, lambda: {"server_now_ms": 0})
    given = records(
        ev.ScoreProposed("p", 7.0, 0.5, (), "because"),
        ev.FollowUpProposed("f", "q1", "quantify", "How much?", "it", 0, 1, "no number"),
        ev.ObservationChanged("no_face", True, 0),
        final("I led it."),
    )
    sent = [m["event"]["type"] for m in feed.messages(given, 4, {}) if m["type"] == "record"]
    assert sent == ["transcript_final"]
    assert feed.cursor == 4


def test_live_values_are_sent_once_each() -> None:
    feed = Feed(0, encode_record, lambda: {"server_now_ms": 0})
    level = {"level_dbfs": -30.0, "speaking": True}
    first = [m for m in feed.messages([], 0, {"level": level}) if m["type"] == "live"]
    assert first == [{"type": "live", "level_dbfs": -30.0, "speaking": True}]
    assert list(feed.messages([], 0, {"level": level})) == []


def test_a_live_value_that_comes_while_a_slow_page_is_told_does_not_end_it() -> None:
    live: dict[str, Any] = {"level": {"level_dbfs": -30.0, "speaking": True}}
    feed = Feed(0, encode_record, lambda: {"server_now_ms": 0})
    told = []
    for message in feed.messages([], 0, live):
        told.append(message["type"])
        if message["type"] == "live":
            live["face"] = {"faces": 1}
    assert told == ["view", "live"]
    assert [m["type"] for m in feed.messages([], 0, live)] == ["live"]
