"""Web archives: the pure part, real runs against pywb, and a server that plays archive.org."""
