"""The report as PDF: real pages, from nothing but the HTML."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from server.report import render_html
from server.report.pdf import LARGEST_HTML_BYTES, PdfError, render_pdf
from tests.browser.interviewer.reports import sample_report
from tests.browser.interviewer.scenarios import Language


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_report_becomes_a_pdf(language: Language) -> None:
    pdf = await render_pdf(render_html(sample_report(language), language))
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert len(pdf) > 10_000


async def test_no_address_in_it_is_opened() -> None:
    asked: list[str] = []

    async def seen(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(text="body { color: red }", content_type="text/css")

    app = web.Application()
    app.router.add_get("/{tail:.*}", seen)
    async with TestServer(app) as server:
        url = str(server.make_url("/x"))
        html = f'<link rel=stylesheet href="{url}.css"><img src="{url}.png"><img src="file:///etc/hostname"><p>Hello'
        assert (await render_pdf(html)).startswith(b"%PDF-")
    assert asked == []


async def test_what_cannot_be_made_is_told() -> None:
    with pytest.raises(PdfError, match="too long"):
        await render_pdf(" " * (LARGEST_HTML_BYTES + 1))
    with pytest.raises(PdfError, match="took too long"):
        await render_pdf("<p>Hello", deadline_s=0.0)
