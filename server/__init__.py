"""HTTP, WebSocket, WHIP, interviews, storage. Puts media_pipeline and scoring together."""
