"""The pages' files as the server really sends them."""

from __future__ import annotations

import gzip

import pytest
from aiohttp import web
from pytest_aiohttp import AiohttpClient

from server import pages
from server.http.static_files import accepts_gzip

DESK = "/i/desk/desk.js"
BUDGET = 250_000
"""Bytes of JavaScript that the interviewer's pages may weigh on the wire, every file counted."""


def app() -> web.Application:
    made = web.Application()
    made.add_routes(pages.routes())
    return made


async def test_javascript_is_sent_compressed_and_within_its_budget(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(app(), auto_decompress=False)
    sent = 0
    for route, folder in (("/i/", "interviewer"), ("/shared/", "shared")):
        for path in (pages.STATIC / folder).rglob("*.js"):
            address = route + path.relative_to(pages.STATIC / folder).as_posix()
            answer = await client.get(address, headers={"Accept-Encoding": "gzip, deflate, br"})
            body = await answer.read()
            assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip"), address
            assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
            assert gzip.decompress(body) == path.read_bytes()
            sent += len(body)
    assert 50_000 < sent <= BUDGET, sent


async def test_each_encoding_has_its_own_etag_and_is_not_sent_twice(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(app(), auto_decompress=False)
    zipped = await client.get(DESK, headers={"Accept-Encoding": "gzip"})
    plain = await client.get(DESK, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert await plain.read() == gzip.decompress(await zipped.read())
    assert zipped.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    for known, encoding, status in (
        (zipped.headers["ETag"], "gzip", 304),
        (f'"other", W/{zipped.headers["ETag"]}', "gzip", 304),
        (plain.headers["ETag"], "gzip", 200),
        (plain.headers["ETag"], "identity", 304),
    ):
        again = await client.get(DESK, headers={"If-None-Match": known, "Accept-Encoding": encoding})
        assert again.status == status, (known, encoding)


@pytest.mark.parametrize("path", ["/i/../words.js", "/i/..%2fshared%2fdom.js", "/i/desk", "/i//etc/passwd"])
async def test_nothing_but_the_pages_files_is_sent(aiohttp_client: AiohttpClient, path: str) -> None:
    client = await aiohttp_client(app())
    assert (await client.get(path)).status == 404


async def test_a_page_is_its_folder(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(app())
    answer = await client.get("/c/")
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert (await client.head(DESK)).status == 200


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("*", True),
        ("", False),
        ("gzip;q=0", False),
        ("*, gzip;q=0.0", False),
        ("br", False),
        ("gzip;q=nonsense", False),
    ],
)
def test_gzip_only_for_who_takes_it(header: str, takes: bool) -> None:
    assert accepts_gzip(header) is takes
