"""Commands of `scrapy <command>`, thin: they start the others and say what came of it."""
