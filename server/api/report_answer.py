"""A report on its way out, for the desk and for the candidate alike: the newest it says, and as PDF."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from media_pipeline.errors import NotFoundError
from server.context import Context
from server.live.interviews import OpenInterview
from server.panel.report import panel_part
from server.refusals import refused
from server.report.pdf import render_pdf

Json = dict[str, Any]


async def current_report(given: Context, opened: OpenInterview) -> Json:
    """The report with what people have added since it was written. Raises ``NotFoundError``."""
    body = await given.store.report(opened.stored.id)
    if body is None:
        raise refused(NotFoundError, "report_not_yet")
    # Scores and decisions are given after the report was written as well: the log's newest hold.
    return {**body, **panel_part(opened.job, opened.state)}


async def pdf_answer(html: str) -> web.Response:
    return web.Response(
        body=await render_pdf(html),
        content_type="application/pdf",
        headers={"Cache-Control": "no-store"},
    )
