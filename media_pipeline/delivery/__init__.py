"""How something was said, against the person's own baseline. Hints for the conversation, never scores."""
