"""The job: what is assessed, how it is asked, and on which scale. Loaded from YAML by ``job_file``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Language = Literal["en", "zh"]
QuestionKind = Literal["self_introduction", "structured", "situational", "culture", "free"]
SignIn = Literal["phone", "id4"]


@dataclass(frozen=True, slots=True)
class SubDimension:
    """One behaviourally anchored 1–5 scale; ``anchors[0]`` describes level 1, ``anchors[4]`` level 5."""

    id: str
    title: str
    weight: float
    """Share within its competency, per cent; all of a competency's add up to 100."""
    anchors: tuple[str, str, str, str, str]
    looks_at: tuple[str, ...] = ()
    """Kinds of evidence (``scoring.evidence.EvidenceKind``) that this scale is mostly about; empty: all."""


@dataclass(frozen=True, slots=True)
class Competency:
    id: str
    title: str
    weight: float
    """Per cent of the total; all competencies add up to 100."""
    sub_dimensions: tuple[SubDimension, ...]
    threshold: float | None = None
    """The least score, 0–10, this competency must reach."""
    is_delivery: bool = False
    """A declared language or delivery competency, told to the candidate."""


@dataclass(frozen=True, slots=True)
class ExpectedPoint:
    """Something a good answer names; ``synonyms`` count as the same point.

    ``told_as`` are examples of how people say it. They never count as evidence: they only keep Viva from
    asking about what was said in other words.
    """

    id: str
    text: str
    synonyms: tuple[str, ...] = ()
    probe: str | None = None
    """An open question that invites this point without naming it; asked as a "deepen" follow-up."""
    told_as: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """Of what tells points apart; what is remembered of clauses is looked up by it all the time."""
        return hash((self.id, self.text))


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    text: str
    kind: QuestionKind
    competencies: tuple[str, ...]
    think_ms: int
    answer_ms: int
    follow_up_budget: int
    rephrased: str | None = None
    deeper: str | None = None
    """An open question that goes further than any answer to this one: asked as a "deepen" follow-up where the
    expected points may all have been told in some words or other."""
    expected_points: tuple[ExpectedPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    id: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One job in one language. ``id`` looks like ``production-supervisor.en``."""

    id: str
    version: str
    language: Language
    title: str
    company: str
    department: str
    description: str
    greeting: str
    sign_in: SignIn
    competencies: tuple[Competency, ...]
    stages: tuple[Stage, ...]
    practice_question: str
    closing: str
    """What happens next; shown on the end page."""
    assessed: tuple[str, ...] = field(default=())
    """What is assessed, in the candidate's words, said in the invitation and on the first screen."""
    measures: tuple[str, ...] = field(default=())
    """What this job's results are counted in ("cost", "scrap"); they tell what is on the topic."""

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for stage in self.stages for question in stage.questions)

    def question(self, question_id: str) -> Question | None:
        """The question with this id, or None."""
        return next((question for question in self.questions if question.id == question_id), None)

    def questions_for(self, competency_id: str) -> tuple[Question, ...]:
        """The questions whose answers count towards a competency, in the order they are asked."""
        return tuple(question for question in self.questions if competency_id in question.competencies)
