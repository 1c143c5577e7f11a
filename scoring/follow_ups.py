"""Which follow-up is worth asking now, and in which words.

Works while the answer is still open: only clauses that are finished are quoted. What is missing is
found from the evidence; what is worth most for the rubric comes first. The sentences themselves are
in ``follow_up_words``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from scoring.answer import Clause
from scoring.evidence import AnswerReading, read_answer
from scoring.follow_up_words import Wording, sentence
from scoring.job import Job, Question
from scoring.transcript import Transcript

FollowUpKind = Literal[
    "quantify", "own_role", "missing_star", "clarify", "contradiction", "off_topic", "deepen"
]
Moment = Literal["clause", "answer_end"]


@dataclass(frozen=True, slots=True)
class AskedFollowUp:
    """A follow-up that was asked already (or proposed and dismissed), so that it is not repeated."""

    question: str
    kind: FollowUpKind
    text: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class PlannedFollowUp:
    """``quote`` is verbatim from the answer; ``alternatives`` are the other sentences considered.

    ``moment``: worth asking at a clause's end while the answer is open, or only once it seems finished.
    ``worth`` orders the proposals, 0–1.
    """

    kind: FollowUpKind
    text: str
    quote: str
    quote_start_ms: int
    quote_end_ms: int
    reason: str
    alternatives: tuple[str, ...] = ()
    worth: float = 0.0
    moment: Moment = "clause"
    target: str = ""
    """What is missing: a STAR part, an expected point's id, or empty."""


@dataclass(frozen=True, slots=True)
class PlannerOptions:
    most: int = 3
    """Proposals returned, at most."""
    enough_words: int = 18
    """Words (Chinese: characters / 2) before a missing part may be called missing."""


def plan(job: Job, transcript: Transcript, question_id: str, asked: Sequence[AskedFollowUp] = (),
         options: PlannerOptions = PlannerOptions()) -> tuple[PlannedFollowUp, ...]:
    """Follow-ups worth asking on this question now, best first; empty when nothing is missing.

    Never repeats a kind for the same words, nor asks for the same missing part twice; returns nothing
    once the question's budget is used. ``asked`` may hold follow-ups of other questions too.
    """
    question = job.question(question_id)
    if question is None:
        return ()
    here = [item for item in asked if item.question == question_id]
    if len(here) >= question.follow_up_budget:
        return ()
    reading = read_answer(job, question, transcript)
    if not reading.clauses:
        return ()
    found = _Candidates(job, question, reading, here, len(asked), options).all()
    best = sorted(found, key=lambda item: -item.worth)[: options.most]
    return tuple(replace(item, alternatives=tuple(other.text for other in best if other is not item))
                 for item in best)


class _Candidates:
    """Everything that could be asked about one answer."""

    def __init__(self, job: Job, question: Question, reading: AnswerReading, here: Sequence[AskedFollowUp],
                 turn: int, options: PlannerOptions) -> None:
        self.job, self.question, self.reading, self.here = job, question, reading, here
        self.turn, self.options = turn, options
        self.enough = options.enough_words * (2 if job.language == "zh" else 1)
        self.quotable = [(index, clause) for index, clause in enumerate(reading.clauses)
                         if clause.finished and clause.phrase and index not in reading.without_credit]

    def all(self) -> list[PlannedFollowUp]:
        if self.reading.off_topic:
            return self._off_topic()
        found = [*self._quantify(), *self._own_role(), *self._missing_star(), *self._clarify(),
                 *self._deepen()]
        return [item for item in found if not self._was_asked(item)]

    def _was_asked(self, item: PlannedFollowUp) -> bool:
        return any(item.text == earlier.text or (item.kind == earlier.kind and (
            item.quote == earlier.quote or item.kind in ("own_role", "off_topic")
            or item.kind == "missing_star" and item.target and _same_target(item, earlier, self.job.language)))
            for earlier in self.here)

    def _make(self, kind: FollowUpKind, index: int, worth: float, reason: str, moment: Moment = "clause",
              target: str = "", detail: str = "") -> PlannedFollowUp | None:
        clause = self.reading.clauses[index]
        if clause.phrase is None:
            return None
        start, end = clause.phrase
        quote = self.reading.answer.text[start:end]
        text = sentence(Wording(kind, self.job.language, quote, clause.who, clause.lead, clause.verb, target,
                                detail, self.job.measures, self.question.kind, self.turn))
        start_ms, end_ms = self.reading.answer.span_ms(start, end)
        return PlannedFollowUp(kind, text, quote, start_ms, end_ms, reason, (), worth, moment, target)

    def _quantify(self) -> list[PlannedFollowUp]:
        """A claim of change without a figure in it, beside it, or in a later result."""
        if self.question.kind == "situational":
            return []
        found = []
        for index, clause in self.quotable:
            claim = "change" in clause.marks and "action" in clause.marks or (
                "result" in clause.marks and _is_measurable(clause))
            if not claim or "hedged" in clause.marks or self._figure_near(index):
                continue
            own = "action" in clause.marks and clause.who in ("i", "we")
            worth = (0.9 if own else 0.8) - 0.02 * (len(self.reading.clauses) - index)
            made = self._make("quantify", index, max(0.5, worth), "a change is claimed without a figure")
            if made:
                found.append(made)
        return found[:3]

    def _figure_near(self, index: int) -> bool:
        after = self.reading.clauses[index:index + 4]
        return any("number" in clause.marks for clause in after) or any(
            "number" in clause.marks and clause.marks & {"result", "comparison", "change"}
            for clause in self.reading.clauses)

    def _own_role(self) -> list[PlannedFollowUp]:
        """Deeds told as "we" only."""
        team = [i for i, clause in self.quotable if "action" in clause.marks and clause.who == "we"]
        own = [i for i, clause in enumerate(self.reading.clauses)
               if "action" in clause.marks and clause.who == "i" and i not in self.reading.without_credit]
        if len(team) < 2 or len(own) * 3 > len(team):
            return []
        worth = 0.85 if not own else 0.7
        made = self._make("own_role", team[-1], worth, "the deeds are told as \"we\"; the own part is not clear")
        return [made] if made else []

    def _missing_star(self) -> list[PlannedFollowUp]:
        if self.reading.length < self.enough or self.question.kind in ("self_introduction", "situational",
                                                                       "culture", "free"):
            return []
        have = {item.kind for item in self.reading.evidence}
        found: list[PlannedFollowUp | None] = []
        if "action" in have and "result" not in have:
            last = [i for i, c in self.quotable if "action" in c.marks]
            if last:
                found.append(self._make("missing_star", last[-1], 0.75, "no result was told", "answer_end",
                                        "result"))
        if "action" not in have and have & {"situation", "task", "result"}:
            last = [i for i, c in self.quotable if c.marks & {"situation", "task", "result"}]
            if last:
                found.append(self._make("missing_star", last[-1], 0.8, "no deed of their own was told",
                                        "answer_end", "action"))
        if "action" in have and not have & {"situation", "task"}:
            first = [i for i, c in self.quotable if "action" in c.marks]
            if first:
                found.append(self._make("missing_star", first[0], 0.45, "the situation was not told",
                                        "answer_end", "situation"))
        return [item for item in found if item]

    def _clarify(self) -> list[PlannedFollowUp]:
        """Something said so generally that nobody can tell what was done."""
        concrete = sum(1 for c in self.reading.clauses if "action" in c.marks and "vague" not in c.marks)
        found = []
        for index, clause in self.quotable:
            if "vague" in clause.marks and "action" in clause.marks and clause.who in ("i", "we") \
                    and not clause.marks & {"number", "method"}:
                made = self._make("clarify", index, 0.72 if concrete == 0 else 0.4,
                                  "what was done is said in general words only",
                                  "clause" if concrete == 0 else "answer_end")
                if made:
                    found.append(made)
        return found[:2]

    def _deepen(self) -> list[PlannedFollowUp]:
        """The first expected point that was not said and has an open question of its own."""
        if self.reading.length < self.enough or not self.quotable:
            return []
        said = self.reading.points()
        deeds = [i for i, c in self.quotable if "action" in c.marks] or [i for i, _ in self.quotable]
        found = []
        for place, point in enumerate(self.question.expected_points):
            if point.id in said or not point.probe or any(point.probe in item.text for item in self.here):
                continue
            made = self._make("deepen", deeds[-1], 0.38 - 0.02 * place,
                              f"expected point not mentioned: {point.text}", "answer_end", point.id, point.probe)
            if made:
                found.append(made)
        return found[:2]

    def _off_topic(self) -> list[PlannedFollowUp]:
        if not self.quotable:
            return []
        made = self._make("off_topic", self.quotable[0][0], 0.9, "nothing said so far leads to the question",
                          "answer_end", detail=self.question.rephrased or self.question.text)
        return [made] if made and not self._was_asked(made) else []


def _is_measurable(clause: Clause) -> bool:
    return "change" in clause.marks or clause.verb in ("go", "drop", "fall", "rise", "becom", "grow", "increas") \
        and clause.who == "other" or any(
        word in ("better", "faster", "fewer", "less", "quicker", "lower", "higher", "shorter", "smoother", "cheaper",
                 "效果", "好多", "快多") for word in clause.stems)


def _same_target(item: PlannedFollowUp, earlier: AskedFollowUp, language: str) -> bool:
    """Two questions for the same missing part share their closing sentence."""
    closing = item.text.rsplit("”，" if language == "zh" else ". ", 1)[-1]
    return closing in earlier.text
