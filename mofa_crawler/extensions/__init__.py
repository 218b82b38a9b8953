"""Extensions observe a run: what it came to, and how far it is."""
