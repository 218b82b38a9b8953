"""`mofa-crawler`: Scrapy's command line with this project's settings, from any folder."""

from __future__ import annotations

import os

from scrapy.cmdline import execute
from scrapy.settings import Settings


def main() -> None:
    """Run `scrapy <command>` as if the working directory were this project's.

    A `scrapy.cfg` of another project in the working directory has no say.
    """
    module = "mofa_crawler.settings"
    os.environ["SCRAPY_SETTINGS_MODULE"] = module
    settings = Settings()
    settings.setmodule(module, priority="project")
    execute(settings=settings)


if __name__ == "__main__":
    main()
