"""The OpenAPI document says what the running server does: its routes, and the shape of its answers."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from jsonschema import Draft202012Validator

from server.api.openapi import document
from tests.server.pages import authorised, desk_token, new_interview, sign_in, token_of

Client = TestClient[web.Request, Any]


def validator(name: str) -> Draft202012Validator:
    schema = {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}
    return Draft202012Validator(schema)


async def test_every_route_is_described_and_every_description_has_a_route(client: Client) -> None:
    assert client.app is not None
    served = {
        (route.method.lower(), route.resource.canonical)
        for route in client.app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/api/")
    }
    described = {
        (method, path)
        for path, item in document()["paths"].items()
        for method in item
        if method in ("get", "post", "patch", "delete", "options", "put")
    }
    assert {route for route in served if route[0] != "head"} == described


async def test_answers_have_the_described_shape(client: Client) -> None:
    ordered = await new_interview(client)
    validator("Ordered").validate(ordered)
    entry = await client.get("/api/v1/entry", headers=authorised(token_of(ordered["candidate_link"])))
    validator("Entry").validate(await entry.json())
    await sign_in(client, ordered)
    desk = authorised(desk_token(client, "recruiter"))
    path = f"/api/v1/interviews/{ordered['interview']}"
    validator("Ordered").validate(await (await client.get(f"{path}/links", headers=desk)).json())
    assigned = await client.put(f"{path}/interviewers/ivan", json={"name": "Ivan"}, headers=desk)
    validator("Assigned").validate(await assigned.json())
    for line in (await (await client.get("/api/v1/interviews", headers=desk)).json())["interviews"]:
        validator("LobbyLine").validate(line)
    auditor = authorised(desk_token(client, "auditor"))
    trail = await (await client.get(f"{path}/audit", headers=auditor)).json()
    assert trail["entries"]
    validator("AuditTrail").validate(trail)
    log = await (await client.get(f"{path}/log", headers=desk)).json()
    assert log["records"]
    for record in log["records"]:
        validator("Record").validate(record)


@pytest.mark.parametrize("path", ["/api/v1/entry", "/api/v1/interviews", "/api/v1/nothing"])
async def test_errors_are_problem_documents(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert answer.status in (401, 404)
    assert answer.content_type == "application/problem+json"
    validator("Problem").validate(await answer.json())


async def test_the_document_is_served(client: Client) -> None:
    answer = await client.get("/api/v1/openapi.json")
    assert (await answer.json())["openapi"].startswith("3.1")
