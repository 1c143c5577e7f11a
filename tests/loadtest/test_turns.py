"""The bench's own judgement: what counts as a cut-off, what as a delay, and its material."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from loadtest import turns_material as material
from loadtest.turns import Outcome, Pause, judge
from loadtest.turns_material import Clip, MakeOptions, ManifestError, MarkedAnswer, MarkedPause
from media_pipeline.turns.patience import Patience

NEVER = float("inf")
ANSWER = MarkedAnswer(
    Path("a.wav"),
    "en",
    "…",
    "ada",
    20_000,
    (MarkedPause(5_000, 7_500, "inside"), MarkedPause(12_000, 12_800, "between")),
)
HEARD = [
    Pause(5_000, 5_500, 0.9, speech_known_ms=7_700, resumes_ms=7_500),
    Pause(12_000, 12_500, 0.9, speech_known_ms=13_000, resumes_ms=12_800),
    Pause(20_000, 20_500, 0.9, speech_known_ms=NEVER, resumes_ms=NEVER),
]


@pytest.mark.parametrize(
    ("gap_ms", "cut_off", "delays"),
    [
        (3_000, [], [3_000]),
        (2_000, [ANSWER.pauses[0]], [2_000]),
        (2_600, [ANSWER.pauses[0]], [2_600]),  # speech has resumed, but nobody knew yet
        (600, list(ANSWER.pauses), [600]),
        (100, list(ANSWER.pauses), [500]),  # nothing is decided before the silence is known
        (9_000, [], [9_000]),
    ],
)
def test_decisions_before_the_end_are_cut_offs(
    gap_ms: int, cut_off: list[MarkedPause], delays: list[int]
) -> None:
    outcome = Outcome()
    judge(ANSWER, HEARD, lambda *_: gap_ms, Patience(), outcome)
    assert outcome.cut_off == cut_off
    assert outcome.delays_ms == delays
    assert outcome.never_decided == 0


def test_an_end_that_is_never_heard_is_counted() -> None:
    outcome = Outcome()
    judge(ANSWER, HEARD[:2], lambda *_: 3_000, Patience(), outcome)
    assert outcome.never_decided == 1


def test_pauses_the_candidate_ended_are_learned_and_no_others() -> None:
    learned = judge(ANSWER, HEARD, lambda *_: 2_000, Patience(), Outcome())
    assert learned.pauses_ms == (800,)


def babble(seconds: float) -> material.Samples:
    """Loud stretches of 0.7 s with short dips between them."""
    random = np.random.default_rng(3)
    loud = random.normal(0, 6_000, int(seconds * 16_000))
    loud[np.arange(len(loud)) % 12_800 < 1_600] *= 0.001
    return loud.astype(np.int16)


def test_made_answers_are_read_back_and_their_pauses_are_silent(tmp_path: Path) -> None:
    clips = {"en": [Clip(babble(6), f"clip {n}") for n in range(3)]}
    manifest = material.make(clips, tmp_path, MakeOptions(answers=2, clips=2))
    answers = material.read_manifest(manifest)
    assert len(answers) == 2 * len(material.HABITS)
    assert material.make(clips, tmp_path, MakeOptions(answers=2, clips=2)).read_text() == manifest.read_text()
    for answer in answers:
        samples = material.read_audio(answer.path)
        assert answer.end_ms == pytest.approx(len(samples) / 16, abs=1)
        assert {pause.kind for pause in answer.pauses} == {"inside", "between"}
        shortest, longest = material.HABITS[answer.candidate.removeprefix("en-")]
        for pause in answer.pauses:
            assert shortest - 1 <= pause.length_ms <= longest + 1
            silent = samples[round(pause.start_ms * 16) + 16 : round(pause.end_ms * 16) - 16]
            assert np.abs(silent.astype(int)).max() < 1_000


@pytest.mark.parametrize(
    "line", ["a.wav\ten\ttext", "a.wav\ten\ttext\tada\tsoon\t-", "a.wav\ten\ttext\tada\t9\t1-2:never"]
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    manifest = tmp_path / "manifest.tsv"
    manifest.write_text(f"# comment\n\n{line}\n")
    with pytest.raises(ManifestError, match=r"manifest\.tsv, line 3"):
        material.read_manifest(manifest)
