"""The body of an article: HTML blocks to labelled points."""
