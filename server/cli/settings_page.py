"""``viva settings``: docs/settings.md, made from the settings themselves."""

from __future__ import annotations

from itertools import groupby

from server.settings import Described, described

HEAD = """\
# Settings

Viva is set by environment variables. `make run`, `viva serve` and the other commands read the same ones.
A wrong value, or a name that is not in this list, stops the start with a sentence that names it.

This page is made by `viva settings`; a test keeps it up to date.
"""

ABOUT = {
    "Http": "Where it listens",
    "Storage": "Where things are kept",
    "Media": "What hears, sees and speaks",
    "Interview": "How interviews are held",
    "Recording": "Recording",
    "LanguageModel": "Language model (optional)",
}


def settings_page() -> str:
    """The page, in Markdown."""
    parts = [HEAD]
    for group, settings in groupby(described(), key=lambda item: item.group):
        parts.append(f"\n## {ABOUT[group]}\n\n| variable | default | unit | value | meaning |\n")
        parts.append("| --- | --- | --- | --- | --- |\n")
        parts.extend(_row(item) for item in settings)
    return "".join(parts)


def _row(item: Described) -> str:
    return f"| `{item.variable}` | `{item.default}` | {item.unit} | {item.kind} | {item.meaning} |\n"
