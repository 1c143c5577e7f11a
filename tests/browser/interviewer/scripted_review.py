"""What the scripted server answers after an interview: log in pages, recording by ranges, ticket, PDF."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.browser.interviewer.scripted_server import ScriptedInterview, ScriptedServer, wire_record

TICKET = "scripted_ticket"
PAGE = 40
"""Records in one answer: few, so that every review reads several pages."""
Part = tuple[int, int, bytes]
"""Begin and end in session milliseconds, and the file."""


class ScriptedRecordings:
    """Recordings of a scripted server's interviews; without one it is said why."""

    def __init__(self, server: ScriptedServer) -> None:
        self._server = server
        self.parts: dict[str, list[Part]] = {}
        self.states: dict[str, tuple[str, str | None]] = {}
        self.tickets = 0
        self.ranges: list[str] = []
        self.hidden: set[str] = set()
        """Interviews whose report is refused: blind, and not scored yet."""
        self.refused = 0
        """So many requests for a part are still to be refused, as after a ticket's end."""
        base = "/api/v1/interviews/{id}"
        router = server.app.router
        router.add_get(f"{base}/log", self._log)
        router.add_get(f"{base}/recording", self._recording)
        router.add_post(f"{base}/recording/ticket", self._ticket)
        router.add_get(f"{base}/recording/{{part}}", self._part)
        router.add_get(f"{base}/report.pdf", self._pdf)
        server.app.middlewares.append(self._blind)

    def _interview(self, request: web.Request) -> ScriptedInterview:
        self._server._authorised(request)
        interview = self._server.interviews.get(request.match_info["id"])
        if interview is None:
            raise web.HTTPNotFound
        return interview

    @web.middleware
    async def _blind(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.path.endswith("/report") and request.match_info.get("id") in self.hidden:
            raise web.HTTPForbidden
        response: web.StreamResponse = await handler(request)
        return response

    async def _log(self, request: web.Request) -> web.StreamResponse:
        interview = self._interview(request)
        after = int(request.query.get("after", "0"))
        page = [wire_record(record) for record in interview.log if record.seq > after][:PAGE]
        return web.json_response({"records": page})

    async def _recording(self, request: web.Request) -> web.StreamResponse:
        interview = self._interview(request)
        parts = self.parts.get(interview.id, [])
        state, reason = self.states.get(interview.id, ("ready", None) if parts else ("none", "no_consent"))
        described = [
            {
                "part": number,
                "mime": 'video/webm; codecs="vp8, opus"',
                "start_ms": start,
                "end_ms": end,
                "bytes": len(content),
                "url": f"/api/v1/interviews/{interview.id}/recording/{number}",
            }
            for number, (start, end, content) in enumerate(parts, start=1)
        ]
        return web.json_response({"state": state, "reason": reason, "parts": described})

    async def _ticket(self, request: web.Request) -> web.StreamResponse:
        interview = self._interview(request)
        self.tickets += 1
        response = web.Response(status=204)
        response.set_cookie(TICKET, interview.id, path="/", httponly=True, samesite="Strict")
        return response

    async def _part(self, request: web.Request) -> web.StreamResponse:
        interview = request.match_info["id"]
        if request.cookies.get(TICKET) != interview:
            raise web.HTTPUnauthorized
        if self.refused > 0:
            self.refused -= 1
            raise web.HTTPUnauthorized
        content = self.parts[interview][int(request.match_info["part"]) - 1][2]
        wanted = request.http_range
        self.ranges.append(request.headers.get("Range", ""))
        headers = {"Accept-Ranges": "bytes", "Content-Type": "video/webm"}
        if wanted.start is None and wanted.stop is None:
            return web.Response(body=content, headers=headers)
        start = wanted.start or 0
        stop = min(wanted.stop or len(content), len(content))
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(content)}"
        return web.Response(status=206, body=content[start:stop], headers=headers)

    async def _pdf(self, request: web.Request) -> web.StreamResponse:
        self._server._found_report(request)
        return web.Response(body=b"%PDF-1.7\n% made by the scripted server\n", content_type="application/pdf")
