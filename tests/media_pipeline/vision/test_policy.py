from __future__ import annotations

from media_pipeline.vision.policy import ALL_KINDS, ObservationPolicy


def test_standard_with_consent_observes_everything() -> None:
    policy = ObservationPolicy.of("standard", face_processing=True)
    assert policy.kinds == ALL_KINDS
    assert policy.look == "expressions"


def test_eu_leaves_framing_light_and_number_of_faces() -> None:
    policy = ObservationPolicy.of("eu", face_processing=True)
    assert policy.kinds == ALL_KINDS - {"looking_away", "smile", "brow_lowered"}
    assert policy.look == "faces"


def test_without_consent_no_policy_looks_for_faces() -> None:
    for name in ("standard", "eu", "anything"):
        policy = ObservationPolicy.of(name, face_processing=False)
        assert policy.kinds == {"camera_off", "dark", "blurred"}
        assert policy.look == "picture"


def test_a_policy_nobody_knows_is_read_as_the_strictest() -> None:
    unknown = ObservationPolicy.of("standart", face_processing=True)
    assert unknown == ObservationPolicy.of("eu", face_processing=True)


def test_nothing_allowed_means_no_look_at_all() -> None:
    assert ObservationPolicy().look is None
    assert ObservationPolicy(frozenset({"camera_off"})).look is None
