"""How well scores agree: the system with people, and people with one another.

Bias and limits of agreement after Bland and Altman (Lancet 1986; 327: 307-310); ICC(2,1), two-way random
effects, absolute agreement, single rater, after Shrout and Fleiss (Psychological Bulletin 1979; 86: 420-428)
with the interval of McGraw and Wong (Psychological Methods 1996; 1: 30-46). Figures need numbers: nothing is
reported on fewer than ``LEAST_SUBJECTS`` subjects for calibration, and every figure comes with its n.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

LEAST_SUBJECTS = 30
"""Below this a calibration proposes nothing: chance would speak."""


class AgreementError(ValueError):
    """The ratings cannot be compared; the sentence says why."""

    code = "agreement"


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LimitsOfAgreement:
    """``bias`` is the mean of first minus second; 95 % of differences lie within ``limits``
    (bias ± 1.96 standard deviations, as in Bland and Altman 1999; their paper of 1986 used ± 2)."""

    n: int
    bias: float
    bias_interval: Interval
    standard_deviation: float
    limits: Interval


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation:
    """ICC(2,1) with its interval; ``subjects`` × ``raters`` ratings."""

    subjects: int
    raters: int
    value: float
    interval: Interval
    confidence: float


def limits_of_agreement(
    first: Sequence[float], second: Sequence[float], confidence: float = 0.95
) -> LimitsOfAgreement:
    """Differences between two raters of the same subjects. Raises AgreementError below two pairs."""
    if len(first) != len(second):
        raise AgreementError(f"{len(first)} and {len(second)} ratings cannot be paired")
    n = len(first)
    if n < 2:
        raise AgreementError("at least two subjects are needed")
    differences = [a - b for a, b in zip(first, second, strict=True)]
    bias = sum(differences) / n
    deviation = math.sqrt(sum((d - bias) ** 2 for d in differences) / (n - 1))
    half = float(stats.t.ppf(0.5 + confidence / 2, n - 1)) * deviation / math.sqrt(n)
    return LimitsOfAgreement(
        n,
        bias,
        Interval(bias - half, bias + half),
        deviation,
        Interval(bias - 1.96 * deviation, bias + 1.96 * deviation),
    )


def icc_2_1(ratings: Sequence[Sequence[float]], confidence: float = 0.95) -> IntraclassCorrelation:
    """Agreement of raters on subjects: ``ratings[subject][rater]``, complete.

    Raises AgreementError for fewer than two subjects or raters, for gaps, or where nothing varies.
    """
    n, k = len(ratings), len(ratings[0]) if ratings else 0
    if n < 2 or k < 2:
        raise AgreementError("at least two subjects and two raters are needed")
    if any(len(row) != k for row in ratings):
        raise AgreementError("every rater must have rated every subject")
    grand = sum(map(sum, ratings)) / (n * k)
    subject_means = [sum(row) / k for row in ratings]
    rater_means = [sum(row[j] for row in ratings) / n for j in range(k)]
    between = k * sum((mean - grand) ** 2 for mean in subject_means) / (n - 1)
    raters = n * sum((mean - grand) ** 2 for mean in rater_means) / (k - 1)
    total = sum((value - grand) ** 2 for row in ratings for value in row)
    rest = (total - between * (n - 1) - raters * (k - 1)) / ((n - 1) * (k - 1))
    rest = max(rest, 0.0)
    spread = between + (k - 1) * rest + k * (raters - rest) / n
    if spread <= 1e-12:
        raise AgreementError("all ratings are the same; agreement cannot be told from chance")
    value = (between - rest) / spread
    return IntraclassCorrelation(
        n, k, value, _interval(between, raters, rest, (n, k), value, confidence), confidence
    )


def _interval(
    between: float, raters: float, rest: float, size: tuple[int, int], value: float, confidence: float
) -> Interval:
    """McGraw and Wong 1996, table 7, case 2A (absolute agreement, single rater)."""
    n, k = size
    if rest <= 1e-12 or value >= 1:
        return Interval(value, value)
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    spread = (a * raters) ** 2 / (k - 1) + (b * rest) ** 2 / ((n - 1) * (k - 1))
    freedom = (a * raters + b * rest) ** 2 / spread if spread > 0 else 0.0
    tail = 0.5 + confidence / 2
    lower_f = float(stats.f.ppf(tail, n - 1, freedom))
    upper_f = float(stats.f.ppf(tail, freedom, n - 1))
    shared = k * raters + (k * n - k - n) * rest
    low = n * (between - lower_f * rest) / (lower_f * shared + n * between)
    high = n * (upper_f * between - rest) / (shared + n * upper_f * between)
    if not low <= value <= high:  # hardly any degrees of freedom: the ratings say nothing about it
        return Interval(-1.0, 1.0)
    return Interval(low, high)


def spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Rank correlation with mean ranks for ties. NaN where one side does not vary."""
    if len(first) != len(second) or len(first) < 2:
        raise AgreementError("two lists of the same length, at least two long, are needed")
    return float(stats.spearmanr(first, second).statistic)


@dataclass(frozen=True, slots=True)
class CalibrationProposal:
    """A change of one competency's scores that would meet people's scores better. Only a proposal:
    nothing applies it; a person approves it, and it says on what it rests."""

    competency: str
    n: int
    shift: float | None
    """Points on the 0–10 scale to add; None: nothing is proposed."""
    agreement: LimitsOfAgreement | None
    reason: str


def propose_calibration(
    competency: str, system: Sequence[float], people: Sequence[float], *, least_shift: float = 0.3
) -> CalibrationProposal:
    """Propose a shift where the system is steadily off, with enough people's scores to say so.

    Proposed only from ``LEAST_SUBJECTS`` pairs on, when the whole interval of the bias lies on one side
    of zero and the bias is at least ``least_shift`` points.
    """
    n = len(system)
    if n < LEAST_SUBJECTS:
        return CalibrationProposal(
            competency,
            n,
            None,
            None,
            f"{n} of at least {LEAST_SUBJECTS} scores by people: too few to say anything",
        )
    found = limits_of_agreement(system, people)
    certain = found.bias_interval.low > 0 or found.bias_interval.high < 0
    if not certain or abs(found.bias) < least_shift:
        return CalibrationProposal(
            competency, n, None, found, "no steady difference of weight between the two"
        )
    return CalibrationProposal(
        competency,
        n,
        round(-found.bias, 1),
        found,
        f"the system scores {abs(found.bias):.1f} points {'higher' if found.bias > 0 else 'lower'} "
        "than people "
        f"(95 % interval {found.bias_interval.low:.1f} to {found.bias_interval.high:.1f}, n = {n})",
    )
