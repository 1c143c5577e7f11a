"""What judges of follow-ups found sensible, learnt anew; part of ``tests.scoring.fit_follow_ups``.

judged_follow_ups.tsv: for some hundred blind answers what a judge said of up to eight follow-ups each, any of
which might have been said (how judges are asked: judges.md). What the answers are like is foretold by rated
answers of other sets, as it is for an answer that nobody has rated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from scoring.alike import Likely
from scoring.follow_up_sense import FEATURES, REQUESTS, Request, Table, features
from scoring.job import QuestionKind
from tests.scoring.fitting import logistic
from tests.scoring.judgement_figures import FOLDER

PENALTY = 0.1
"""Weight of the ridge."""


class Verdict(NamedTuple):
    answer: str
    request: Request
    sensible: bool


class Foretold(NamedTuple):
    """What other sets say of one answer."""

    likely: Likely
    kind: QuestionKind


def verdicts() -> tuple[Verdict, ...]:
    lines = (FOLDER / "judged_follow_ups.tsv").read_text(encoding="ascii").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    names: Mapping[str, Request] = {request: request for request in REQUESTS}
    return tuple(Verdict(row[0], names[row[1]], row[2] == "y") for row in rows)


def fit_sense(foretold: Mapping[str, Foretold], given: Sequence[Verdict]) -> Table:
    """One logistic regression for each request, over the verdicts on answers that are foretold."""
    columns = []
    for request in REQUESTS:
        used = [one for one in given if one.request == request and one.answer in foretold]
        seen = np.array([features(*foretold[one.answer]) for one in used])
        right = np.array([float(one.sensible) for one in used])
        constant, terms = logistic(seen, right, np.ones(len(used)), PENALTY)
        columns.append([constant, *terms])
    rows = np.round(np.array(columns), 2).T
    return {name: tuple(map(float, row)) for name, row in zip(("constant", *FEATURES), rows, strict=True)}
