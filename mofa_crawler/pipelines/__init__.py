"""Item pipelines: validate, deduplicate, drafts, store. They change, pass or drop items."""
