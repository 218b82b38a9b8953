"""Extensions observe a run: archive, progress, the JSON file, the report."""
