"""The interviewer's voice: synthesis in a process of its own, an outgoing track, what was heard of it."""
