"""All that a run is: what it counted, how it is judged, reported and ended."""
