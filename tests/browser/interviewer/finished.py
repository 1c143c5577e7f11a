"""A finished interview with its log, report and a small recording in two parts; and a second candidate."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from media_pipeline.events import (
    AnswerEnded,
    BookmarkSet,
    ConnectionChanged,
    HoldEnded,
    InterviewEnded,
    InterviewOpened,
    ObservationChanged,
    QuestionAsked,
    Record,
    ScoreGiven,
    ScoreProposed,
    TranscriptFinal,
    Word,
)
from tests.browser.interviewer import scenarios
from tests.browser.interviewer.reports import sample_report
from tests.browser.interviewer.scenarios import TEXTS, Language
from tests.browser.interviewer.scripted_server import ScriptedInterview

Picture = NDArray[np.uint8]
Draw = Callable[[int], Picture]
"""The picture at a session time, milliseconds."""

PARTS = ((15_000, 66_000), (74_000, 125_000))
"""Session times of the recording's parts; the connection was lost in between."""
END_MS = 128_000
FRAMES_PER_S = 4
WIDTH, HEIGHT = 160, 90
OPENED_UNIX_MS = 1_795_000_000_000


def spread_words(text: str, start_ms: int, end_ms: int) -> tuple[Word, ...]:
    """The words of a text (Chinese: its characters) spread evenly over its time."""
    pieces = text.split() if " " in text else list(text)
    step = (end_ms - start_ms) / max(1, len(pieces))
    return tuple(
        Word(piece, round(start_ms + step * place), round(start_ms + step * (place + 1)))
        for place, piece in enumerate(pieces)
    )


def finished(language: Language) -> ScriptedInterview:
    """The running interview of ``scenarios`` to its end, with a loss, a hold and observations on the way."""
    texts = TEXTS[language]
    interview = scenarios.running(language)
    more = [
        (66_000, ConnectionChanged("lost", "media", "c1")),
        (74_000, ConnectionChanged("resumed", "media", "c2")),
        (76_000, HoldEnded("q2", "spoke")),
        (81_000, ObservationChanged("looking_away", True, 81_000)),
        (84_500, ObservationChanged("looking_away", False, 84_500)),
        (98_000, ObservationChanged("backlit", True, 98_000)),
        (
            110_500,
            TranscriptFinal("u5", "candidate", "speech", f"{texts.answer[0]}", 105_000, 110_000, (), "q2"),
        ),
        (111_000, BookmarkSet("b1", "ivan", 97_000, texts.points[1])),
        (112_000, AnswerEnded("q2", "done_button")),
        (113_000, QuestionAsked("q3", texts.questions[2], 3, 5, 60_000, 180_000)),
        (118_000, ScoreGiven("communication", 6.0, "ivan", texts.note)),
        (END_MS, InterviewEnded("completed")),
    ]
    records = [Record(0, at_ms, event) for at_ms, event in [(0, InterviewOpened(OPENED_UNIX_MS)), *more]]
    records += interview.log
    records.sort(key=lambda record: record.at_ms)
    interview.log = [
        replace(record, seq=seq, event=_completed(record.event))
        for seq, record in enumerate(records, start=1)
    ]
    interview.report = sample_report(language)
    interview.report["interview"]["ended_at_ms"] = END_MS
    interview.view.update(status="ended", phase="ended", question=None, deadline=None, report="ready")
    return interview


def _completed(event: Any) -> Any:
    """Words get their times; the live scores end where the report's stand."""
    if isinstance(event, ScoreProposed) and event.score is not None:
        return replace(
            event, score=round(event.score * 4.4 / (6.5 if event.competency == "professional" else 6.0), 1)
        )
    if isinstance(event, TranscriptFinal) and event.source == "speech":
        return replace(event, words=spread_words(event.text, event.start_ms, event.end_ms))
    return event


def other_candidate(language: Language) -> ScriptedInterview:
    """Another finished interview for the same job, with less evidence."""
    interview = finished(language)
    name = {"en": "Bohdan Kovalenko", "zh": "陈思远"}[language]
    interview.view = {**interview.view, "interview": f"other-{language}", "candidate": name}
    report = sample_report(language)
    report["interview"] = {**report["interview"], "id": f"other-{language}", "candidate": name}
    report["human_scores"] = []
    first, second, *rest = report["competencies"]
    lower = {**first, "score": 4.2, "confidence": 0.35, "quotes": first["quotes"][:1]}
    nothing = {
        **second,
        "score": None,
        "confidence": 0.0,
        "threshold_met": None,
        "quotes": [],
        "sub_dimensions": [
            {**scale, "level": None, "anchor": None, "quotes": []} for scale in second["sub_dimensions"]
        ],
    }
    report["competencies"] = [lower, nothing, *rest]
    report["total"] = {**report["total"], "score": 4.2, "weight_covered": 40.0}
    report["questions"][1]["points"] = [
        {**point, "quote": None} for point in report["questions"][1]["points"]
    ]
    interview.report = report
    return interview


def lobby_of_two(language: Language) -> list[dict[str, Any]]:
    """The two above, finished, in the lobby among the others."""
    base = scenarios.lobby(language)
    ended = next(row for row in base if row["report"] == "ready")
    names = {"en": ("Ada Lindqvist", "Bohdan Kovalenko"), "zh": ("林晓雨", "陈思远")}[language]
    pair = [
        {**ended, "interview": f"{kind}-{language}", "candidate": name, "total": total}
        for kind, name, total in zip(("demo", "other"), names, (4.8, 4.2), strict=True)
    ]
    other_job = {
        **ended,
        "interview": "teller",
        "candidate": "Dilnoza Karimova",
        "job": {"id": "bank-teller.en", "title": "Bank teller"},
    }
    return [*(row for row in base if row["status"] != "ended"), *pair, other_job]


# --- The recording ----------------------------------------------------------------------------


def brightness_of_second(ms: int) -> int:
    """What the test picture's brightness is at a session time: told apart after a lossy encoding."""
    return 40 + (ms // 1000) % 10 * 20


def flat(ms: int) -> Picture:
    return np.full((HEIGHT, WIDTH, 3), brightness_of_second(ms), np.uint8)


def recorded(
    start_ms: int, end_ms: int, draw: Draw = flat, *, size: tuple[int, int] = (WIDTH, HEIGHT)
) -> bytes:
    """A seekable WebM (VP8, Opus): a picture that tells the second, and a quiet tone."""
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as container:
        video = container.add_stream("libvpx", rate=FRAMES_PER_S)
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        video.gop_size = FRAMES_PER_S
        video.options = {"deadline": "realtime", "cpu-used": "8"}
        audio = container.add_stream("libopus", rate=48_000)
        for frame_index in range((end_ms - start_ms) * FRAMES_PER_S // 1000):
            at_ms = frame_index * 1000 // FRAMES_PER_S
            frame = av.VideoFrame.from_ndarray(draw(start_ms + at_ms), format="rgb24")
            frame.pts, frame.time_base = frame_index, Fraction(1, FRAMES_PER_S)
            container.mux(video.encode(frame))
            samples = 48_000 // FRAMES_PER_S
            time = (np.arange(samples) + frame_index * samples) / 48_000
            tone = (np.sin(2 * np.pi * 330 * time) * 800).astype(np.int16)
            sound = av.AudioFrame.from_ndarray(
                np.stack([tone, tone]).T.reshape(1, -1), format="s16", layout="stereo"
            )
            sound.sample_rate, sound.pts = 48_000, frame_index * samples
            container.mux(audio.encode(sound))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    return out.getvalue()


@cache
def small_parts() -> tuple[bytes, ...]:
    """Both parts, made once for all tests of a run."""
    return tuple(recorded(start, end) for start, end in PARTS)
