"""The colours of ``static_client/shared/tokens.css`` keep WCAG 2.2 AA in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[3] / "static_client" / "shared" / "tokens.css").read_text()
GROUNDS = ("ground", "surface", "sunken")
TEXT = 4.5
"""WCAG 1.4.3: text against its ground."""
GRAPHIC = 3.0
"""WCAG 1.4.11: the edge of a control, a meter, an icon, a focus ring."""

PAIRS = (
    [(ink, ground, TEXT) for ink in ("ink", "ink-soft", "ink-quiet", "accent", "alarm") for ground in GROUNDS]
    + [("caution", ground, TEXT) for ground in (*GROUNDS, "caution-soft")]
    + [
        (ink, soft, TEXT)
        for ink in ("ink", "ink-soft")
        for soft in ("accent-soft", "caution-soft", "alarm-soft")
    ]
    + [("accent-strong", "accent-soft", TEXT), ("accent", "accent-soft", TEXT), ("alarm", "alarm-soft", TEXT)]
    + [("on-accent", "accent", TEXT), ("on-accent", "accent-strong", TEXT), ("on-alarm", "alarm", TEXT)]
    + [("surface", "ink", TEXT)]
    + [("edge", ground, GRAPHIC) for ground in ("ground", "surface")]
    + [("focus", ground, GRAPHIC) for ground in GROUNDS]
    + [(f"series-{n}", ground, GRAPHIC) for n in (1, 2, 3, 4) for ground in GROUNDS]
)


def blocks() -> dict[str, dict[str, str]]:
    """The colours as written: light, dark by the device, dark by choice."""
    light, by_device, by_choice = re.findall(
        r"^\s*:root(?::not\([^)]*\)|\[[^]]*\])? \{(.*?)^\s*\}", CSS, re.M | re.S
    )
    return {
        name: dict(re.findall(r"--([\w-]+):\s*(.*?);", text, re.S))
        for name, text in (("light", light), ("device", by_device), ("choice", by_choice))
    }


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definitions) of ``#rrggbb``."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "device"])
def test_every_pair_in_use_has_contrast(theme: str) -> None:
    colours = {**blocks()["light"], **blocks()[theme]}
    weak = {
        f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2)
        for ink, ground, least in PAIRS
        if contrast(colours[ink], colours[ground]) < least
    }
    assert weak == {}


def test_dark_by_device_is_dark_by_choice() -> None:
    assert blocks()["device"] == blocks()["choice"]


def test_dark_names_every_colour_of_light() -> None:
    light = {name for name, value in blocks()["light"].items() if value.startswith(("#", "rgb"))}
    assert light <= set(blocks()["device"])


def test_components_write_no_colours_of_their_own() -> None:
    folder = Path(__file__).resolve().parents[3] / "static_client"
    for sheet in [folder / "shared" / "base.css", *sorted((folder / "candidate").glob("*.css"))]:
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb\(|hsl\(|oklch\(", sheet.read_text()) == [], sheet.name
