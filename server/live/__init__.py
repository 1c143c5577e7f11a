"""Running interviews: the one writer of each log, and what follows from what it writes."""
