from __future__ import annotations

import av
import numpy as np
import pytest

from media_pipeline.rtc.opus import packet_ticks
from media_pipeline.voice.opus import SAMPLES, SILENCE, decode, encode
from tests import media


def loudness(samples: media.Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples.astype(np.float64)))))


@pytest.mark.parametrize("rate", [16_000, 22_050, 48_000])
def test_speech_survives(rate: int) -> None:
    speech = media.english_sentences(rate)
    packets = encode(speech.samples, rate)
    assert len(packets) * 20 == pytest.approx(speech.duration_ms, abs=60)
    heard = decode(packets)
    assert loudness(heard) == pytest.approx(loudness(speech.samples), rel=0.15)


def test_every_packet_plays_20_ms() -> None:
    packets = encode(media.english_sentences(22_050).samples, 22_050)
    assert {packet_ticks(packet) for packet in (*packets, SILENCE)} == {SAMPLES}


def test_silence_is_silent_after_speech() -> None:
    packets = encode(media.english_speech(48_000).samples[: 48_000 * 2], 48_000)
    heard = decode((*packets, *[SILENCE] * 20))
    assert np.abs(heard[-SAMPLES * 10 :]).max() <= 1


def test_nothing_to_say_makes_no_packets() -> None:
    assert encode(np.zeros(0, np.int16), 22_050) == ()
    assert len(decode(())) == 0


def test_any_opus_decoder_takes_the_silent_packet() -> None:
    decoder = av.CodecContext.create("libopus", "r")
    (frame,) = decoder.decode(av.Packet(SILENCE))
    assert frame.samples == SAMPLES
