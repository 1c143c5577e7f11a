"""The report's HTML as PDF, laid out by WeasyPrint in a process of its own.

Layout is seconds of Python: beside the event loop it would hold up the words of everybody being interviewed,
so it gets a process, a deadline and nothing to fetch. ``python -m server.report.pdf`` reads HTML from
standard input and writes PDF.
"""

from __future__ import annotations

import asyncio
import sys
from typing import ClassVar

from media_pipeline.errors import VivaError

DEADLINE_S = 60.0
LARGEST_HTML_BYTES = 8 * 1024 * 1024
PANGO_MISSING = 3
"""Exit code of the child where WeasyPrint cannot load the system's text layout."""

_one_at_a_time = asyncio.Semaphore(1)


class PdfError(VivaError):
    """The PDF could not be made; the HTML report is there all the same."""

    code: ClassVar[str] = "report_pdf"
    status: ClassVar[int] = 503


async def render_pdf(html: str, *, deadline_s: float = DEADLINE_S) -> bytes:
    """Lay out one report. Raises PdfError with a sentence that says what to do."""
    source = html.encode()
    if len(source) > LARGEST_HTML_BYTES:
        raise PdfError("The report is too long for a PDF; take the HTML or JSON.")
    async with _one_at_a_time:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-W", "ignore", "-m", "server.report.pdf",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            pdf, _ = await asyncio.wait_for(child.communicate(source), deadline_s)
        except TimeoutError as error:
            raise PdfError("The PDF took too long; take the HTML report and print it.") from error
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
    if child.returncode == PANGO_MISSING:
        raise PdfError(
            "This server has no Pango, so it cannot make PDFs. Install libpango-1.0-0 and libpangoft2-1.0-0, "
            "or print the HTML report."
        )
    if child.returncode != 0 or not pdf.startswith(b"%PDF-"):
        raise PdfError("The PDF could not be made; take the HTML report and print it.")
    return pdf


def main() -> int:
    """The child: HTML in, PDF out."""
    try:
        from weasyprint import HTML  # noqa: PLC0415 - only the child loads it
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except OSError:
        return PANGO_MISSING

    class OnlyWhatIsInside(URLFetcher):  # type: ignore[misc]
        """A report carries everything it needs; no address in it is ever opened."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> object:
            if not url.startswith("data:"):
                raise ValueError("a report fetches nothing")
            return super().fetch(url, headers)

    html = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(HTML(string=html, url_fetcher=OnlyWhatIsInside()).write_pdf())
    return 0


if __name__ == "__main__":
    sys.exit(main())
