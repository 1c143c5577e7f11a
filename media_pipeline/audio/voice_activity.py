"""Voice activity detection: is somebody speaking in this stretch of audio?

Three implementations of one seam: :class:`WebRtcVoiceActivity` (a few microseconds a frame, opens on
any noise), :class:`SileroVoiceActivity` (a small neural network, 5 ms of CPU a second of audio) and
:class:`GatedVoiceActivity`, the one Viva uses: the first decides whether the second is asked at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import onnxruntime
import webrtcvad
from numpy.typing import NDArray

from media_pipeline.audio.frame import SAMPLE_RATE, SAMPLES_PER_MS
from media_pipeline.errors import ModelError

Samples = NDArray[np.int16]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """So many samples, following the span before, with their probability of being speech."""

    samples: int
    probability: float


class VoiceActivityDetector(Protocol):
    """Scores one stream of 16 kHz mono audio, piece by piece.

    Spans tile what was accepted: in order, without gap or overlap, at most
    :data:`LARGEST_BACKLOG_MS` behind. Splitting the same audio differently gives the same spans, so
    it may be fed with whatever arrives. One instance serves one stream and one thread at a time.
    """

    def accept(self, samples: Samples) -> list[ScoredSpan]:
        """Score what is complete now; the rest waits for more samples."""
        ...

    def flush(self) -> list[ScoredSpan]:
        """Score the rest (filled up with silence) and forget the stream: the next one may start."""
        ...


LARGEST_BACKLOG_MS: Final = 32
"""A detector may keep back less than this."""


class WebRtcVoiceActivity:
    """The detector of the WebRTC project: Gaussian mixtures over six bands, 20 ms frames, 0 or 1.

    ``aggressiveness`` 0–3: how readily a frame is called silence. ``gain``: by how much the audio is
    amplified first; the bands have a floor of energy, below which quiet speech is no speech.
    """

    FRAME_SAMPLES: Final = 20 * SAMPLES_PER_MS

    def __init__(self, aggressiveness: int = 1, gain: float = 1.0) -> None:
        self._aggressiveness = aggressiveness
        self._gain = np.float32(gain)
        self._vad = webrtcvad.Vad(aggressiveness)
        self._rest: Samples = np.empty(0, np.int16)

    def accept(self, samples: Samples) -> list[ScoredSpan]:
        if self._gain != 1:
            samples = np.clip(samples * self._gain, -32_768, 32_767).astype(np.int16)
        waiting = np.concatenate((self._rest, samples)) if len(self._rest) else samples
        whole = len(waiting) - len(waiting) % self.FRAME_SAMPLES
        self._rest = waiting[whole:].copy()
        return [
            self._score(waiting[at : at + self.FRAME_SAMPLES]) for at in range(0, whole, self.FRAME_SAMPLES)
        ]

    def flush(self) -> list[ScoredSpan]:
        rest = self._rest
        spans = []
        if len(rest):
            filled = np.pad(rest, (0, self.FRAME_SAMPLES - len(rest)))
            spans = [ScoredSpan(len(rest), self._score(filled).probability)]
        self._rest = np.empty(0, np.int16)
        self._vad = webrtcvad.Vad(self._aggressiveness)
        return spans

    def _score(self, frame: Samples) -> ScoredSpan:
        return ScoredSpan(len(frame), 1.0 if self._vad.is_speech(frame.tobytes(), SAMPLE_RATE) else 0.0)


class SileroModel:
    """The network of Silero VAD v6, shared by all streams of a process (ONNX sessions are thread-safe)."""

    WINDOW: Final = 512
    CONTEXT: Final = 64
    STATE_SHAPE: Final = (1, 1, 128)

    def __init__(self, model_file: Path) -> None:
        if not model_file.is_file():
            raise ModelError(f"The voice activity model {model_file} is missing: run `viva models`.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(model_file), sess_options=options, providers=["CPUExecutionProvider"]
        )

    @classmethod
    def bundled(cls) -> SileroModel:
        """The file that the faster-whisper package carries in its assets; the package stays unloaded."""
        package = find_spec("faster_whisper")
        if package is None or package.origin is None:
            raise ModelError("Install faster-whisper: its package carries the voice activity model.")
        return cls(Path(package.origin).parent / "assets" / "silero_vad_v6.onnx")

    def run(self, windows: Floats, hidden: Floats, cell: Floats) -> tuple[Floats, Floats, Floats]:
        """Probabilities of consecutive windows (n, 576) from a state, and the state after them.

        The first axis is time, not a batch: the recurrence runs over it, so several windows of one
        stream go through in one call, for less than the price of one each.
        """
        # Outputs by name: asking for "all" makes onnxruntime look them up in every call.
        scores, hidden, cell = self._session.run(
            ["speech_probs", "hn", "cn"], {"input": windows, "h": hidden, "c": cell}
        )
        return scores.reshape(-1), hidden, cell


class SileroVoiceActivity:
    """Silero VAD v6 on a stream: windows of 32 ms, each seeing the 4 ms before it, state kept between."""

    def __init__(self, model: SileroModel) -> None:
        self._model = model
        self._rest: Samples
        self._context: Floats
        self._hidden: Floats
        self._cell: Floats
        self._forget()

    def accept(self, samples: Samples) -> list[ScoredSpan]:
        self._rest = np.concatenate((self._rest, samples)) if len(self._rest) else samples.copy()
        whole = len(self._rest) - len(self._rest) % SileroModel.WINDOW
        if not whole:
            return []
        scores = self._score(self._rest[:whole])
        self._rest = self._rest[whole:]
        return [ScoredSpan(SileroModel.WINDOW, float(score)) for score in scores]

    def flush(self) -> list[ScoredSpan]:
        spans = []
        if rest := len(self._rest):
            filled = np.pad(self._rest, (0, SileroModel.WINDOW - rest))
            spans = [ScoredSpan(rest, float(self._score(filled)[0]))]
        self._forget()
        return spans

    def _forget(self) -> None:
        self._rest = np.empty(0, np.int16)
        self._context = np.zeros(SileroModel.CONTEXT, np.float32)
        self._hidden = np.zeros(SileroModel.STATE_SHAPE, np.float32)
        self._cell = np.zeros(SileroModel.STATE_SHAPE, np.float32)

    def _score(self, samples: Samples) -> Floats:
        new = samples.astype(np.float32) / np.float32(32_768)
        blocks = new.reshape(-1, SileroModel.WINDOW)
        windows = np.empty((len(blocks), SileroModel.CONTEXT + SileroModel.WINDOW), np.float32)
        windows[:, SileroModel.CONTEXT :] = blocks
        windows[0, : SileroModel.CONTEXT] = self._context
        windows[1:, : SileroModel.CONTEXT] = blocks[:-1, -SileroModel.CONTEXT :]
        scores, self._hidden, self._cell = self._model.run(windows, self._hidden, self._cell)
        self._context = new[-SileroModel.CONTEXT :]
        return scores


@dataclass(frozen=True, slots=True)
class GateOptions:
    """When the cheap detector lets the expensive one look."""

    hangover_ms: int = 640
    """How long the gate stays open after the last frame that sounded like anything, in ms."""

    lookback_ms: int = 320
    """Audio before the opening that the network hears first, to have its state ready, in ms."""


class GatedVoiceActivity:
    """A gate that opens on any sound, then the real detector; silence costs next to nothing.

    The stream is cut into blocks of one Silero window, whatever the pieces it arrives in. While the
    gate is closed a block scores 0. When it opens, the inner detector goes on from where it was (a cold
    start would miss quiet voices for seconds) and first hears ``lookback_ms`` of what passed; the
    scores of that are already given out and are not revised: the segmenter's pre-roll covers the few
    windows an onset may lose.
    """

    BLOCK: Final = SileroModel.WINDOW

    def __init__(
        self, gate: VoiceActivityDetector, inner: VoiceActivityDetector, options: GateOptions | None = None
    ) -> None:
        self._gate = gate
        self._inner = inner
        options = options or GateOptions()
        self._hangover = options.hangover_ms * SAMPLES_PER_MS
        self._lookback = options.lookback_ms * SAMPLES_PER_MS // self.BLOCK * self.BLOCK
        self._rest: Samples
        self._past: Samples
        self._open_for: int
        self._inner_is_running: bool
        self._forget()

    def accept(self, samples: Samples) -> list[ScoredSpan]:
        self._rest = np.concatenate((self._rest, samples)) if len(self._rest) else samples.copy()
        blocks = len(self._rest) // self.BLOCK
        spans: list[ScoredSpan] = []
        passed: list[Samples] = []
        for number in range(blocks):
            block = self._rest[number * self.BLOCK : (number + 1) * self.BLOCK]
            if self._lets_through(block):
                passed.append(block)
                continue
            spans += self._score(passed)
            passed = []
            self._shut(block)
            spans.append(ScoredSpan(len(block), 0.0))
        self._rest = self._rest[blocks * self.BLOCK :]
        return spans + self._score(passed)

    def flush(self) -> list[ScoredSpan]:
        rest = self._rest
        spans: list[ScoredSpan] = []
        if len(rest):
            spans = self._inner.accept(rest) if self._open_for > 0 else [ScoredSpan(len(rest), 0.0)]
        # The inner detector's own rest belongs to blocks we have passed on only while open.
        spans += self._inner.flush()
        self._gate.flush()
        self._forget()
        return spans

    def _forget(self) -> None:
        self._rest = np.empty(0, np.int16)
        self._past = np.empty(0, np.int16)
        self._open_for = 0
        self._inner_is_running = False

    def _lets_through(self, block: Samples) -> bool:
        if any(span.probability >= 0.5 for span in self._gate.accept(block)):
            self._open_for = self._hangover
        else:
            self._open_for = max(0, self._open_for - len(block))
        return self._open_for > 0

    def _score(self, passed: list[Samples]) -> list[ScoredSpan]:
        """Blocks that follow each other through the open gate, in one call."""
        if not passed:
            return []
        if not self._inner_is_running:
            self._inner_is_running = True
            if len(self._past):
                self._inner.accept(self._past)
                self._past = np.empty(0, np.int16)
        return self._inner.accept(np.concatenate(passed))

    def _shut(self, block: Samples) -> None:
        """A block stays outside; the inner detector keeps what it has learned of voice and room."""
        self._inner_is_running = False
        self._past = np.concatenate((self._past, block))[-self._lookback :]


GATE_GAIN: Final = 8.0
"""Makes the gate hear speech down to about -65 dBFS, where Silero stops as well; a room's noise is
steady, and the gate stays closed to that at any gain up to this."""


def gated_silero(model: SileroModel) -> GatedVoiceActivity:
    """The detector of one candidate's stream, as the server uses it."""
    return GatedVoiceActivity(WebRtcVoiceActivity(gain=GATE_GAIN), SileroVoiceActivity(model))
