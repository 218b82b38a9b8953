"""The exporters: one file format each, from a snapshot of the database."""
