"""The judgement offline: ``python -m scoring evaluate`` and ``python -m scoring follow-ups``.

The same code as in a live interview, on a job file and a transcript file.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from scoring.answer_reader import FOLDER, ReadsAnswers, answers_read, default_folder, reader_in
from scoring.assess import Assessment, assess
from scoring.follow_ups import plan
from scoring.job import Job
from scoring.job_file import JobFileError, load_job, shipped_jobs
from scoring.report import build_report
from scoring.transcript import Transcript, TranscriptError, transcript_from_json


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0, or 2 with a sentence on standard error when a file cannot be used."""
    options = _parser().parse_args(arguments)
    try:
        job = _read_job(options.job)
        transcript = _read_transcript(options.transcript, job)
        reader = reader_in(options.reader)
        if options.command == "evaluate":
            _evaluate(job, transcript, options.json, _skipped(job, options.skipped), reader)
        else:
            _follow_ups(job, transcript if options.at is None else transcript.until(options.at), reader)
    except (JobFileError, TranscriptError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scoring", description="Viva's judgement, offline.")
    commands = parser.add_subparsers(dest="command", required=True)
    evaluate = commands.add_parser("evaluate", help="score a transcript: arithmetic, levels, quotes")
    evaluate.add_argument(
        "--json", type=Path, metavar="FILE", help="write the report's JSON here, - for standard output"
    )
    evaluate.add_argument(
        "--skipped",
        default="",
        metavar="IDS",
        help="questions a person skipped, e.g. q3,q4: they count neither for nor against",
    )
    follow_ups = commands.add_parser("follow-ups", help="what would be asked next, and why")
    follow_ups.add_argument(
        "--at", type=int, metavar="MS", help="as it stood at this session time; default: the end"
    )
    for command in (evaluate, follow_ups):
        command.add_argument(
            "--job",
            required=True,
            metavar="FILE",
            help="a job file, or the name of a shipped job: " + ", ".join(shipped_jobs()),
        )
        command.add_argument(
            "--transcript", required=True, type=Path, metavar="FILE", help="a transcript file (JSON)"
        )
        command.add_argument(
            "--reader",
            type=Path,
            metavar="FOLDER",
            default=default_folder(os.environ),
            help="the prepared answer reader; default: where `viva models` puts it; used where it is there",
        )
    return parser


def _read_job(name: str) -> Job:
    if name in shipped_jobs():
        return shipped_jobs()[name]
    path = Path(name)
    if not path.is_file():
        shipped = ", ".join(shipped_jobs())
        raise FileNotFoundError(f"--job: {name} is neither a file nor a shipped job; shipped are {shipped}")
    return load_job(path.read_text(encoding="utf-8"), path.name.removesuffix(".yaml"))


def _read_transcript(path: Path, job: Job) -> Transcript:
    if not path.is_file():
        raise FileNotFoundError(f"--transcript: there is no file {path}; docs/scoring.md shows one")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise TranscriptError(f"{path}: this is not JSON: {error}") from error
    transcript = transcript_from_json(data)
    if transcript.language != job.language:
        raise TranscriptError(
            f"language: the transcript is {transcript.language}, the job {job.id} is {job.language}"
        )
    return transcript


def _skipped(job: Job, given: str) -> frozenset[str]:
    ids = frozenset(filter(None, (part.strip() for part in given.split(","))))
    unknown = ids - {question.id for question in job.questions}
    if unknown:
        raise TranscriptError(f"--skipped: the job has no question {', '.join(sorted(unknown))}")
    return ids


def _evaluate(
    job: Job,
    transcript: Transcript,
    json_file: Path | None,
    skipped: frozenset[str],
    reader: ReadsAnswers | None,
) -> None:
    assessment = assess(job, transcript, not_asked=skipped)
    models = None if reader is None else {FOLDER: reader.name}
    read = answers_read(reader, job, transcript)
    built = build_report(job, transcript, assessment, skipped=skipped, models=models, read=read)
    report = json.dumps(built.to_json(), ensure_ascii=False, indent=2)
    if json_file is not None and str(json_file) == "-":
        print(report)
        return
    if json_file is not None:
        json_file.write_text(report + "\n", encoding="utf-8")
    _print_assessment(job, assessment)


def _print_assessment(job: Job, assessment: Assessment) -> None:
    print(f"{job.title} ({job.id}, version {job.version})\n")
    print(assessment.table_text())
    for competency, result in zip(job.competencies, assessment.competencies, strict=True):
        score = (
            "insufficient evidence"
            if result.score is None
            else f"{result.score:.1f} of 10, confidence {result.confidence:.2f}"
        )
        print(f"\n{competency.title}: {score}\n  {result.reason}")
        for scale, judged in zip(competency.sub_dimensions, result.sub_dimensions, strict=True):
            if judged.level is not None:
                print(f"  {scale.title}: level {judged.level:.1f} of 5 – {judged.anchor}")
        for quote in result.quotes:
            print(f"  {_clock(quote.start_ms)} [{quote.question}] “{quote.text}”")
    print()
    for question_id, coverage in assessment.coverage.items():
        if coverage.covered:
            missing = ", ".join(coverage.missing) or "nothing"
            print(f"{question_id}: covered {', '.join(coverage.covered)}; missing {missing}")


def _follow_ups(job: Job, transcript: Transcript, reader: ReadsAnswers | None) -> None:
    read = answers_read(reader, job, transcript)
    for question in job.questions:
        if not transcript.answer(question.id):
            continue
        print(f"{question.id}: {question.text}")
        planned = plan(job, transcript, question.id, (), read=read.get(question.id))
        for item in planned:
            where = f"{_clock(item.quote_start_ms)}–{_clock(item.quote_end_ms)}" if item.quote else "no quote"
            print(f"  {item.kind:<13} {item.worth:.2f}  {item.text}")
            print(f"{'':16}because {item.reason} ({where}, {item.moment})")
        if not planned:
            print("  nothing to ask")


def _clock(milliseconds: int) -> str:
    return f"{milliseconds // 60_000}:{milliseconds // 1000 % 60:02d}"


if __name__ == "__main__":
    sys.exit(main())
