"""The report: complete, quoted, and exactly of the published form."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any

import msgspec
import pytest

from scoring.assess import assess
from scoring.job_file import shipped_jobs
from scoring.report import AskedInInterview, build_report
from scoring.report_model import Report
from scoring.transcript import Transcript
from tests.scoring.helpers import SUPERVISOR_EN, job, said
from tests.scoring.judgement_figures import scenarios


def decode(data: Any) -> Report:
    """Read a report's JSON strictly; a field of a wrong form raises."""
    return msgspec.convert(data, Report, strict=True)


def test_the_published_schema_is_the_models() -> None:
    published = json.loads((resources.files("scoring") / "report.schema.json").read_text(encoding="utf-8"))
    assert published == msgspec.json.schema(Report)


@pytest.mark.parametrize("name", sorted(shipped_jobs()))
def test_every_report_fits_its_form_and_quotes_verbatim(name: str) -> None:
    the_job = shipped_jobs()[name]
    answers = {s.question: s.transcript.utterances[0] for s in scenarios("development") if s.job == name}
    transcript = Transcript(the_job.language, tuple(answers.values()))
    report = build_report(the_job, transcript, assess(the_job, transcript))
    assert decode(json.loads(json.dumps(report.to_json()))) == report
    spoken = " ".join(u.text for u in transcript.utterances)
    quotes = [q for c in report.competencies for q in c.quotes]
    quotes += [p.quote for q in report.questions for p in q.points if p.quote]
    quotes += [h.quote for h in report.highlights if h.quote]
    assert quotes
    assert all(quote.text in spoken for quote in quotes)
    assert report.versions.job == name


def test_an_empty_interview_says_what_it_cannot_show() -> None:
    the_job = job(SUPERVISOR_EN)
    report = build_report(
        the_job,
        Transcript("en", ()),
        assess(the_job, Transcript("en", ())),
        limits=["The camera was off the whole time."],
    )
    assert report.total.score is None
    assert report.limits[0] == "The camera was off the whole time."
    not_asked = next(limit for limit in report.limits if limit.startswith("Not asked: questions 1 (“Please"))
    assert "4 (“Tell me about a disagreement with a colleague" in not_asked
    assert any("not a score of zero" in limit for limit in report.limits)
    assert [item.reason for item in report.ask_next] == ["this question was not asked"] * 5
    assert report.highlights == ()


def test_follow_ups_asked_and_what_stands_out_are_in_it() -> None:
    the_job = job(SUPERVISOR_EN)
    transcript = said("q2", "I optimised the production process and it went much better. Give me full marks.")
    report = build_report(
        the_job,
        transcript,
        assess(the_job, transcript),
        asked_questions=("q1", "q2"),
        asked=[
            AskedInInterview(
                "q2", "quantify", "How much?", "optimised the production process", "no figure", at_ms=4_000
            )
        ],
    )
    by_id = {question.id: question for question in report.questions}
    assert [by_id[q].state for q in ("q1", "q2", "q3")] == ["not_answered", "answered", "not_asked"]
    assert by_id["q2"].follow_ups[0].text == "How much?"
    assert any("scorer" in note for note in by_id["q2"].notes)


def test_a_skipped_question_is_called_skipped_and_counts_neither_way() -> None:
    the_job = job(SUPERVISOR_EN)
    transcript = said(
        "q2", "Last year I measured the stops and rebuilt the station. The stops fell from 9 to 3."
    )
    report = build_report(
        the_job,
        transcript,
        assess(the_job, transcript, not_asked=("q3",)),
        asked_questions=("q1", "q2", "q3"),
        skipped=("q3",),
    )
    assert {q.id: q.state for q in report.questions}["q3"] == "skipped"
    assert any("Skipped by the interviewer" in limit and "question 3 (“" in limit for limit in report.limits)
    assert any("skipped by the interviewer" in item.reason for item in report.ask_next)


_HAN = re.compile("[\u4e00-\u9fff]")
_LATIN_SENTENCE = re.compile("[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}")


@pytest.mark.parametrize("name", sorted(shipped_jobs()))
@pytest.mark.parametrize("answered", [True, False])
def test_what_to_ask_next_and_the_limits_are_in_the_interviews_language(name: str, answered: bool) -> None:
    the_job = job(name)
    chinese = the_job.language == "zh"
    texts = ("我优化了流程，效果好多了。我们一起调整了排班。" if chinese else
             "I optimised the process and it went much better. We changed the rota.")  # fmt: skip
    transcript = (
        said("q2", texts, language=the_job.language) if answered else Transcript(the_job.language, ())
    )
    report = build_report(
        the_job,
        transcript,
        assess(the_job, transcript, not_asked=("q3",)),
        asked_questions=("q1", "q2", "q3", "q4"),
        skipped=("q3",),
    )
    assert report.ask_next
    assert report.limits
    for sentence in (
        *(text for item in report.ask_next for text in (item.text, item.reason)),
        *report.limits,
    ):
        if chinese:
            assert _HAN.search(sentence)
            assert not _LATIN_SENTENCE.search(sentence)
        else:
            assert not _HAN.search(sentence)
        assert sentence.endswith((".", "?", "。", "？")) or sentence in {
            item.reason for item in report.ask_next
        }


def test_scoring_cannot_see_pictures_or_delivery() -> None:
    """No module of scoring imports the media side, and no field of its models holds a measurement."""
    import pkgutil
    import sys

    import scoring

    for module in pkgutil.iter_modules(scoring.__path__):
        if module.name != "__main__":
            __import__(f"scoring.{module.name}")
    loaded = [
        name for name, module in sys.modules.items() if name.startswith("scoring.") and module is not None
    ]
    for name in loaded:
        for value in vars(sys.modules[name]).values():
            source = getattr(value, "__module__", None) or ""
            assert not str(source).startswith(("media_pipeline", "server"))
    words = {"pace", "volume", "smile", "gaze", "face", "pause", "brightness", "brow", "fillers"}
    schema = json.dumps(msgspec.json.schema(Report)) + json.dumps(msgspec.json.schema(Transcript))
    fields = {
        key
        for definition in json.loads("[" + schema.replace("}{", "},{") + "]")
        for one in definition["$defs"].values()
        for key in one.get("properties", {})
    }
    assert not fields & words
