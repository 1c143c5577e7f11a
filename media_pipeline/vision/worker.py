"""The vision process: looks at one frame after the other in shared memory. Run by ``observer.py``.

    python -m media_pipeline.vision.worker MODEL_FILE MEMORY_FD BYTES

The order of this file is its point: the process is confined before anything else is imported.
"""

from media_pipeline.sandbox import confine_or_exit

if __name__ == "__main__":
    confine_or_exit()

import mmap
import sys
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from media_pipeline.vision.facts import (
    FaceFacts,
    FrameFacts,
    RgbFrame,
    inside,
    luma,
    picture_facts,
)
from media_pipeline.vision.policy import Look
from media_pipeline.worker_process import serve

FACES_AT_MOST = 3


class LookAt(msgspec.Struct):
    """The question: the frame that lies at the start of the shared memory."""

    width: int
    height: int
    look: Look


@dataclass(frozen=True)
class Window:
    """A part of a frame, in pixels."""

    left: int
    top: int
    width: int
    height: int
    frame_width: int
    frame_height: int

    def cut(self, frame: RgbFrame) -> RgbFrame:
        return frame[self.top : self.top + self.height, self.left : self.left + self.width]

    def to_frame(self, shares: NDArray[np.float32]) -> NDArray[np.float32]:
        """Points as shares of the window (x, y) as shares of the frame."""
        size = np.array([self.width, self.height], dtype=np.float32)
        corner = np.array([self.left, self.top], dtype=np.float32)
        frame_size = np.array([self.frame_width, self.frame_height], dtype=np.float32)
        return np.asarray((shares * size + corner) / frame_size, dtype=np.float32)


def whole(frame: RgbFrame) -> Window:
    height, width, _ = frame.shape
    return Window(0, 0, width, height, width, height)


def middle_square(frame: RgbFrame) -> Window:
    height, width, _ = frame.shape
    side = min(height, width)
    return Window((width - side) // 2, (height - side) // 2, side, side, width, height)


class Watcher:
    """Looks at frames with MediaPipe's face landmarker.

    Frames of all sessions pass through, so each is looked at on its own (no tracking from the last
    one). Without expressions a second landmarker is used that does not compute them at all.
    """

    def __init__(self, model_file: str) -> None:
        self._model_file = model_file
        self._landmarkers: dict[bool, Any] = {}

    def warm_up(self) -> None:
        """The first look of a landmarker is slow; nobody should wait for it."""
        self.look(np.zeros((180, 320, 3), dtype=np.uint8), "expressions")

    def look(self, frame: RgbFrame, look: Look) -> FrameFacts:
        gray = luma(frame)
        facts = picture_facts(gray)
        if look == "picture":
            return facts
        found, window = self._detect(frame, look)
        faces = []
        for index, landmarks in enumerate(found.face_landmarks):
            points = window.to_frame(np.array([(point.x, point.y) for point in landmarks], dtype=np.float32))
            first, last = points.min(axis=0).clip(-1, 1), points.max(axis=0).clip(-1, 2)
            left, top, width, height = (float(value) for value in (*first, *(last - first)))
            part = picture_facts(inside(gray, left, top, width, height))
            expression = _expression(found, index) if look == "expressions" else {}
            faces.append(
                FaceFacts(
                    left, top, width, height, part.brightness, part.contrast, part.sharpness, **expression
                )
            )
        faces.sort(key=lambda face: face.width * face.height, reverse=True)
        return msgspec.structs.replace(facts, faces=tuple(faces))

    def _detect(self, frame: RgbFrame, look: Look) -> tuple[Any, Window]:
        """The detector sees 128 × 128 pixels: a small face is lost in a wide frame, and found when only
        the middle of it is looked at."""
        import mediapipe  # noqa: PLC0415 - never outside the confined process

        landmarker = self._landmarker(look == "expressions")
        for window in (whole(frame), middle_square(frame)):
            pixels = np.ascontiguousarray(window.cut(frame))
            found = landmarker.detect(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=pixels))
            if found.face_landmarks:
                break
        return found, window

    def _landmarker(self, expressions: bool) -> Any:
        if expressions not in self._landmarkers:
            from mediapipe.tasks.python import BaseOptions  # noqa: PLC0415 - as above
            from mediapipe.tasks.python.vision import (  # noqa: PLC0415
                FaceLandmarker,
                FaceLandmarkerOptions,
            )

            self._landmarkers[expressions] = FaceLandmarker.create_from_options(
                FaceLandmarkerOptions(
                    base_options=BaseOptions(model_asset_path=self._model_file),
                    num_faces=FACES_AT_MOST,
                    output_face_blendshapes=expressions,
                    output_facial_transformation_matrixes=expressions,
                )
            )
        return self._landmarkers[expressions]


def _expression(found: Any, index: int) -> dict[str, float]:
    """Head pose and the few blendshapes that are physical facts we name; the rest is dropped here."""
    shapes = {shape.category_name: float(shape.score) for shape in found.face_blendshapes[index]}
    yaw, pitch = head_angles_deg(np.asarray(found.facial_transformation_matrixes[index]))
    # "Left" in a blendshape's name is the person's left, which is the picture's right.
    to_picture_right = shapes["eyeLookOutLeft"] + shapes["eyeLookInRight"]
    to_picture_left = shapes["eyeLookInLeft"] + shapes["eyeLookOutRight"]
    upwards = shapes["eyeLookUpLeft"] + shapes["eyeLookUpRight"]
    downwards = shapes["eyeLookDownLeft"] + shapes["eyeLookDownRight"]
    return {
        "yaw_deg": yaw,
        "pitch_deg": pitch,
        "gaze_across": (to_picture_right - to_picture_left) / 2,
        "gaze_up": (upwards - downwards) / 2,
        "smile": (shapes["mouthSmileLeft"] + shapes["mouthSmileRight"]) / 2,
        "brow_lowered": (shapes["browDownLeft"] + shapes["browDownRight"]) / 2,
    }


def head_angles_deg(pose: "np.ndarray[Any, Any]") -> tuple[float, float]:
    """Yaw (positive: to the picture's right) and pitch (positive: up) of a 4×4 face pose matrix.

    The face's forward axis is the third column of the rotation; the camera looks along -z, x to the
    right and y up (MediaPipe's metric face space).
    """
    forward = pose[:3, 2] / np.linalg.norm(pose[:3, 2])
    yaw = np.degrees(np.arctan2(forward[0], forward[2]))
    pitch = np.degrees(np.arcsin(np.clip(forward[1], -1.0, 1.0)))
    return float(yaw), float(pitch)


def main(model_file: str, memory_fd: int, size: int) -> None:
    memory = mmap.mmap(memory_fd, size, prot=mmap.PROT_READ)
    pixels = np.frombuffer(memory, dtype=np.uint8)
    watcher = Watcher(model_file)

    def answer(question: bytes) -> bytes:
        asked = msgspec.msgpack.decode(question, type=LookAt)
        frame = pixels[: asked.width * asked.height * 3].reshape(asked.height, asked.width, 3)
        return msgspec.msgpack.encode(watcher.look(frame, asked.look))

    serve(answer, prepare=watcher.warm_up)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
