"""The recognition benchmark: what it reads, plays and counts."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from loadtest import __main__ as command
from loadtest import speech
from loadtest.speech_streams import Clip, Ears, play, play_stream
from media_pipeline.audio.voice_activity import SileroModel
from media_pipeline.audio.worker import ListeningPool
from media_pipeline.recognition.scheduler import RecognitionScheduler, SchedulerOptions
from tests import media
from tests.media_pipeline.recognition.tones import TonesRecognizer


def write(path: Path, seconds: float, rate: int = 8_000, channels: int = 2) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.zeros(round(seconds * rate) * channels, np.int16).tobytes())


def test_a_manifest_is_read_relative_to_itself_and_resampled(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", 1.5)
    manifest = tmp_path / "list.tsv"
    manifest.write_text("a.wav\ten\tHello there.\tsource\tlicence\n\na.wav\tzh\t\n", encoding="utf-8")

    said, noise = speech.read_manifest(manifest)

    assert (said.language, said.transcript) == ("en", "Hello there.")
    assert said.seconds == pytest.approx(1.5, abs=0.02)
    assert noise.transcript == ""


@pytest.mark.parametrize("line", ["a.wav\tfr\tBonjour", "a.wav", ""])
def test_a_manifest_that_cannot_be_used_is_told(
    tmp_path: Path, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = tmp_path / "list.tsv"
    manifest.write_text(line, encoding="utf-8")

    assert command.main(["speech", "--manifest", str(manifest)]) == 2
    assert str(manifest) in capsys.readouterr().err


async def test_a_clip_that_nobody_understands_counts_its_words_as_errors(
    english_speech: media.Speech,
) -> None:
    # The engine hears tones only: real speech is loud noise to it.
    clip = Clip("dickens", "en", "It was the best", english_speech.samples[:48_000])
    deaf = _Deaf()
    scheduler, listening = RecognitionScheduler(deaf, SchedulerOptions(fill=9)), ListeningPool()
    ears = Ears(scheduler, listening, SileroModel.bundled())
    try:
        heard = [await play(ears, clip, real_time=False), *(await play_stream(ears, [clip], 1, 0.0))]
    finally:
        scheduler.close()
        await listening.close()

    figures = speech._figures(heard, cpu_s=3.0, took_s=1.0)

    assert figures["error_rate"] == {"en": 1.0}
    assert figures["cpu_s_per_audio_s"] == pytest.approx(0.5)
    assert figures["audio_lost_ms"] == pytest.approx(0, abs=0.01)
    assert figures["final_ms"] is None


class _Deaf(TonesRecognizer):
    def decode(self, request):  # type: ignore[no-untyped-def]
        return super().decode(type(request)(request.samples * 0, request.language, request.kind))


def test_medians_of_runs_are_taken_figure_by_figure() -> None:
    runs = [{"a": {"p50": value, "name": "x"}, "b": None if value == 2 else value} for value in (3, 1, 2)]

    assert speech._median(runs) == {"a": {"p50": 2, "name": "x"}, "b": 2.0}


def test_made_noises_are_the_same_each_time() -> None:
    first, second = speech._made_noises(), speech._made_noises()

    assert [clip.name for clip in first] == [clip.name for clip in second]
    assert all(np.array_equal(a.samples, b.samples) for a, b in zip(first, second, strict=True))
    assert first[0].seconds == 60
    assert not first[0].samples.any()
