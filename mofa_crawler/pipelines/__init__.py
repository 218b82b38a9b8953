"""Item pipelines: validate, deduplicate, store, in that order. They change, pass or drop items."""
