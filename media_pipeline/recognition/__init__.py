"""Speech to words: one model for all sessions, a scheduler in front of it, text that does not change."""
