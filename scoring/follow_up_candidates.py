"""Everything that could be asked about one answer, each with its sentence, its quote and its reason.

Only clauses that are finished are quoted. Which of them is worth asking is ``follow_up_choice``'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scoring.absolutes import said_without_exception
from scoring.contradictions import Contradiction
from scoring.evidence import AnswerReading
from scoring.follow_up_points import UNTOLD_BY_WORDS, OpenQuestion, open_questions
from scoring.follow_up_quotes import is_fit_to_quote
from scoring.follow_up_types import AskedFollowUp, FollowUpKind, Moment, PlannedFollowUp, PlannerOptions
from scoring.follow_up_words import REASONS, Wording, asks_for, sentence
from scoring.job import Job, Question
from scoring.moving_on import finds_no_case, says_the_question_again, told_in_a_line


class Candidates:
    """Everything that could be asked about one answer."""

    def __init__(
        self,
        job: Job,
        question: Question,
        reading: AnswerReading,
        here: Sequence[AskedFollowUp],
        turn: int,
        options: PlannerOptions,
        contradictions: Sequence[Contradiction],
    ) -> None:
        self.contradictions = [item for item in contradictions if item.later.question == question.id]
        self.job, self.question, self.reading, self.here = job, question, reading, here
        self.turn, self.options = turn, options
        self.enough = options.enough_words * (1.6 if job.language == "zh" else 1)
        self.quotable = [
            (index, clause)
            for index, clause in enumerate(reading.clauses)
            if clause.finished and clause.phrase and index not in reading.without_credit
        ]

    def contradicting(self) -> list[PlannedFollowUp]:
        """Two statements that do not fit and were not asked about yet."""
        return [item for item in self._contradiction() if not self.was_asked(item)]

    def about_something_else(self) -> list[PlannedFollowUp]:
        """Where the words say so; after words none of which tells anything, a deed is asked for instead."""
        if not self.quotable and self.question.kind == "structured":
            return self._no_deed()
        return self.back_to_the_question()

    def back_to_the_question(self) -> list[PlannedFollowUp]:
        """Nothing is quoted: an aside repeated to somebody's face sounds like mockery."""
        wording = self._wording("off_topic", detail=self.question.rephrased or self.question.text)
        reason = self._because("off_topic")
        back = PlannedFollowUp("off_topic", sentence(wording), "", 0, 0, reason, (), 0.9, "answer_end")
        return [] if self.was_asked(back) else [back]

    def not_fitting(self) -> list[PlannedFollowUp]:
        """Where only the meaning of the whole says so, once.

        What was said without exception is quoted, as that is what something else mostly belies; nothing is,
        where there is no such statement.
        """
        if self.contradictions or any(item.kind == "contradiction" for item in self.here):
            return []
        place = said_without_exception(self.reading)
        quote, start_ms, end_ms = ("", 0, 0) if place is None else self.reading.quote(place)
        text = sentence(replace(self._wording("contradiction"), quote=quote))
        reason = self._because("not_fitting")
        return [
            PlannedFollowUp("contradiction", text, quote, start_ms, end_ms, reason, (), 0.8, "answer_end")
        ]

    def easier_form(self) -> list[PlannedFollowUp]:
        """The question in its easier form, for who is at a loss; once."""
        asked = self._example(self._because("no_deed"), 0.7)
        return [asked] if self._easier_way_in() and not self.was_asked(asked) else []

    def triggered(self) -> list[PlannedFollowUp]:
        """What the answer itself gives cause to ask, asked already or not."""
        found = [
            *self._quantify(),
            *self._own_role(),
            *self._missing_star(),
            *self._clarify(),
            *self._deepen(),
        ]
        return found or self._nothing_to_quote()

    def always_possible(self) -> list[PlannedFollowUp]:
        """What can be asked after any weak answer once it seems finished: how exactly, and for an example."""
        if self.reading.length < self.enough / (2 if self.reading.answer.complete else 1):
            return []
        found = [self._example(self._because("little"), 0.1)]
        acting = [i for i, c in self.quotable if "action" in c.marks and c.who in ("i", "we")]
        best = self._told_best(acting or [i for i, c in self.quotable if c.who in ("i", "we")])
        if best is not None:
            made = self._make("clarify", best, 0.1, self._because("little"), "answer_end")
            found += [made] if made else []
        return found

    def without_cause(self) -> list[PlannedFollowUp]:
        """What can be asked though no single clause gives cause to, once the answer seems finished: where the
        meaning of the whole is like that of answers in which a rater missed it."""
        if self.reading.length < self.enough:
            return []
        found = [self._generally(kind) for kind in ("own_role", "clarify")]
        if not any(
            "number" in c.marks and c.marks & {"result", "comparison", "change", "claim"}
            for c in self.reading.clauses
        ):
            found.append(self._generally("quantify"))
        if self.question.kind == "structured" and any("action" in c.marks for _, c in self.quotable):
            found += [self._generally("missing_star", target) for target in _ENDS]
        if self.question.kind == "structured":
            found.append(self._generally("missing_star", "action"))
        return found

    def going_further(self, untold: Mapping[str, float]) -> list[PlannedFollowUp]:
        """Open questions that take the answer further, the most fitting first.

        ``untold``: for each point that no word names the chance, 0–1, that it has not been told.
        """
        if self.reading.length < self.enough:
            return []
        return self._open_questions(untold)

    def _open_questions(self, untold: Mapping[str, float]) -> list[PlannedFollowUp]:
        found = open_questions(self.question, [item.text for item in self.here], untold)
        return [self._ask_openly(item, place) for place, item in enumerate(found)]

    def _ask_openly(self, item: OpenQuestion, place: int) -> PlannedFollowUp:
        """``place``: so many others come before it."""
        reason = self._because("deeper") if item.point is None else self._because("point") + item.point.text
        target = "" if item.point is None else item.point.id
        asked = self._generally("deepen", target, item.text, reason)
        return replace(asked, worth=0.38 - 0.02 * place)

    def _generally(
        self, kind: FollowUpKind, target: str = "", detail: str = "", reason: str = ""
    ) -> PlannedFollowUp:
        """Nothing is quoted: no clause is held up for what the whole lacks."""
        if kind == "clarify":
            detail = detail or self._easier_way_in()
        wording = self._wording(kind, target or self._without_a_job(kind), detail)
        reason = reason or self._because("alike")
        # The end of a story is missing more often than its beginning, whatever its words seem to lack.
        worth = 0.5 if kind == "missing_star" else 0.2
        return PlannedFollowUp(kind, sentence(wording), "", 0, 0, reason, (), worth, "answer_end", target)

    def _wording(self, kind: FollowUpKind, target: str = "", detail: str = "") -> Wording:
        return Wording(kind, self.job.language, self.question.kind, self.turn, target, detail)

    def _nothing_to_quote(self) -> list[PlannedFollowUp]:
        """Words without one that could be quoted back, key words mostly: an example is asked for."""
        deeds = sum(
            "action" in clause.marks and index not in self.reading.without_credit
            for index, clause in enumerate(self.reading.clauses)
        )
        if self.quotable or deeds > 1 or self.reading.length < self.enough:
            return []
        return [self._example(self._because("no_deed"), 0.7)]

    def _because(self, key: str) -> str:
        return REASONS[self.job.language][key]

    def _contradiction(self) -> list[PlannedFollowUp]:
        found = []
        for item in self.contradictions:
            wording = replace(self._wording("contradiction", detail=item.earlier.text), quote=item.later.text)
            found.append(
                PlannedFollowUp(
                    "contradiction",
                    sentence(wording),
                    item.later.text,
                    item.later.start_ms,
                    item.later.end_ms,
                    self._because("contradiction"),
                    (),
                    0.95,
                    "clause",
                    item.earlier.text,
                )
            )
        return found

    def _told_best(self, indices: Sequence[int]) -> int | None:
        """Of the last three, the clause whose quotable part says most; the later one where they tie.

        What somebody denies is quoted back only where there is nothing else.
        """
        plain = [i for i in indices if "negated" not in self.reading.clauses[i].marks] or list(indices)
        weighed = [(len(self._content(i)), i) for i in plain[-3:]]
        return max(weighed)[1] if weighed else None

    def _content(self, index: int) -> list[str]:
        clause = self.reading.clauses[index]
        return sorted(clause.content)[:3]

    def was_asked(self, item: PlannedFollowUp) -> bool:
        return any(item.text == earlier.text or self._repeats(item, earlier) for earlier in self.here)

    def _repeats(self, item: PlannedFollowUp, earlier: AskedFollowUp) -> bool:
        """Would the candidate hear the same question again, in other words?"""
        if item.kind != earlier.kind:
            return False
        if item.kind in ("own_role", "off_topic") or (item.quote and item.quote == earlier.quote):
            return True
        if item.kind == "missing_star":
            same = _ENDS if item.target in _ENDS else (item.target,)
            return bool(item.target) and (
                request_in(item.text) in earlier.text
                or any(asks_for(earlier.text, target, self.job.language) for target in same)
            )
        return not item.quote and item.kind in ("quantify", "clarify")

    def _make(
        self,
        kind: FollowUpKind,
        index: int,
        worth: float,
        reason: str,
        moment: Moment = "clause",
        target: str = "",
        detail: str = "",
    ) -> PlannedFollowUp | None:
        clause = self.reading.clauses[index]
        if clause.phrase is None:
            return None
        if not is_fit_to_quote(kind, clause, self.reading.answer.text, self.job.language):
            plain = self._generally(kind, target, detail, reason)
            return replace(plain, worth=worth, moment=moment)
        start, end = clause.phrase
        quote = self.reading.answer.text[start:end]
        wording = replace(
            self._wording(kind, target, detail),
            quote=quote,
            who=clause.who,
            lead=clause.lead,
            verb=clause.verb,
        )
        text = sentence(wording)
        start_ms, end_ms = self.reading.answer.span_ms(start, end)
        return PlannedFollowUp(kind, text, quote, start_ms, end_ms, reason, (), worth, moment, target)

    def _quantify(self) -> list[PlannedFollowUp]:
        """A claim of change without a figure in it, beside it, or in a later result."""
        if self.question.kind == "situational":
            return []
        found = []
        for index, clause in self.quotable:
            claim = (
                "change" in clause.marks
                and "action" in clause.marks
                or (
                    "claim" in clause.marks
                    and clause.who != "i"
                    and any("action" in earlier.marks for earlier in self.reading.clauses[:index])
                )
            )
            if not claim or "hedged" in clause.marks or self._figure_near(index):
                continue
            own = "action" in clause.marks and clause.who in ("i", "we")
            worth = (0.9 if own else 0.8) - 0.02 * (len(self.reading.clauses) - index)
            made = self._make("quantify", index, max(0.5, worth), self._because("no_figure"))
            if made:
                found.append(made)
        return found[:3]

    def _figure_near(self, index: int) -> bool:
        after = self.reading.clauses[index : index + 5]
        return any("number" in clause.marks for clause in after) or any(
            "number" in clause.marks and clause.marks & {"result", "comparison", "change"}
            for clause in self.reading.clauses
        )

    def _own_role(self) -> list[PlannedFollowUp]:
        """Deeds told as "we" only."""
        told = [
            i
            for i, clause in enumerate(self.reading.clauses)
            if clause.finished
            and i not in self.reading.without_credit
            and "action" in clause.marks
            and clause.who == "we"
            and clause.verb not in _OF_ALL
        ]
        team = [i for i, _ in self.quotable if i in told]
        own = [
            i
            for i, clause in enumerate(self.reading.clauses)
            if "action" in clause.marks and clause.who == "i" and i not in self.reading.without_credit
        ]
        if len(told) < 2 or len(own) * 3 > len(told):
            return []
        worth = 0.85 if not own else 0.7
        best = self._told_best(team)
        if best is None:
            return []
        made = self._make("own_role", best, worth, self._because("own_part"))
        return [made] if made else []

    def _missing_star(self) -> list[PlannedFollowUp]:
        if self.reading.length < self.enough:
            return []
        have = {item.kind for item in self.reading.evidence}
        wanted = {"action"} if self.question.kind == "structured" else {"action", "expected_point"}
        if not have & wanted:
            return self._no_deed()
        if self.question.kind != "structured":
            return []
        if self._only_possible():
            return [self._example(self._because("only_possible"), 0.8)]
        found: list[PlannedFollowUp | None] = []
        deeds = [i for i, c in self.quotable if "action" in c.marks]
        plain = [i for i in deeds if "vague" not in self.reading.clauses[i].marks] or deeds
        best = self._told_best(plain)
        if best is not None and "result" not in have:
            found.append(
                self._make("missing_star", best, 0.75, self._because("no_result"), "answer_end", "result")
            )
        if best is not None and not have & {"situation", "task"}:
            found.append(
                self._make(
                    "missing_star", plain[0], 0.36, self._because("no_situation"), "answer_end", "situation"
                )
            )
        return [item for item in found if item]

    def _no_deed(self) -> list[PlannedFollowUp]:
        """Nothing anybody did: ask for it, after the situation where one was told, else for an example."""
        told = [
            i
            for i, c in self.quotable
            if c.marks & {"situation", "task", "result"} and "negated" not in c.marks
        ]
        reason = self._because("no_deed")
        if told and self.question.kind == "structured":
            best = self._told_best(told)
            made = self._make(
                "missing_star", told[-1] if best is None else best, 0.8, reason, "answer_end", "action"
            )
            return [made] if made else []
        return [self._example(reason, 0.7 if self.question.kind == "structured" else 0.3)]

    def _only_possible(self) -> bool:
        """Deeds are told, yet only as what one would do or does in general; a real case was asked for."""
        deeds = [clause for clause in self.reading.clauses if "action" in clause.marks]
        return bool(deeds) and all(clause.marks & {"hedged", "habit"} for clause in deeds)

    def _example(self, reason: str, worth: float) -> PlannedFollowUp:
        asked = "more" if told_in_a_line(self.reading) else "example"
        wording = self._wording("missing_star", asked, self._easier_way_in())
        return PlannedFollowUp(
            "missing_star", sentence(wording), "", 0, 0, reason, (), worth, "answer_end", "example"
        )

    def _easier_way_in(self) -> str:
        """The question in its easier form, for who says that there was no such case, or mostly says the
        question again; "" elsewhere."""
        if self.question.kind != "structured":
            return ""
        at_a_loss = finds_no_case(self.reading.answer) or says_the_question_again(self.reading)
        return (self.question.rephrased or "") if at_a_loss else ""

    def _without_a_job(self, kind: FollowUpKind) -> str:
        """Whoever introduces themselves without a deed may not have had a job yet that could be picked; where
        they were at some time ("I left school in June") is none."""
        if kind != "clarify" or self.question.kind != "self_introduction":
            return ""
        told = any(
            "action" in clause.marks and "situation" not in clause.marks
            for place, clause in enumerate(self.reading.clauses)
            if place not in self.reading.without_credit
        )
        return "" if told else "no_deed"

    def _clarify(self) -> list[PlannedFollowUp]:
        """Something said so generally that nobody can tell what was done."""
        concrete = sum(1 for c in self.reading.clauses if "action" in c.marks and "vague" not in c.marks)
        found = []
        for index, clause in self.quotable if concrete <= 1 else ():
            if (
                "vague" in clause.marks
                and "action" in clause.marks
                and clause.who in ("i", "we")
                and not clause.marks & {"number", "method"}
            ):
                made = self._make(
                    "clarify",
                    index,
                    0.82 if concrete == 0 else 0.4 - 0.05 * concrete,
                    self._because("general"),
                    "clause" if concrete == 0 else "answer_end",
                )
                if made:
                    found.append(made)
        return found[:2]

    def _deepen(self) -> list[PlannedFollowUp]:
        """Where no word names an expected point: to go further, or to ask for it."""
        if self.reading.length < self.enough or not self.quotable:
            return []
        said = self.reading.points()
        unnamed = [point.id for point in self.question.expected_points if point.id not in said]
        return self._open_questions(dict.fromkeys(unnamed, UNTOLD_BY_WORDS))[:2] if unnamed else []


_ENDS = ("result", "aftermath")
"""How it ended, and whether it has: asked once."""
_OF_ALL = frozenset({"加班", "开会", "meet", "win"})
"""Deeds that nobody has a part of."""


def request_in(text: str) -> str:
    """The closing request of a follow-up's sentence, without the quoted opening."""
    return text.rsplit("”，", 1)[-1].rsplit(". ", 1)[-1]
