"""`mofa-crawler`: Scrapy's command line with this project's settings, from any folder."""

from __future__ import annotations

import os
import sys

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
    try:
        try:
            execute(settings=settings)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough (`| head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
