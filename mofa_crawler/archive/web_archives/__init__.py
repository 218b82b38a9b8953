"""Web archives: what their indexes list of the site, and the captures behind the rows.

Everything here is pure: addresses and bytes go in, rows and captures come out. The spider sends the
requests.
"""
