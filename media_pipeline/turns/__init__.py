"""Whose turn it is: end-of-turn detection, patience, spoken phrases, barge-in. Decisions are pure."""
