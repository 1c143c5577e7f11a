"""What a language model's layers make of an answer. The prepared model is part of ``viva models``."""

from __future__ import annotations

import numpy as np
import pytest

from media_pipeline.models.folder import default_root
from media_pipeline.models.manifest import ANSWER_READER
from scoring.alike_file import rated_answers
from scoring.answer_reader import LONGEST_TOKENS, VIEWS, LayeredReader, answers_read, default_folder
from scoring.assess import assess
from scoring.follow_ups import plan
from scoring.job import Language
from scoring.meaning import Vectors
from scoring.transcript import Transcript
from tests.scoring.helpers import SUPERVISOR_EN, SUPERVISOR_ZH, job, said
from tests.scoring.judgement_figures import installed_reader

BROKEN_OFF = (
    "so the labels came out crooked all the time and nobody knew why, I stood at the roll holder for a whole "
    "shift with a tally sheet, and it was always after a change of the roll, so I turned a new bush for it "
    "and put a guide in front, and then"
)
TOLD = f"{BROKEN_OFF} the jams went down from thirty a week to four, and it has stayed like that since March"
BROKEN_OFF_ZH = (
    "去年我在灌装线带班的时候，标签老是贴歪，谁也不知道为什么，机修来看过两次，说是标签纸的问题。我就拿着"
    "记录表在卷料架旁边站了一个班，发现每次都是换卷以后出的问题，卷料架那个衬套磨损得厉害。我就让机加工重新"
    "车了一个衬套，前面自己加了个导向，周末装上去的，然后"
)
TOLD_ZH = f"{BROKEN_OFF_ZH}卡料从一周三十次降到四次，从三月份到现在一直是这样"


@pytest.fixture(scope="module")
def reader() -> LayeredReader:
    return installed_reader()


@pytest.mark.parametrize(
    ("name", "open_end", "told", "language"),
    [(SUPERVISOR_EN, BROKEN_OFF, TOLD, "en"), (SUPERVISOR_ZH, BROKEN_OFF_ZH, TOLD_ZH, "zh")],
)
def test_a_story_that_breaks_off_is_told_from_one_with_its_end(
    reader: LayeredReader, name: str, open_end: str, told: str, language: Language
) -> None:
    the_job = job(name)
    kinds = []
    for text in (open_end, told):
        transcript = said("q2", text, language=language)
        read = answers_read(reader, the_job, transcript)["q2"]
        planned = plan(the_job, transcript, "q2", (), read=read)
        kinds.append([(item.kind, item.target) for item in planned[:1]])
    assert kinds[0] == [("missing_star", "result")]
    assert ("missing_star", "result") not in kinds[1]


def test_one_row_for_each_view_the_same_every_time(reader: LayeredReader) -> None:
    once, again = (reader.read("What did you do?", TOLD, "en") for _ in range(2))
    assert once.shape == (len(VIEWS), len(rated_answers("reader").views[0].middle))
    assert np.array_equal(once, again)
    assert np.isfinite(once).all()


def test_one_word_and_an_hour_of_them_can_be_read(reader: LayeredReader) -> None:
    for text in ("yes", "嗯", "and then we did it again " * LONGEST_TOKENS):
        assert np.isfinite(reader.read("What did you do?", text, "en")).all()


class Tells:
    """A reader that says what it is told to say."""

    name = "told"

    def read(self, question: str, answer: str, language: Language) -> Vectors:
        return np.full((len(VIEWS), 1536), len(answer), dtype=np.float32)


@pytest.mark.parametrize(
    "environ", [{}, {"VIVA_MODELS_DIR": "/m"}, {"XDG_CACHE_HOME": "/c"}, {"XDG_CACHE_HOME": "not/absolute"}]
)
def test_the_command_line_looks_where_the_models_lie(environ: dict[str, str]) -> None:
    assert default_folder(environ) == default_root(environ) / ANSWER_READER.name


def test_only_what_was_answered_is_read() -> None:
    the_job, transcript = job(SUPERVISOR_EN), said("q2", TOLD)
    assert set(answers_read(Tells(), the_job, transcript)) == {"q2"}
    assert answers_read(Tells(), the_job, Transcript("en", ())) == {}
    assert answers_read(None, the_job, transcript) == {}


def test_scores_do_not_know_of_it() -> None:
    """Nothing in an assessment can be given a reading, so none can change it; the plan can."""
    the_job, transcript = job(SUPERVISOR_EN), said("q2", TOLD)
    before = assess(the_job, transcript)
    plan(the_job, transcript, "q2", (), read=answers_read(Tells(), the_job, transcript)["q2"])
    assert assess(the_job, transcript) == before
