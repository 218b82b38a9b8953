"""Web archives: the rows of their indexes, and the captures that the rows name.

Nothing here sends a request: the spider does.
"""
