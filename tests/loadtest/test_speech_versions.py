"""Versions of a recording differ from it, but not in what is said."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from loadtest.speech_streams import Clip
from loadtest.speech_versions import VERSIONS, versions_of


def clip(loudest: int, name: str = "a.wav") -> Clip:
    return Clip(name, "en", "Hello.", np.array([0, loudest, -loudest, loudest // 2], np.int16))


def test_the_first_version_is_the_recording_itself() -> None:
    assert versions_of([clip(100)], 1)[0].samples.tolist() == [0, 100, -100, 50]


@given(st.integers(1, 32_767), st.integers(1, len(VERSIONS)))
def test_each_is_later_and_of_another_level_and_never_clipped(loudest: int, count: int) -> None:
    made = versions_of([clip(loudest), clip(7, "b.wav")], count)

    assert len({one.name for one in made}) == len(made) == 2 * count
    assert [one.transcript for one in made] == ["Hello."] * len(made)
    for number, one in enumerate(made[::2]):
        delay_ms, gain = VERSIONS[number]
        silence, said = one.samples[: delay_ms * 16], one.samples[delay_ms * 16 :]
        assert not silence.any()
        assert abs(int(said[1]) - min(gain * loudest, 32_767)) <= 1
        assert said[1] == -said[2]
