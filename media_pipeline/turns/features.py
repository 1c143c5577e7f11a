"""Log-mel features as Smart Turn v3 was trained on them: those of Whisper, over a window of 8 s.

The steps are those of Whisper's feature extraction (Radford et al. 2022, §2.2: 80 mel channels, windows
of 25 ms every 10 ms, the range cut to 8 decades below the maximum), preceded by normalising the wave
to zero mean and unit variance. Single precision throughout: the model does not see the difference.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from media_pipeline.audio.frame import SAMPLE_RATE

Floats = NDArray[np.float32]

WINDOW_SAMPLES: Final = 8 * SAMPLE_RATE
MEL_CHANNELS: Final = 80
_FFT: Final = 400
_HOP: Final = 160


def log_mel_8s(samples: NDArray[np.int16]) -> Floats:
    """Features (80, 800) of the last 8 s; what is missing at the beginning counts as silence."""
    wave = np.zeros(WINDOW_SAMPLES, np.float32)
    recent = samples[-WINDOW_SAMPLES:]
    if len(recent):
        wave[-len(recent) :] = recent.astype(np.float32) / np.float32(32_768)
    wave = (wave - wave.mean()) / np.sqrt(wave.var() + np.float32(1e-7))
    padded = np.pad(wave, _FFT // 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_HOP][:-1]
    spectrum = np.fft.rfft(windows * _hann(), axis=-1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    decades = np.log10(np.maximum(power @ _mel_filters(), np.float32(1e-10)))
    decades = np.maximum(decades, decades.max() - 8)
    return np.ascontiguousarray(((decades + 4) / 4).T, dtype=np.float32)


@cache
def _hann() -> Floats:
    return np.hanning(_FFT + 1)[:-1].astype(np.float32)


@cache
def _mel_filters() -> Floats:
    """Triangles of equal area on Slaney's mel scale: (201 frequencies, 80 channels)."""
    frequencies = np.linspace(0, SAMPLE_RATE / 2, _FFT // 2 + 1)
    corners = _mel_to_hertz(np.linspace(0, _hertz_to_mel(SAMPLE_RATE / 2), MEL_CHANNELS + 2))
    left, centre, right = corners[:-2], corners[1:-1], corners[2:]
    rising = (frequencies[:, None] - left) / (centre - left)
    falling = (right - frequencies[:, None]) / (right - centre)
    triangles = np.maximum(0, np.minimum(rising, falling)) * 2 / (right - left)
    return triangles.astype(np.float32)


# Slaney's scale (Auditory Toolbox, 1998): linear to 1 kHz = 15 mel, logarithmic above.
_LINEAR: Final = 3 / 200
_KNEE_HERTZ: Final = 1000.0
_KNEE_MEL: Final = 15.0
_LOG_STEP: Final = float(np.log(6.4)) / 27


def _hertz_to_mel(hertz: float) -> float:
    if hertz < _KNEE_HERTZ:
        return hertz * _LINEAR
    return _KNEE_MEL + float(np.log(hertz / _KNEE_HERTZ)) / _LOG_STEP


def _mel_to_hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel < _KNEE_MEL, mel / _LINEAR, _KNEE_HERTZ * np.exp(_LOG_STEP * (mel - _KNEE_MEL)))
