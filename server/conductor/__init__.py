"""Who speaks next: a pure state machine over the log. No asyncio, no sockets, time passed in."""
