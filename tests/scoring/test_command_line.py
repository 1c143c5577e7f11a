"""``python -m scoring``: the judgement on files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scoring.__main__ import main
from scoring.report_model import Report
from tests.scoring.test_report import decode

ANSWER = "I optimised the production process and it went much better. I trained my team on the new carts."


def _transcript(folder: Path, **changes: Any) -> str:
    document: dict[str, Any] = {
        "language": "en",
        "utterances": [
            {"question": "q2", "start_ms": 1000, "end_ms": 8000, "speaker": "candidate", "text": ANSWER}
        ],
    } | changes
    file = folder / "transcript.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return str(file)


def test_evaluate_prints_the_arithmetic_and_writes_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.json"
    code = main(
        [
            "evaluate",
            "--job",
            "production-supervisor.en",
            "--transcript",
            _transcript(tmp_path),
            "--json",
            str(out),
        ]
    )
    printed = capsys.readouterr().out
    assert code == 0
    assert "competency" in printed
    assert (
        "“trained my team on the new carts”" in printed or "“I trained my team on the new carts”" in printed
    )
    report: Report = decode(json.loads(out.read_text(encoding="utf-8")))
    assert report.questions[1].state == "answered"


def test_follow_ups_at_a_time_quote_only_what_was_said_by_then(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(
        [
            "follow-ups",
            "--job",
            "production-supervisor.en",
            "--transcript",
            _transcript(tmp_path),
            "--at",
            "5200",
        ]
    )
    printed = capsys.readouterr().out
    assert code == 0
    assert "You mentioned you optimised the production process." in printed
    assert "carts" not in printed


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"language": "fr"}, "language"),
        ({"language": "zh"}, "the job production-supervisor.en is en"),
        (
            {"utterances": [{"question": "q2", "start_ms": 5, "end_ms": 1, "text": "x"}]},
            "utterances[0].end_ms",
        ),
        ({"utterances": [{"question": "q2", "start_ms": 5, "end_ms": 9}]}, "utterances[0].text"),
    ],
)
def test_a_wrong_file_is_told_by_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], message: str
) -> None:
    assert (
        main(
            [
                "evaluate",
                "--job",
                "production-supervisor.en",
                "--transcript",
                _transcript(tmp_path, **changes),
            ]
        )
        == 2
    )
    assert message in capsys.readouterr().err


def test_a_job_file_of_ones_own_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "mine.yaml"
    broken.write_text('version: "1"\nlanguage: en\n', encoding="utf-8")
    assert main(["evaluate", "--job", str(broken), "--transcript", _transcript(tmp_path)]) == 2
    assert "mine, line 1" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--job", "nobody.en", "--transcript", _transcript(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "--job: nobody.en" in told
    assert "sales.zh" in told
    missing = str(tmp_path / "none.json")
    assert main(["follow-ups", "--job", "sales.zh", "--transcript", missing]) == 2
    told = capsys.readouterr().err
    assert f"--transcript: there is no file {missing}" in told


def test_a_skipped_question_costs_nothing_and_an_unknown_one_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["evaluate", "--job", "production-supervisor.en", "--transcript", _transcript(tmp_path)]
    totals = []
    for skipped in ("", "q3, q4"):
        out = tmp_path / "report.json"
        assert main([*given, "--json", str(out), "--skipped", skipped]) == 0
        report = decode(json.loads(out.read_text(encoding="utf-8")))
        totals.append(report.total.score)
    assert {q.id: q.state for q in report.questions}["q3"] == "skipped"
    assert totals[0] is not None
    assert totals[1] is not None
    assert totals[1] > totals[0]
    assert main([*given, "--skipped", "q99"]) == 2
    assert "q99" in capsys.readouterr().err
