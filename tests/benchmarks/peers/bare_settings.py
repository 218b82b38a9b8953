"""The project's own settings for Scrapy, less all that plugs in code of the project."""

from mofa_crawler import settings

globals().update(
    {
        name: value
        for name, value in vars(settings).items()
        if name.isupper() and not name.startswith("MOFA_") and "mofa_crawler" not in repr(value)
    }
)
# The project bypasses the filter too.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
