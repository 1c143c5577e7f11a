"""What the conductor needs to know of a job: the questions in order and the limits of each."""

from __future__ import annotations

from dataclasses import dataclass

from media_pipeline.events import Language
from scoring.job import Job

PRACTICE = "practice"
"""Question id of the practice question; nothing said under it is kept as evidence."""


@dataclass(frozen=True, slots=True)
class ScriptQuestion:
    id: str
    text: str
    rephrased: str | None
    stage: str
    stage_title: str
    think_ms: int
    answer_ms: int
    follow_up_budget: int


@dataclass(frozen=True, slots=True)
class Script:
    """One interview's plan, the same for every candidate of the job."""

    language: Language
    greeting: str
    closing: str
    questions: tuple[ScriptQuestion, ...]
    practice: ScriptQuestion


@dataclass(frozen=True, slots=True)
class ConductorOptions:
    """Patience and limits. Assistants' defaults cut off people who think; these do not."""

    autopilot: bool = True
    """Ask follow-ups without an interviewer (False: propose only)."""
    hold_ms: int = 60_000
    """How long "let me think" keeps the system silent."""
    guard_rail_soon_share: float = 0.85
    """Share of the answer's time after which the first warning is shown."""
    done_said_wait_ms: int = 1_500
    """Silence after "that's all" before it is believed."""
    text_pause_ms: int = 1_200
    """After a typed part, how long to wait before a follow-up may be asked."""
    text_answer_end_ms: int = 4_000
    """The same where what is missing may still come with the next part."""
    final_wait_ms: int = 1_500
    """At a pause, how long to wait for the recogniser's final before a follow-up may be asked without it."""
    nudges_per_question: int = 2
    max_silent_nudge_gap_ms: int = 45_000
    """Between two nudges in one answer."""
    voice_watchdog_ms: int = 60_000
    """If the interviewer's voice never reports its end, the interview goes on after this."""
    abandoned_ms: int = 3_600_000
    """Without any connection for this long an interview that has begun expires."""
    presence_silent_ms: int = 600_000
    """After so long without speech, typing or a command the candidate is asked whether they are there."""
    presence_answer_ms: int = 120_000
    """Without an answer to that for so long their place is given up until they come back."""
    unattended_ms: int = 120_000
    """With nobody at a desk who may conduct for so long the candidate may end an interviewer's pause."""
    on_air_silent_ms: int = 300_000
    """Who speaks in person and says nothing for so long, while nobody answers, goes off air."""
    extra_time_factor: float = 1.5
    """Think and answer time are multiplied by this where extra time was asked for."""


def script_of(job: Job) -> Script:
    """The plan of ``job``."""
    questions = tuple(
        ScriptQuestion(
            id=question.id,
            text=question.text,
            rephrased=question.rephrased,
            stage=stage.id,
            stage_title=stage.title,
            think_ms=question.think_ms,
            answer_ms=question.answer_ms,
            follow_up_budget=question.follow_up_budget,
        )
        for stage in job.stages
        for question in stage.questions
    )
    practice = ScriptQuestion(
        id=PRACTICE,
        text=job.practice_question,
        rephrased=None,
        stage=PRACTICE,
        stage_title="",
        think_ms=0,
        answer_ms=60_000,
        follow_up_budget=0,
    )
    return Script(job.language, job.greeting, job.closing, questions, practice)
