"""What synthetic candidates send is encoded once, and is what it says."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from loadtest.interview_media import (
    FaceTrack,
    SpeechTrack,
    encode_clip,
    encode_face,
    encode_room,
)
from loadtest.interviews import read_manifest


def wav(path: Path, rate: int = 16_000) -> Path:
    """A second of quiet, a second of tone, half a second of quiet."""
    tone = (np.sin(2 * np.pi * 300 * np.arange(rate) / rate) * 9_000).astype(np.int16)
    samples = np.concatenate([np.zeros(rate, np.int16), tone, np.zeros(rate // 2, np.int16)])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_a_clip_is_encoded_whole(tmp_path: Path, rate: int) -> None:
    clip = encode_clip(wav(tmp_path / "tone.wav", rate), "a tone")
    assert clip.seconds == pytest.approx(2.5, abs=0.05)
    decoder = av.CodecContext.create("libopus", "r")
    assert sum(len(decoder.decode(av.Packet(packet))) for packet in clip.packets) == len(clip.packets)


def test_a_clip_may_be_flac_and_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "tone.flac"), "w") as container:
        stream = container.add_stream("flac", rate=16_000)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.full((1, 16_000), 500, np.int16), format="s16", layout="mono")
        frame.sample_rate = 16_000
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    assert encode_clip(tmp_path / "tone.flac", "a tone").seconds == pytest.approx(1.0, abs=0.05)
    (tmp_path / "none.wav").write_text("no sound")
    with pytest.raises(ValueError, match="Invalid data"):
        encode_clip(tmp_path / "none.wav", "nothing")


def test_a_manifest_names_clips_of_one_language(tmp_path: Path) -> None:
    wav(tmp_path / "a.wav")
    manifest = tmp_path / "m.tsv"
    manifest.write_text("a.wav\ten\thello there\tmore\na.wav\tzh\t你好\nnoise.wav\ten\t\n", encoding="utf-8")
    assert [(clip.name, clip.transcript) for clip in read_manifest(manifest, "en")] == [("a", "hello there")]
    manifest.write_text("a.wav\tzh\t你好\n", encoding="utf-8")
    with pytest.raises(ValueError, match="names no recording"):
        read_manifest(manifest, "en")


def test_a_face_has_a_keyframe_every_two_seconds(tmp_path: Path) -> None:
    picture = tmp_path / "face.png"
    Image.fromarray(np.full((120, 90, 3), 99, np.uint8)).save(picture)
    pictures = encode_face(picture, seconds=4, width=160, height=90)
    assert len(pictures) == 60
    keyframes = [number for number, data in enumerate(pictures) if not data[0] & 1]
    assert {0, 30} <= set(keyframes)


async def test_a_track_says_a_clip_between_the_rooms_quiet(tmp_path: Path) -> None:
    clip, room = encode_clip(wav(tmp_path / "tone.wav"), "a tone"), encode_room()
    short = type(clip)(clip.name, clip.transcript, clip.packets[:3])
    track = SpeechTrack(room)
    began: list[float] = []
    sent = [bytes(await track.recv()) for _ in range(2)]
    saying = asyncio.create_task(track.say(short, began.append))
    await asyncio.sleep(0)
    sent += [bytes(await track.recv()) for _ in range(4)]
    await saying
    assert sent == [room[0], room[1], *short.packets, room[5]]
    assert len(began) == 1


async def test_pictures_come_at_their_pace_beginning_with_a_keyframe() -> None:
    track = FaceTrack([b"k1"] + [b"p"] * 29 + [b"k2"] + [b"p"] * 29, phase=1)
    first, second = await track.recv(), await track.recv()
    assert (bytes(first), bytes(second)) == (b"k2", b"p")
    assert second.pts is not None
    assert second.pts - (first.pts or 0) == 6_000
