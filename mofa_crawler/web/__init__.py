"""Pages to browse the dataset, as a plugin of Datasette (extra `web`)."""
