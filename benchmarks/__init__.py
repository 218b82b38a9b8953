"""How fast and small the crawler is beside its peers: `python -m benchmarks`.

Machines are shared and noisy, so every figure is a ratio of two things that were measured in turns
(A B A B …) in one run: the median over the pairs. `site` makes the pages and `server` serves them
on loopback from a process of its own; `crawls`, `parsing`, `storing` measure; `peers` holds what is
measured against; `figures` names the figures with their bars; `report` prints them.
"""
