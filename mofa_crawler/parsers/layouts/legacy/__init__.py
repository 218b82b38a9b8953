"""Pages from before 2013, read by the landmarks in their text."""
