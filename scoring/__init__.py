"""Pure thinking: rubric, evidence, coverage, scores, follow-ups, report. No I/O, no clock, no asyncio."""
