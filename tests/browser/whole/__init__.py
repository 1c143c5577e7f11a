"""Candidate and interviewer in real browsers against the real server, on real speech and a real face."""
