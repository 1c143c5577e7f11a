"""What the interviewer's pages may weigh."""

from __future__ import annotations

import gzip

from tests.browser.interviewer.scripted_server import STATIC


def test_all_javascript_stays_within_its_budget() -> None:
    """250 kB compressed, every file counted by itself as it is sent."""
    pages = [STATIC / "interviewer", STATIC / "shared"]
    sizes = [len(gzip.compress(path.read_bytes())) for page in pages for path in page.rglob("*.js")]
    assert sum(sizes) <= 250_000
