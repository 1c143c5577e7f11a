"""Fit what chooses a follow-up anew: ``python -m tests.scoring.fit_follow_ups [FILE]``.

Prints, for each set, how often the type chosen by what the other sets teach is one the rater named; writes
the points of all rated answers, as an answer reader has them and as the sentence encoder has them, into
scoring/; and prints the tables that choose by words alone and that foretell what judges find sensible, to be
written into scoring/follow_up_choice.py and scoring/follow_up_sense.py.

To read all answers with the answer reader takes half an hour on two cores: FILE (.npz) keeps what was read.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

import numpy as np

from scoring import alike_file
from scoring.alike import PARTS, TYPES, Directions, Likely, RatedAnswers
from scoring.alike_file import FILES, By, to_json
from scoring.contradictions import find_contradictions
from scoring.evidence import AnswerReading, read_answer
from scoring.follow_up_candidates import Candidates
from scoring.follow_up_choice import (
    SIGNS,
    Table,
    chances_by_words,
    likeliest,
    with_what_words_show,
    worthwhile,
)
from scoring.follow_up_signs import signs_of
from scoring.follow_up_types import PlannedFollowUp, PlannerOptions
from scoring.follow_ups import points_untold, possible_by_meaning, signs_of_untold
from scoring.job_file import shipped_jobs
from scoring.levels import AnswerStrength, strength_of
from scoring.meaning import Vectors, meaning_of, whole_and_end
from scoring.wordings import WordTable, counted, end_of
from tests.scoring.fit_levels import SET_WEIGHTS
from tests.scoring.fit_sense import Foretold, fit_sense, verdicts
from tests.scoring.fitting import Floats, leaving_one_set_out, logistic
from tests.scoring.judgement_figures import FOLDER, Scenario, installed_reader, scenarios

PENALTY = 1.0
"""Weight of the ridge on the table by words."""


@dataclass(frozen=True, slots=True)
class Form:
    """What makes the distance of two answers; chosen on the blind sets, four parts left out in turn."""

    sign_scale: float
    views: tuple[tuple[int, float], ...]
    """For each vector of an answer how many directions are kept, and how much they weigh."""
    words_weigh: float
    """Of the words of the whole and of the end, beside the likeness of points."""
    ridge: float


FORMS: Mapping[By, Form] = {
    "encoder": Form(0.5, ((128, 4.0), (64, 2.0)), 0.5, 0.2),
    "reader": Form(0.211, ((96, 0.11), (96, 0.092), (64, 0.054)), 0.0, 0.1),
}
LEAST_ANSWERS, LEAST_TRADES = 10, 3
"""A word is looked at that so many answers have, of so many of the four trades; words of one trade alone
would help with that trade only."""
SECOND_BEST = 0.7
"""What a type that the rater named second or third is worth beside the first."""
HEAVY_SETS = ("blind", "development_sixth")
LIGHT = 0.2
"""Weight of sets whose rater knew the rules; without them two types in a hundred more are wrong."""
SHARES = 4
"""Shares of the blind sets that are left out in turn; a writer is in one of them only."""
PRIVATE_WEIGHT = 0.5
PRIVATE_ANSWERS = 60
"""Made for each language from four lines each of elsewhere.txt."""
FOLDER_OF_POINTS = Path(alike_file.__file__).parent


@dataclass(frozen=True, slots=True)
class ProbedAnswer:
    scenario: Scenario
    reading: AnswerReading
    signs: Mapping[str, float]
    vectors: Vectors | None
    strength: AnswerStrength
    triggered: tuple[PlannedFollowUp, ...]
    possible: tuple[PlannedFollowUp, ...]
    possible_by_words: tuple[PlannedFollowUp, ...]
    certain: str | None
    """Contradiction or off topic, where the words say so."""
    read: Vectors | None = None
    """What the answer reader made of it."""

    @property
    def set_name(self) -> str:
        """What is left out with it: its set; of the many blind ones some together."""
        half, _, number = self.scenario.set_name.partition("_")
        return f"blind, part {int(number) % SHARES + 1}" if half == "blind" else self.scenario.set_name

    @property
    def weight(self) -> float:
        if self.set_name == "private":
            return PRIVATE_WEIGHT
        return 1.0 if self.set_name.startswith(HEAVY_SETS) else LIGHT

    @property
    def is_a_point(self) -> bool:
        """No word says that it is about something else: then nothing is compared."""
        return not self.reading.off_topic

    @property
    def teaches(self) -> bool:
        """It says which type is right: no contradiction was written into it."""
        return self.is_a_point and self.scenario.probes[0] != "contradiction"

    def names(self, kind: str | None) -> float:
        """How right a type is, 0–1."""
        name = kind or "none"
        if name not in self.scenario.probes:
            return 0.0
        return 1.0 if name == self.scenario.probes[0] else SECOND_BEST

    def seen(self, by: By) -> Vectors | None:
        """Its vectors, one for each view."""
        if by == "reader":
            return self.read
        return None if self.vectors is None else whole_and_end(self.vectors)

    def likely(self, rated: RatedAnswers, by: By) -> Likely:
        vectors = self.seen(by)
        assert vectors is not None
        likely = rated.likely(self.signs, vectors, self.reading.answer.text)
        return with_what_words_show(likely, self.reading, self.triggered)

    def choice(self, rated: RatedAnswers, by: By) -> str:
        if self.certain or self.seen(by) is None:
            return self.certain or "none"
        kind = self.reading.question.kind
        found = likeliest(self.possible, self.likely(rated, by), kind, PlannerOptions())
        return found[0].kind if found else "none"

    def choice_by_words(self, table: Table) -> str:
        if self.certain:
            return self.certain
        chances = chances_by_words(self.signs, table)
        found = worthwhile(self.possible_by_words, chances, self.strength, PlannerOptions())
        return found[0].kind if found else "none"


def written_answers() -> tuple[Scenario, ...]:
    """All that teach; the held-out ones do not."""
    halves = ("blind", "development", "stress")
    return (*(scenario for half in halves for scenario in scenarios(half)), *_about_private_things())


@cache
def probed_answers() -> tuple[ProbedAnswer, ...]:
    return tuple(map(probed, written_answers()))


def _about_private_things() -> list[Scenario]:
    """Answers that are about something else whatever was asked."""
    lines = (FOLDER / "elsewhere.txt").read_text(encoding="utf-8").splitlines()
    random = np.random.default_rng(1)
    found = []
    for name, job in shipped_jobs().items():
        own = [line for line in lines if line.isascii() == (job.language == "en")]
        for number in range(PRIVATE_ANSWERS // 4):
            chosen = [own[place] for place in random.choice(len(own), 4, replace=False)]
            text = (" " if job.language == "en" else "，").join(chosen)
            question = job.questions[1 + number % 3].id
            found.append(
                Scenario(f"private-{name}-{number}", name, question, 1, ("off_topic",), text, "private")
            )
    return found


def probed(scenario: Scenario) -> ProbedAnswer:
    job = shipped_jobs()[scenario.job]
    question = job.question(scenario.question)
    assert question is not None
    reading = read_answer(job, question, scenario.transcript)
    strength = strength_of(job, question, reading)
    clashes = find_contradictions([reading])
    candidates = Candidates(job, question, reading, (), 0, PlannerOptions(), clashes)
    triggered = candidates.triggered()
    vectors = meaning_of(reading)
    by_words = (*triggered, *candidates.always_possible())
    by_meaning: Sequence[PlannedFollowUp] = ()
    untold: Mapping[str, float] = {}
    if vectors is not None:
        untold = points_untold(reading, strength, vectors)
        by_meaning = possible_by_meaning(candidates, triggered, reading, untold)
    certain = "contradiction" if clashes else None
    if reading.off_topic and not clashes:
        certain = next((item.kind for item in candidates.about_something_else()), "none")
    return ProbedAnswer(
        scenario,
        reading,
        {**signs_of(reading, strength, triggered), **signs_of_untold(question, untold)},
        vectors,
        strength,
        tuple(triggered),
        tuple(by_meaning),
        by_words,
        certain,
    )


def fit(answers: Sequence[ProbedAnswer], by: By = "encoder") -> RatedAnswers:
    """The points of some rated answers and what each says of the types and of what is told."""
    form = FORMS[by]
    used = [answer for answer in answers if answer.is_a_point and answer.seen(by) is not None]
    vectors = [seen for answer in used if (seen := answer.seen(by)) is not None]
    texts = [answer.reading.answer.text for answer in used]
    ends = [end_of(text) for text in texts]
    trades = [answer.scenario.job.partition(".")[0] for answer in used]
    nothing = np.zeros((0, 0), dtype=np.float32)
    blank = RatedAnswers(
        tuple(used[0].signs),
        form.sign_scale,
        tuple(
            _directions(np.array([rows[place] for rows in vectors]), count, weigh)
            for place, (count, weigh) in enumerate(form.views)
        ),
        nothing,
        nothing,
        nothing,
        0.0,
        _words_of(texts if form.words_weigh else (), trades),
        _words_of(ends if form.words_weigh else (), trades),
    )
    points = np.array(
        [blank.point(answer.signs, rows) for answer, rows in zip(used, vectors, strict=True)], dtype=float
    )
    in_texts, in_ends = _occurrences(blank.words, texts), _occurrences(blank.end_words, ends)
    narrowness = 1 / float(points.var(axis=0).sum())
    same_words = in_texts @ in_texts.T + in_ends @ in_ends.T
    near = np.exp(-narrowness * _apart(points)) + form.words_weigh * same_words
    columns, usual = _columns(used, near, form.ridge)
    return replace(
        blank,
        points=points.astype(np.float32),
        weights=columns.astype(np.float32),
        usual=usual.astype(np.float32),
        narrowness=narrowness,
        words=replace(blank.words, says=(form.words_weigh * in_texts.T @ columns).astype(np.float32)),
        end_words=replace(blank.end_words, says=(form.words_weigh * in_ends.T @ columns).astype(np.float32)),
    )


def _columns(used: Sequence[ProbedAnswer], near: Floats, ridge: float) -> tuple[Floats, Floats]:
    """What each answer adds to each type and each part, and how usual these are."""
    weights = np.array([answer.weight for answer in used])
    teaching = [place for place, answer in enumerate(used) if answer.teaches]
    right = np.array([[used[place].names(kind) for kind in TYPES] for place in teaching])
    by_type = np.zeros((len(used), len(TYPES)))
    by_type[teaching], usually_right = _ridge(
        near[np.ix_(teaching, teaching)], right, weights[teaching], ridge
    )
    read = [place for place, answer in enumerate(used) if answer.scenario.id in told_parts()]
    told = np.array([told_parts()[used[place].scenario.id] for place in read])
    private = [place for place, answer in enumerate(used) if answer.set_name == "private"]
    elsewhere = np.tile(told.mean(axis=0), (len(private), 1))
    elsewhere[:, PARTS.index("topic")] = 0.0
    read, told = [*read, *private], np.vstack((told, elsewhere))
    by_part = np.zeros((len(used), len(PARTS)))
    by_part[read], usually_told = _ridge(near[np.ix_(read, read)], told, weights[read], ridge)
    return np.hstack((by_type, by_part)), np.concatenate((usually_right, usually_told))


def _words_of(texts: Sequence[str], trades: Sequence[str]) -> WordTable:
    """The words and pairs that enough answers and trades have; they say nothing yet."""
    answers: Counter[str] = Counter()
    where: defaultdict[str, set[str]] = defaultdict(set)
    for text, trade in zip(texts, trades, strict=False):
        for word in _counted(text):
            answers[word] += 1
            where[word].add(trade)
    words = sorted(
        word for word, count in answers.items() if count >= LEAST_ANSWERS and len(where[word]) >= LEAST_TRADES
    )
    rarity = np.array([1 + np.log(len(texts) / answers[word]) for word in words], dtype=np.float32)
    return WordTable(tuple(words), rarity, np.zeros((len(words), 0), dtype=np.float32))


def _occurrences(table: WordTable, texts: Sequence[str]) -> Floats:
    """Answers × words: how much each word weighs in each text."""
    found: Floats = np.zeros((len(texts), len(table.words)))
    for row, text in zip(found, texts, strict=True):
        places, weights = table.weights(_counted(text))
        row[places] = weights
    return found


@lru_cache(maxsize=10_000)
def _counted(text: str) -> Mapping[str, int]:
    return counted(text)


def _ridge(near: Floats, wanted: Floats, weights: Floats, ridge: float) -> tuple[Floats, Floats]:
    """What each point adds to each column of ``wanted``, and the columns' weighted means."""
    usual = np.asarray(np.average(wanted, axis=0, weights=weights), dtype=float)
    found: Floats = np.linalg.solve(near + ridge * np.diag(1 / weights), wanted - usual)
    return found, usual


@cache
def told_parts() -> Mapping[str, tuple[float, ...]]:
    """For each answer that a reader was given, which of ``PARTS`` they found in it."""
    lines = (FOLDER / "told_parts.tsv").read_text(encoding="ascii").splitlines()
    columns = lines[0].split("\t")
    places = [columns.index(part) for part in PARTS]
    rows = [line.split("\t") for line in lines[1:]]
    return {row[0]: tuple(float(row[place] == "y") for place in places) for row in rows}


def _apart(points: Floats) -> Floats:
    squares = (points**2).sum(axis=1)
    found: Floats = np.maximum(0.0, squares[:, None] + squares[None, :] - 2 * points @ points.T)
    return found


def _directions(vectors: Vectors, count: int, weigh: float) -> Directions:
    middle = vectors.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov(vectors, rowvar=False))
    most = axes[:, ::-1][:, :count].T
    return Directions(middle.astype(np.float32), (weigh * most).astype(np.float32))


def fit_by_words(answers: Sequence[ProbedAnswer]) -> Table:
    """One logistic regression for each type: is it one of those the rater named?

    Of the short answers of those who wrote the rules: words alone choose where an answer is short.
    """
    taught = ("development", "stress")
    used = [answer for answer in answers if answer.teaches and answer.set_name.startswith(taught)]
    signs = np.array([[answer.signs[name] for name in SIGNS] for answer in used])
    weights = np.array([SET_WEIGHTS.get(answer.set_name, 1.0) for answer in used])
    columns = []
    for kind in TYPES:
        right = np.array([float(answer.names(kind) > 0) for answer in used])
        constant, terms = logistic(signs, right, weights, PENALTY)
        columns.append([constant, *terms])
    rows = np.round(np.array(columns), 2).T
    return {name: tuple(map(float, row)) for name, row in zip(("constant", *SIGNS), rows, strict=True)}


def cross_validated(every: Sequence[ProbedAnswer], by: By | None) -> Mapping[str, float]:
    """Share of right types by set, each chosen by what the others teach; ``all`` over every answer.

    ``by`` None: by words alone.
    """

    def is_right(others: Sequence[ProbedAnswer], answers: Sequence[ProbedAnswer]) -> Iterable[float]:
        if by is not None:
            rated = fit(others, by)
            return [float(answer.choice(rated, by) in answer.scenario.probes) for answer in answers]
        table = fit_by_words(others)
        return [float(answer.choice_by_words(table) in answer.scenario.probes) for answer in answers]

    found = {name: right for name, _, right in leaving_one_set_out(every, is_right)}
    shares = {name: sum(right) / len(right) for name, right in found.items()}
    blind = [value for name, right in found.items() if name.startswith("blind") for value in right]
    everything = [value for right in found.values() for value in right]
    return {**shares, "blind": sum(blind) / len(blind), "all": sum(everything) / len(everything)}


def foretold(every: Sequence[ProbedAnswer], by: By) -> Mapping[str, Foretold]:
    """For each blind answer what the other parts of the blind sets, and all else, say of it."""
    found: dict[str, Foretold] = {}
    for name in dict.fromkeys(answer.set_name for answer in every):
        if not name.startswith("blind"):
            continue
        rated = fit([answer for answer in every if answer.set_name != name], by)
        for answer in every:
            if answer.set_name == name and answer.seen(by) is not None:
                kind = answer.reading.question.kind
                found[answer.scenario.id] = Foretold(answer.likely(rated, by), kind)
    return found


def with_readings(answers: Sequence[ProbedAnswer], kept: Path | None) -> list[ProbedAnswer]:
    """What the installed answer reader makes of each; ``kept``: where readings are kept from run to run."""
    known = dict(np.load(kept)) if kept is not None and kept.is_file() else {}
    reader = installed_reader()
    found = []
    for answer in answers:
        scenario, text = answer.scenario, answer.reading.answer.text
        if scenario.id not in known:
            read = reader.read(answer.reading.question.text, text, answer.reading.answer.language)
            known[scenario.id] = read.astype(np.float16)
        found.append(replace(answer, read=known[scenario.id].astype(np.float32)))
    if kept is not None:
        np.savez(kept, **known)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    given = sys.argv[1:] if arguments is None else arguments
    answers = with_readings(probed_answers(), Path(given[0]) if given else None)
    for by, title in (("reader", "read"), ("encoder", "with what they mean"), (None, "by words alone")):
        print(title)
        for name, share in cross_validated(answers, cast("By | None", by)).items():
            print(f"{name:<22}right type {100 * share:.0f} %")
    for form in FORMS:
        for file, text in zip(FILES[form], to_json(fit(answers, form)), strict=True):
            (FOLDER_OF_POINTS / file).write_text(text, encoding="ascii")
    _print_table("LOG_ODDS_BY_WORDS", fit_by_words(answers))
    _print_table("LOG_ODDS_OF_APPROVAL", fit_sense(foretold(answers, "reader"), verdicts()))


def _print_table(name: str, table: Mapping[str, Sequence[float]]) -> None:
    print(f"{name}: Table = {{")
    for row, numbers in table.items():
        print(f'    "{row}": {tuple(numbers)},')
    print("}")


if __name__ == "__main__":
    main()
