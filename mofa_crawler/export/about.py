"""What the exports say about the dataset as a whole."""

from __future__ import annotations

TITLE = "Press releases of Japan's Ministry of Foreign Affairs"
PUBLISHER = "Ministry of Foreign Affairs of Japan"
LICENSE_TITLE = "Public Data License (Version 1.0)"
LICENSE_URL = "https://www.digital.go.jp/resources/open_data/public_data_license_v1.0"
TERMS = (
    f"Source: {PUBLISHER} website, {LICENSE_TITLE}. Edited by mofa_crawler, which is not the "
    "ministry's. Whoever passes the texts on must name the source and say that they were edited. "
    "The field `attribution` of each release is the line to use."
)
