"""The SQLite store, which alone speaks SQL, and the exporters that read it."""
