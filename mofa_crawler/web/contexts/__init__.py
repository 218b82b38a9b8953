"""What each page shows: plain functions of a database and parameters."""
