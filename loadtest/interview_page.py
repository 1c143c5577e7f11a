"""A load test's figures as one HTML page: tables and bars, no script, nothing fetched."""

from __future__ import annotations

from html import escape
from typing import Any

from loadtest.journey import STAGES

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { text-align: right; padding: .25rem .6rem; border-bottom: 1px solid #8885; }
th:first-child, td:first-child { text-align: left; }
svg { width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
.held { color: #18794e; } .broke { color: #cd2b31; }
@media (prefers-color-scheme: dark) { .held { color: #4cc38a; } .broke { color: #ff6369; } }
"""


def page(runs: list[dict[str, Any]]) -> str:
    """One section for each run, in order, and with several runs a chart over their sessions."""
    parts = ["<!doctype html><html lang=en><meta charset=utf-8><title>Viva load test</title>"]
    parts.append(f"<style>{_STYLE}</style><h1>Load test</h1>")
    if len(runs) > 1:
        parts += [_over_sessions(runs, stage) for stage in ("join", "final", "first_partial")]
    parts += [_section(figures) for figures in runs]
    missing = "".join(f"<li>{escape(text)}" for text in runs[-1]["not_tested"])
    parts.append(f"<h2>What was not tested</h2><ul>{missing}</ul>")
    return "\n".join(parts) + "\n"


def _section(figures: dict[str, Any]) -> str:
    server, generator = figures["server"], figures["generator"]
    verdict = "<b class=held>within limits</b>"
    if figures["broken"]:
        causes = escape("; ".join(figures["broken"]))
        verdict = f"<b class=broke>{causes}</b>; first to run out: {escape(str(figures['limited_by']))}"
    where = f"cores {figures['cores']}" if figures["pinned"] else "not pinned to separate cores"
    rows = "".join(_row(stage, meaning, figures["stages"][stage]) for stage, meaning in STAGES.items())
    facts = {
        "connected": f"{figures['connected']} of {figures['sessions']}, {figures['refused']} refused",
        "speech": f"{figures['spoken_s']} s, word error rate {figures['word_error_rate']}",
        "server": f"{server.get('cpu_cores')} cores, {server.get('memory_mib_peak')} MiB, "
        f"event loop late by {server.get('loop_lag_p99_ms')} ms (p99)",
        "recognition": f"busy {server.get('recognition_busy_share')}, "
        f"{server.get('audio_failed_s')} s of {server.get('audio_received_s')} s lost",
        "generator": f"{generator['cpu_cores']} cores, {where}",
        "errors": ", ".join(f"{cause} ×{count}" for cause, count in figures["errors"].items()) or "none",
    }
    listed = "".join(f"<tr><td>{name}<td>{escape(text)}" for name, text in facts.items())
    return (
        f"<h2>{figures['sessions']} sessions</h2><p>{verdict}</p>{_bars(figures)}"
        f"<table><tr><th>stage<th>count<th>p50 ms<th>p95 ms<th>p99 ms<th>max ms{rows}</table>"
        f"<table>{listed}</table>"
    )


def _row(stage: str, meaning: str, row: dict[str, Any]) -> str:
    cells = "".join(
        f"<td>{'–' if row[key] is None else f'{row[key]:.0f}'}"
        for key in ("p50_ms", "p95_ms", "p99_ms", "max_ms")
    )
    return f"<tr><td>{stage}: {escape(meaning)}<td>{row['count']}{cells}"


def _bars(figures: dict[str, Any]) -> str:
    """p50 (dark) and p95 (light) of each stage on one scale."""
    rows = [(stage, figures["stages"][stage]) for stage in STAGES if figures["stages"][stage]["count"]]
    if not rows:
        return ""
    longest = max(row["p95_ms"] for _, row in rows) or 1.0
    drawn = []
    for number, (stage, row) in enumerate(rows):
        y, short, long = number * 24, 560 * row["p50_ms"] / longest, 560 * row["p95_ms"] / longest
        drawn.append(
            f"<text x=0 y={y + 15}>{stage}</text>"
            f"<rect x=110 y={y + 4} width={long:.1f} height=14 fill=#3e63dd opacity=.35 />"
            f"<rect x=110 y={y + 4} width={short:.1f} height=14 fill=#3e63dd />"
            f"<text x={116 + long:.1f} y={y + 15}>{row['p95_ms']:.0f} ms</text>"
        )
    label = "Median and 95th percentile of each stage"
    return f'<svg viewBox="0 0 760 {24 * len(rows)}" role=img aria-label="{label}">{"".join(drawn)}</svg>'


def _over_sessions(runs: list[dict[str, Any]], stage: str) -> str:
    """A stage's 95th percentile over the number of sessions."""
    points = [
        (figures["sessions"], figures["stages"][stage]["p95_ms"], bool(figures["broken"]))
        for figures in runs
        if figures["stages"][stage]["p95_ms"] is not None
    ]
    if not points:
        return ""
    most, longest = max(count for count, _, _ in points), max(time for _, time, _ in points) or 1.0
    placed = [
        (60 + 640 * count / most, 150 - 130 * time / longest, count, time, bad) for count, time, bad in points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, *_ in placed)
    marks = "".join(
        f"<circle cx={x:.1f} cy={y:.1f} r=4 fill={'#e5484d' if bad else '#30a46c'} />"
        f"<text x={x - 8:.1f} y=170>{count}</text><text x={x - 14:.1f} y={y - 8:.1f}>{time:.0f}</text>"
        for x, y, count, time, bad in placed
    )
    return (
        f"<h2>{escape(STAGES[stage])}: p95 in ms over sessions</h2>"
        f'<svg viewBox="0 0 760 180" role=img aria-label="{stage}">'
        f'<polyline points="{line}" fill=none stroke=#3e63dd />{marks}</svg>'
    )
