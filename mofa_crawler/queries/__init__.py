"""Read-only queries of the database, beside a run that may go on."""
