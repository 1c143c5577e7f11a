"""Small fits for the judgement's tables: ridge regressions in plain numpy, and one set left out at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class InSet(Protocol):
    """Something that belongs to one of the development sets."""

    @property
    def set_name(self) -> str: ...


def ridge_not_below_zero(
    shares: Floats, levels: Floats, weights: Floats, penalty: float
) -> tuple[float, Floats]:
    """Base and one coefficient, none below zero, for each column; least squares with a ridge.

    Coordinate descent: each step is exact for one coefficient, so it ends at the one minimum there is.
    """
    coefficients: Floats = np.zeros(shares.shape[1])
    base = float(np.average(levels, weights=weights))
    curvature = (weights[:, None] * shares**2).sum(axis=0) + penalty
    for _ in range(3_000):
        before = coefficients.copy()
        base = float(np.average(levels - shares @ coefficients, weights=weights))
        rest = levels - base - shares @ coefficients
        for column in range(shares.shape[1]):
            rest = rest + shares[:, column] * coefficients[column]
            slope = float((weights * shares[:, column] * rest).sum())
            coefficients[column] = max(0.0, slope / curvature[column])
            rest = rest - shares[:, column] * coefficients[column]
        if float(np.abs(coefficients - before).max()) < 1e-7:
            break
    return base, coefficients


Row = TypeVar("Row", bound=InSet)


def leaving_one_set_out(
    rows: Sequence[Row], judge: Callable[[Sequence[Row], Sequence[Row]], Iterable[float]]
) -> Iterator[tuple[str, list[Row], list[float]]]:
    """For each set: its rows and what ``judge(other rows, its rows)`` says of them."""
    for name in dict.fromkeys(row.set_name for row in rows):
        own = [row for row in rows if row.set_name == name]
        others = [row for row in rows if row.set_name != name]
        yield name, own, list(judge(others, own))


def logistic(signs: Floats, right: Floats, weights: Floats, penalty: float) -> tuple[float, Floats]:
    """Constant and coefficients of a logistic regression with a ridge, by Newton's method."""
    count, width = signs.shape
    columns = np.hstack([np.ones((count, 1)), signs])
    ridge = penalty * np.eye(width + 1)
    ridge[0, 0] = 0.05
    found: Floats = np.zeros(width + 1)
    for _ in range(40):
        chance = 1 / (1 + np.exp(-columns @ found))
        slope = columns.T @ (weights * (chance - right)) + ridge @ found
        curvature = (columns * (weights * chance * (1 - chance))[:, None]).T @ columns + ridge
        step = np.linalg.solve(curvature, slope)
        found = found - step
        if float(np.abs(step).max()) < 1e-7:
            break
    return float(found[0]), found[1:]
