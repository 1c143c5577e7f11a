from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.vision.facts import inside, laplacian_variance, luma, picture_facts
from media_pipeline.vision.small_frame import fitted
from media_pipeline.vision.worker import head_angles_deg
from tests import media


def test_luma_is_that_of_the_eye() -> None:
    colours = np.array([[[255, 255, 255], [0, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)
    assert luma(colours)[0] == pytest.approx([255, 0, 149.7, 29.1], abs=0.1)


def test_an_even_picture_has_no_sharpness() -> None:
    facts = picture_facts(np.full((180, 320), 90, np.float32))
    assert (facts.brightness, facts.contrast, facts.sharpness, facts.faces) == (90, 0, 0, None)


def test_blur_lowers_sharpness_and_darkness_alone_does_not_make_blur(portrait: media.Picture) -> None:
    gray = luma(portrait)
    blurred = np.asarray((gray[:-4] + gray[1:-3] + gray[2:-2] + gray[3:-1] + gray[4:]) / 5, np.float32)
    sharp, soft, dim = picture_facts(gray), picture_facts(blurred), picture_facts(gray * np.float32(0.5))
    assert soft.sharpness < sharp.sharpness / 2
    assert dim.sharpness / dim.contrast**2 == pytest.approx(sharp.sharpness / sharp.contrast**2, rel=1e-3)


def test_a_checkerboard_is_as_sharp_as_can_be() -> None:
    board = np.asarray(np.indices((64, 64)).sum(axis=0) % 2 * 255, dtype=np.float32)
    assert laplacian_variance(board) == pytest.approx((4 * 255) ** 2, rel=1e-3)


@given(st.floats(-1, 2), st.floats(-1, 2), st.floats(-1, 2), st.floats(-1, 2))
def test_any_box_is_cut_to_the_picture(left: float, top: float, width: float, height: float) -> None:
    part = inside(np.zeros((18, 32), np.float32), left, top, width, height)
    assert part.shape[0] <= 18
    assert part.shape[1] <= 32
    assert picture_facts(part).brightness == 0


@given(st.integers(1, 4000), st.integers(1, 4000))
def test_small_frames_fit_and_keep_their_shape(width: int, height: int) -> None:
    small_width, small_height = fitted(width, height, 320, 320)
    assert 2 <= small_width <= 320
    assert 2 <= small_height <= 320
    assert small_width % 2 == small_height % 2 == 0
    if min(small_width, small_height) >= 40:
        assert small_width / small_height == pytest.approx(width / height, rel=0.1)


def test_frames_are_never_made_larger() -> None:
    assert fitted(160, 120, 320, 320) == (160, 120)
    assert fitted(640, 360, 320, 320) == (320, 180)
    assert fitted(720, 1280, 320, 320) == (180, 320)


@pytest.mark.parametrize("yaw_deg", [-40, 0, 25])
@pytest.mark.parametrize("pitch_deg", [-20, 0, 30])
def test_head_angles_come_out_of_the_pose_matrix(yaw_deg: float, pitch_deg: float) -> None:
    yaw, pitch = math.radians(yaw_deg), math.radians(pitch_deg)
    turn = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
    nod = np.array([[1, 0, 0], [0, math.cos(pitch), math.sin(pitch)], [0, -math.sin(pitch), math.cos(pitch)]])
    pose = np.eye(4)
    pose[:3, :3] = 1.1 * turn @ nod  # the face's size in the pose must not matter
    assert head_angles_deg(pose) == pytest.approx((yaw_deg, pitch_deg), abs=1e-6)
