"""The live interview's judge: gives scoring the transcript, brings back follow-ups, coverage, scores."""
