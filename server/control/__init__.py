"""The control WebSocket: one per page, resumable, cut to the role."""
