"""Scrapy settings of the project, each with its reason.

The project's own settings are named MOFA_… and are read from the environment. `-s NAME=VALUE` on
the command line overrides any setting.
"""

from __future__ import annotations

import os

from mofa_crawler import site

BOT_NAME = "mofa_crawler"
SPIDER_MODULES = ["mofa_crawler.spiders"]
NEWSPIDER_MODULE = "mofa_crawler.spiders"
COMMANDS_MODULE = "mofa_crawler.commands"

# --- the project's own settings ---------------------------------------------------------------

# The SQLite database: the dataset, and the state of the crawl.
MOFA_DB = os.environ.get("MOFA_DB", "mofa.db")
# A .jsonl or .json file that always has the whole dataset. None by default.
MOFA_JSON = os.environ.get("MOFA_JSON", "")
# The folder of the archive: WARC files with every response, one file a run. Empty: no archive.
MOFA_ARCHIVE = os.environ.get("MOFA_ARCHIVE", "archive")
# Whether to extract drafts from rejected pages; needs the extra `drafts`.
MOFA_DRAFTS = os.environ.get("MOFA_DRAFTS", "false")
# Where the site is fetched from. It may be a mirror; records have the ministry's addresses.
MOFA_BASE_URL = os.environ.get("MOFA_BASE_URL", site.ORIGIN)
# Where the ministry can reach you. It goes into the User-Agent.
MOFA_CONTACT = os.environ.get("MOFA_CONTACT", "")
# A dead-man's switch: a monitor that gets a request at the start and end of every run (`/start`,
# `/<exit code>`), and raises the alarm if none comes. A run that finds the database in use by
# another run sends none. None by default.
MOFA_PING_URL = os.environ.get("MOFA_PING_URL", "")
# For how many days after its date, or its last revision, a release is rechecked, and how many hours
# pass at least between two fetches of it.
MOFA_RECHECK_DAYS = os.environ.get("MOFA_RECHECK_DAYS", "14")
MOFA_RECHECK_HOURS = os.environ.get("MOFA_RECHECK_HOURS", "6")

# --- politeness ---------------------------------------------------------------------------------

# A middleware of our own obeys robots.txt. It makes no request if robots.txt cannot be read.
ROBOTSTXT_OBEY = False
# The name that a line of robots.txt would use. The spider adds the version and the contact to the
# User-Agent. The crawler never sends the name of a browser.
ROBOTSTXT_USER_AGENT = "mofa_crawler"
USER_AGENT = "mofa_crawler"
# One request at a time, two seconds apart: a month of listings takes some minutes, and nobody
# at the other end notices.
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 2
# Random delays would make the crawler look like a person.
DOWNLOAD_DELAY_JITTER = 0
# After slow responses, requests come more slowly for a while: the delay follows the time that
# responses take. It is never shorter than DOWNLOAD_DELAY and the Crawl-delay of robots.txt.
AUTOTHROTTLE_ENABLED = True
# Begin with the delay itself.
AUTOTHROTTLE_START_DELAY = 0
# How often a request is retried. The wait before a retry is the one that the server names, else
# twice the delay, which doubles with each retry (4, 8, 16 s).
RETRY_TIMES = 3
# A retry comes before any other request: what is wrong with the server is wrong for all pages.
RETRY_PRIORITY_ADJUST = 1
# The pages are public and the same for everyone.
COOKIES_ENABLED = False
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
    "Accept-Language": "en,ja",
}

# --- requests and responses ---------------------------------------------------------------------

# Pages have 26-65 KB. Nothing of this size is a page of the site.
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024
DOWNLOAD_WARNSIZE = 1024 * 1024
DOWNLOAD_TIMEOUT = 60
# Scrapy's own handler has no limit for header lines.
_HANDLER = "mofa_crawler.crawl.download_handler.BoundedHeadersHandler"
DOWNLOAD_HANDLERS = {"http": _HANDLER, "https": _HANDLER}
# Off by default in Scrapy. A dataset of record must not rest on responses that may be forged.
DOWNLOAD_VERIFY_CERTIFICATES = True
# A meta refresh on this site is an error page. The parser rejects it.
METAREFRESH_ENABLED = False
REDIRECT_MAX_TIMES = 5
# The spider logs the failed request, in one line.
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
DOWNLOADER_MIDDLEWARES = {
    "mofa_crawler.middlewares.robots.RobotsMiddleware": 100,
    "mofa_crawler.middlewares.conditional.ConditionalRequestsMiddleware": 150,
    # Scrapy's own middleware retries at once, and ignores Retry-After.
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "mofa_crawler.middlewares.retry.WaitingRetryMiddleware": 550,
    # Before the retries, so that a blocked request is not retried; after decompression.
    "mofa_crawler.middlewares.blocks.BlocksMiddleware": 570,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "mofa_crawler.middlewares.redirect.SiteRedirectMiddleware": 600,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "mofa_crawler.middlewares.compression.CompressionMiddleware": 590,
    # Every request is for an address of the site, without a log-in.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
}

# Responses of every status reach the spider, which accounts for each page. Addresses come from
# listings: their depth and length mean nothing.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}

# --- items and extensions -----------------------------------------------------------------------

ITEM_PIPELINES = {
    "mofa_crawler.pipelines.validate.ValidatePipeline": 100,
    "mofa_crawler.pipelines.deduplicate.DeduplicatePipeline": 200,
    "mofa_crawler.pipelines.drafts.DraftsPipeline": 250,
    "mofa_crawler.pipelines.store.StorePipeline": 300,
}
# The store writes one page after the other.
CONCURRENT_ITEMS = 1
# Pages in the order of the listings: Scrapy's default takes the last request first.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
FEED_EXPORT_ENCODING = "utf-8"

EXTENSIONS = {
    "mofa_crawler.extensions.run_report.RunReport": 500,
    # After the run report, which first looks for drift.
    "mofa_crawler.extensions.json_file.JsonFile": 502,
    "mofa_crawler.extensions.archive.Archive": 505,
    "mofa_crawler.extensions.progress.Progress": 510,
}
# For this warning, Scrapy would parse the source of the callback at every response, a twelfth of a
# run's work. No generator here returns a value.
WARN_ON_GENERATOR_RETURN_VALUE = False
# Both open a port through which code can be run.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# --- output -------------------------------------------------------------------------------------

# A run prints a table at its end, and before it only warnings and errors. `-L INFO` shows Scrapy's
# own log.
LOG_LEVEL = "WARNING"
