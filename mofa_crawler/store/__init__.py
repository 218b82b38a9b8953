"""The SQLite store, which alone writes the database."""
