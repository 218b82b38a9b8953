"""The project's values for Scrapy's settings; Scrapy's own components, all of them.

What the project plugs in is left out, and what it takes out is left in.
"""

from mofa_crawler import settings

_COMPONENTS = {"DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "ITEM_PIPELINES", "EXTENSIONS"}

globals().update(
    {
        name: value
        for name, value in vars(settings).items()
        if name.isupper()
        and name not in _COMPONENTS
        and not name.startswith("MOFA_")
        and "mofa_crawler" not in repr(value)
    }
)
# The project bypasses the filter too.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
