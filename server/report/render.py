"""Renders the report (to be replaced)."""

from __future__ import annotations

from typing import Any


def render_html(report: dict[str, Any], language: str) -> str:
    return ""
