from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.voice.questions import asked, question_of


@given(phrase=st.text(), ahead=st.booleans())
def test_the_voice_reads_what_the_server_asks(phrase: str, ahead: bool) -> None:
    phrase = phrase.encode("utf-8", "ignore").decode("utf-8")
    assert asked(question_of(phrase, ahead=ahead)) == (phrase, ahead)
