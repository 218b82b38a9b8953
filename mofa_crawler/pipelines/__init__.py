"""Item pipelines: validate, store, in that order. They change, pass or drop items."""
