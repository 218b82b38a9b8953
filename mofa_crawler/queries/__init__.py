"""Read-only queries of the database, beside a run that may go on.

Every function with the parameter `db` raises `sqlite3.Error` if SQLite fails.
"""
