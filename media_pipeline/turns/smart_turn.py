"""Smart Turn v3.2 (Daily, BSD-2): end of turn from 8 s of audio, Mandarin and English among 23 languages."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from media_pipeline.errors import ModelError
from media_pipeline.turns.features import log_mel_8s

MODEL_FILE: Final = Path("smart-turn-v3.2") / "smart-turn-v3.2.onnx"
"""Below the model folder."""


class SmartTurn:
    """A :class:`~media_pipeline.turns.detector.TurnDetector`; one for the process, one thread a call."""

    def __init__(self, model_file: Path) -> None:
        if not model_file.is_file():
            raise ModelError(f"The end-of-turn model {model_file} is missing: run `viva models`.")
        options = onnxruntime.SessionOptions()
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(model_file), sess_options=options, providers=["CPUExecutionProvider"]
        )

    @classmethod
    def from_folder(cls, model_folder: Path) -> SmartTurn:
        return cls(model_folder / MODEL_FILE)

    def end_probability(self, samples: NDArray[np.int16]) -> float:
        features = log_mel_8s(samples)[np.newaxis]
        (scores,) = self._session.run(None, {"input_features": features})
        return float(scores.reshape(-1)[0])
