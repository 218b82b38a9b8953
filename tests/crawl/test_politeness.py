"""Manners of a crawl: it waits, gives up, stops if it is blocked, and keeps the site's pace."""

from __future__ import annotations

import gzip
import json
import signal
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
import scrapy.http
from scrapy import Request
from scrapy.settings import Settings

from mofa_crawler.crawl.response import KEPT_APART
from mofa_crawler.middlewares.retry import WaitingRetryMiddleware, back_off, retry_after
from tests.cli import JANUARY_2021, table
from tests.factories import ROOT, SITE, query

if TYPE_CHECKING:
    from tests.cli import Response, Run

NOW = datetime(2026, 1, 10, 3, 0, tzinfo=UTC)
INDEX = "/press/release/index.html"
PAGE = "/press/release/pressite_000001_02136.html"
FIRST = "/press/release/press4e_002994.html"  # of the two pages that JANUARY_2021 requests
PAGES = sorted(f"/press/release/{p.name}" for p in SITE.glob("press/release/press*.html"))
ENGLISH = ("-a", "lang=en")
ARCHIVES = (*ENGLISH, "-a", "since=2013-01")


# --- how long -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("Sat, 10 Jan 2026 03:00:30 GMT", 30),
        ("Saturday, 10-Jan-26 03:01:00 GMT", 60),
        ("Sat Jan 10 03:01:00 2026", 60),
        ("Sat, 10 Jan 2026 12:00:30 +0900", 30),
        ("Sat, 10 Jan 2026 02:00:00 GMT", 0),
        ("Sun, 10 Jan 2027 03:00:00 GMT", 365 * 86_400),
        ("1796000000", 10**9),
        pytest.param("9" * 5_000, 10**9, id="nines"),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 10**9),
    ],
)
def test_a_retry_after_in_each_of_its_forms(header: str, seconds: float) -> None:
    assert retry_after(header, NOW) == seconds


@pytest.mark.parametrize(
    "header",
    [
        "",
        "soon",
        "-5",
        "1.5",
        "１２",
        "Sat, 41 Jan 2026 03:00:00 GMT",
        "Sat, 10 Jan 99999 03:00:00 GMT",
        "1 Jan 2026 99999999999999999999:00:00 GMT",
    ],
    ids=lambda header: header[:20],
)
def test_a_retry_after_that_makes_no_sense_is_none(header: str) -> None:
    assert retry_after(header, NOW) is None


def test_the_back_off_doubles_up_to_two_minutes() -> None:
    for failures, least in enumerate([4, 8, 16, 32, 64]):
        waits = [back_off(4, failures) for _ in range(100)]
        assert least <= min(waits) < max(waits) <= least * 1.25
    assert back_off(4, 9) == 120
    assert back_off(0, 3) == 0


# --- waiting and retries -------------------------------------------------------------------


def test_a_busy_server_is_retried(run: Run) -> None:
    run.site.responses[FIRST] = [(503, {}), (429, {"Retry-After": "1"})]
    result = run.crawl(*JANUARY_2021)
    assert (result.returncode, table(result)["failed"]) == (0, 0)
    assert "waiting for 1 s, by Retry-After (429" in result.stderr
    assert run.site.requests.count(FIRST) == 3
    first = run.site.requests.index(FIRST)
    assert run.site.requests[first : first + 3] == [FIRST] * 3  # and nothing else meanwhile
    _, second, third = (time for path, time in run.site.times if path == FIRST)
    assert third - second >= 1


def test_it_is_requested_four_times_and_no_more(run: Run) -> None:
    run.site.responses[FIRST] = (502, {})
    result = run.crawl(*JANUARY_2021)
    assert (result.returncode, table(result)["failed"]) == (4, 1)
    assert run.site.requests.count(FIRST) == 4
    assert query(run, "SELECT code FROM pages WHERE status = 'failed'") == [("http_502",)]


def damaged(path: str, status: int = 200, **headers: str) -> Response:
    """A compressed page in which a word was changed on the way: its checksum does not fit."""
    body = (SITE / path[1:]).read_bytes()
    changed, whole = gzip.compress(body.replace(b"Japan", b"Jopan")), gzip.compress(body)
    of_gzip = {"Content-Encoding": "gzip", "Content-Type": "text/html"}
    return status, {**of_gzip, **headers}, changed[:-8] + whole[-8:]


def test_a_page_that_was_damaged_on_the_way_is_requested_again(run: Run) -> None:
    run.site.responses[FIRST] = [damaged(FIRST)]
    result = run.crawl(*JANUARY_2021, "-s", "LOG_LEVEL=INFO")
    assert (result.returncode, table(result)["failed"]) == (0, 0)
    assert run.site.requests.count(FIRST) == 2
    assert "waiting for 0 s, before retry 1 of 3: " in result.stderr  # twice the delay of the tests
    assert query(run, "SELECT count(*) FROM releases WHERE text LIKE '%Jopan%'") == [(0,)]
    assert query(run, f"SELECT body_hash FROM pages WHERE url LIKE '%{FIRST}'") == [
        (sha256((SITE / FIRST[1:]).read_bytes()).hexdigest(),)
    ]


def test_a_page_that_stays_damaged_is_a_failure(run: Run) -> None:
    run.site.responses[FIRST] = damaged(FIRST)
    result = run.crawl(*JANUARY_2021)
    assert (result.returncode, table(result)["failed"]) == (4, 1)
    assert "Traceback" not in result.stderr
    assert run.site.requests.count(FIRST) == 4
    ((code, message),) = query(run, "SELECT code, message FROM pages WHERE status = 'failed'")
    assert code == "damaged"
    assert message.startswith("the gzip payload is damaged: ")


def test_ten_damaged_pages_in_a_row_end_the_run(run: Run) -> None:
    for path in PAGES:
        run.site.responses[path] = damaged(path)
    result = run.crawl(*ENGLISH)
    assert result.returncode == 4
    assert "10 failures in a row" in result.stderr
    assert sum(run.site.requests.count(path) for path in PAGES) == 10


def test_what_a_status_says_needs_no_body(run: Run) -> None:
    """Of a busy server, of a missing page, and of one that has left the site."""
    busy, missing, moved = PAGES[-3:]
    run.site.responses[busy] = [damaged(busy, 503, **{"Retry-After": "1"})]
    run.site.responses[missing] = (404, {"Content-Encoding": "gzip"}, b"Not Found")
    run.site.responses[moved] = damaged(moved, 301, Location="https://example.org/")
    result = run.crawl(*ENGLISH)
    assert (table(result)["gone"], table(result)["redirected"], table(result)["failed"]) == (
        1,
        1,
        0,
    )
    assert "waiting for 1 s, by Retry-After (503" in result.stderr
    assert [run.site.requests.count(path) for path in (busy, missing, moved)] == [2, 1, 1]


def test_refusals_that_cannot_be_undone_are_refusals(run: Run) -> None:
    for path in PAGES:
        run.site.responses[path] = damaged(path, 403)
    assert run.crawl(*ENGLISH).returncode == 3
    assert sum(run.site.requests.count(path) for path in PAGES) == 2


def test_a_robots_txt_that_stays_damaged_forbids_everything(run: Run) -> None:
    run.site.responses["/robots.txt"] = (200, {"Content-Encoding": "gzip"}, b"no gzip at all")
    result = run.crawl(*ENGLISH)
    assert result.returncode == 4
    assert set(run.site.requests) == {"/robots.txt"}
    assert "robots.txt was not fetched, so no request is made" in result.stderr
    for retry in (1, 2, 3):
        waits = f"waiting for 0 s, before retry {retry} of 3: {run.site.address}/robots.txt ("
        assert result.stderr.count(waits) == 1


@pytest.mark.parametrize(
    ("coding", "body", "code", "reason"),
    [
        (
            "gzip",
            gzip.compress(bytes(16 * 1024 * 1024 + 1)),
            "too_large",
            "more than 16,777,216 bytes",
        ),
        ("dcb", b"x", "content_encoding", "the content encoding 'dcb' is not read"),
    ],
)
def test_what_cannot_be_undone_is_not_requested_again(
    run: Run, coding: str, body: bytes, code: str, reason: str
) -> None:
    run.site.responses[FIRST] = (200, {"Content-Encoding": coding}, body)
    result = run.crawl(*JANUARY_2021)
    assert (result.returncode, table(result)["failed"]) == (4, 1)
    assert reason in result.stderr
    assert query(run, "SELECT code FROM pages WHERE status = 'failed'") == [(code,)]
    assert run.site.requests.count(FIRST) == 1


def test_a_retry_after_holds_back_the_next_page_too(run: Run) -> None:
    """The page itself is given up. A stop meanwhile takes effect at once, without another request."""
    run.site.responses[PAGE] = (503, {"Retry-After": "500"})
    process = run.start(*ENGLISH, "-s", "RETRY_TIMES=0")
    process.wait_for("waiting for 500 s")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 4  # the page that failed
    assert run.site.requests[-1] == PAGE
    statuses = dict(query(run, "SELECT status, count(*) FROM pages GROUP BY status"))
    assert statuses["failed"] == 1
    assert statuses["discovered"] > 1


@pytest.mark.parametrize("header", ["601", "Sun, 10 Jan 2100 03:00:00 GMT"])
def test_a_server_that_wants_a_long_wait_is_left_alone(run: Run, header: str) -> None:
    run.site.responses[FIRST] = (503, {"Retry-After": header})
    result = run.crawl(*JANUARY_2021)
    assert (result.returncode, table(result)["failed"]) == (4, 1)
    assert run.site.requests.count(FIRST) == 1
    assert run.site.requests[-1] == FIRST
    ((message,),) = query(run, "SELECT message FROM pages WHERE status = 'failed'")
    assert message.startswith("HTTP status 503, no further request before 2")
    assert message.partition("before ")[2] in result.stderr.partition("wants no request before ")[2]
    assert query(run, "SELECT reason, completed_languages FROM runs") == [
        ("retry_after_too_long", "[]")
    ]


@pytest.mark.parametrize(("status", "failed"), [("500 Internal Server Error", 5), ("428", 10)])
def test_ten_failures_in_a_row_end_the_run(run: Run, status: str, failed: int) -> None:
    paths = (f"/{path.relative_to(SITE)}" for path in SITE.rglob("*.html"))
    pages = [path for path in paths if not path.endswith("index.html")]
    run.site.responses |= dict.fromkeys(pages, (int(status[:3]), {}))
    result = run.crawl(*ARCHIVES, "-s", "RETRY_TIMES=1")
    assert result.returncode == 4
    assert f"the run stops after 10 failures in a row: {status}" in result.stderr
    requested = [path for path in run.site.requests if path in pages]
    assert (len(requested), len(set(requested))) == (10, failed)
    assert table(result)["failed"] == failed
    assert table(result)["unfinished"] > 0
    assert query(run, "SELECT reason FROM runs") == [("keeps_failing",)]


def test_captures_of_refusals_are_no_failures() -> None:
    """A web archive replays them with their status."""
    middleware = WaitingRetryMiddleware(Settings({"DOWNLOAD_DELAY": 0}))
    request = Request("https://archive.example.org/", meta={KEPT_APART: True})
    response = scrapy.http.Response(request.url, status=451)
    for _ in range(20):
        assert middleware.process_response(request, response) is response


def test_a_good_response_in_between_begins_the_count_anew(run: Run) -> None:
    for path in PAGES:
        run.site.responses[path] = [(500, {})] * 2
    result = run.crawl(*ARCHIVES)
    assert result.returncode == 0, result.stderr
    assert len([path for path in run.site.requests if path in PAGES]) > 30
    assert result.stderr.count("waiting for 0 s, before retry ") == 20
    assert result.stderr.count("only -L INFO shows further waits of this run") == 1


def test_no_response_is_retried_and_counts(run: Run) -> None:
    run.site.address = "http://127.0.0.1:9"
    result = run.crawl(*ENGLISH, "-s", "RETRY_TIMES=20")
    assert result.returncode == 4
    assert (
        "the run stops after 10 failures in a row: DownloadConnectionRefusedError" in result.stderr
    )
    assert "Traceback" not in result.stderr


# --- blocked ------------------------------------------------------------------------------------

DENIED = (
    "<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\n"
    "Reference&#32;&#35;18&#46;5c4d1602&#46;1767930000&#46;1a2b3c4d\n</BODY>\n</HTML>\n"
)
CHALLENGE = "<html><head><title>Just a moment...</title></head><body></body></html>"
PUZZLE = '<html><body><script src="/_sec/cp_challenge/sec-4-4.js"></script></body></html>'
BLOCKS: dict[str, Response] = {
    "header": (403, {"Server": "AkamaiGHost", "Content-Type": "text/html"}, "<h1>No</h1>"),
    "body": (403, {"Content-Type": "text/html"}, DENIED),
    "good status": (200, {"Content-Type": "text/html"}, CHALLENGE),
    "puzzle": (200, {"Content-Type": "text/html"}, PUZZLE),
    "server error": (503, {"Content-Type": "text/html", "Retry-After": "1"}, CHALLENGE),
}


@pytest.mark.parametrize(
    ("block", "path"),
    [
        ("header", INDEX),
        ("server error", "/robots.txt"),
        ("server error", PAGE),
        *((block, path) for block in ("body", "good status") for path in ("/robots.txt", INDEX)),
        ("body", PAGE),
        ("puzzle", PAGE),
    ],
)
@pytest.mark.usefixtures("caught_up")
def test_a_block_page_ends_the_run_and_leaves_no_trace(run: Run, block: str, path: str) -> None:
    known = "SELECT url, status, code, message, http_status, etag, body_hash, fetched_at FROM pages"
    rows, records = set(query(run, known)), run.json_file.read_bytes()
    run.site.requests.clear()
    run.site.responses[path] = BLOCKS[block]
    result = run.crawl(*ENGLISH, "-a", "refresh=true")
    assert result.returncode == 3
    assert run.site.requests.count(path) == 1
    assert run.site.requests[-1] == path
    assert len([line for line in result.stderr.splitlines() if " blocked: " in line]) == 1
    assert "Wait a day, or ask the ministry" in result.stderr
    assert "`mofa-crawler crawl saved_pages --path FOLDER`" in result.stderr
    assert len(run.site.agents) == 1
    assert set(query(run, known)) == rows
    assert run.json_file.read_bytes() == records
    assert query(
        run, "SELECT reason, completed_languages FROM runs ORDER BY rowid DESC LIMIT 1"
    ) == [("blocked", "[]")]


def test_what_is_listed_when_the_block_comes_is_read_later(run: Run) -> None:
    run.site.responses[PAGE] = BLOCKS["body"]
    result = run.crawl(*ENGLISH)
    assert result.returncode == 3
    assert (table(result)["failed"], table(result)["rejected"]) == (0, 0)
    assert query(run, f"SELECT status, code FROM pages WHERE url LIKE '%{PAGE}'") == [
        ("discovered", "")
    ]
    run.site.responses.clear()
    assert run.crawl(*ENGLISH).returncode == 0
    assert query(run, "SELECT count(*) FROM pages WHERE status = 'discovered'") == [(0,)]


def test_one_403_is_a_failure_of_the_page(run: Run) -> None:
    run.site.responses[FIRST] = (403, {})
    result = run.crawl(*JANUARY_2021)
    assert (result.returncode, table(result)["failed"]) == (4, 1)
    assert "unfinished" not in table(result)
    assert run.site.requests.count(FIRST) == 1


def test_a_403_now_and_then_is_no_block(run: Run) -> None:
    run.crawl(*ENGLISH)
    read = [path for path in run.site.requests if path in PAGES]
    assert len(read) >= 3
    run.site.responses |= dict.fromkeys(read[::2], (403, {}))
    result = run.crawl(*ENGLISH, "-a", "refresh=true")
    assert (result.returncode, table(result)["failed"]) == (4, len(read[::2]))


def test_two_403_in_a_row_are_a_block(run: Run) -> None:
    run.site.responses |= dict.fromkeys(PAGES, (403, {}))
    result = run.crawl(*ENGLISH)
    assert (result.returncode, table(result)["failed"]) == (3, 1)
    assert len([path for path in run.site.requests if path in PAGES]) == 2
    assert " blocked: HTTP status 403 " in result.stderr


def test_a_redirect_by_the_edge_is_no_block(run: Run) -> None:
    to = {"Server": "AkamaiGHost", "Location": "https://example.org/"}
    run.site.responses[FIRST] = (301, to)
    result = run.crawl(*JANUARY_2021)
    assert (result.returncode, table(result)["redirected"]) == (0, 1)


def test_show_says_that_it_is_blocked(run: Run) -> None:
    run.site.responses[PAGE] = BLOCKS["body"]
    result = run.command("show", *run.settings(), run.site.address + PAGE)
    assert result.returncode == 4
    assert "not fetched: blocked: HTTP status 403" in result.stderr


# --- the site's pace ----------------------------------------------------------------------------


def delay_of(run: Run, *arguments: str, crawl_delay: str) -> tuple[float, str]:
    """The delay between requests at the end of a crawl, in seconds, and the log."""
    (run.site.folder / "robots.txt").write_text(f"User-agent: *\nCrawl-delay: {crawl_delay}\n")
    result = run.crawl(*ENGLISH, "-L", "INFO", "-s", "AUTOTHROTTLE_DEBUG=true", *arguments)
    assert result.returncode == 0, result.stderr
    last = result.stderr.rpartition("delay:")[2]
    return int(last.partition("ms")[0]) / 1000, result.stderr


def test_the_crawl_delay_of_robots_txt_is_kept(run: Run) -> None:
    delay, log = delay_of(run, crawl_delay="0.3")
    assert delay == 0.3  # AutoThrottle does not undercut it: the server responds at once
    assert log.count("the delay is 0.3 s, by the Crawl-delay of robots.txt") == 1


IDLE = """
from scrapy import signals

class Idle:
    \"\"\"Throws a slot away after every response, as the downloader does after a minute without one.\"\"\"
    @classmethod
    def from_crawler(cls, crawler):
        idle = cls()
        idle.downloader = lambda: crawler.engine.downloader
        crawler.signals.connect(idle.throw_away, signals.response_received)
        return idle

    def throw_away(self):
        for slot in list(self.downloader().slots):
            print("a slot with a delay of", self.downloader().slots.pop(slot).delay)
"""


def test_the_crawl_delay_outlives_a_pause(run: Run) -> None:
    (run.site.folder / "robots.txt").write_text("User-agent: *\nCrawl-delay: 0.3\n")
    (run.folder / "idle.py").write_text(IDLE)
    extensions = {"mofa_crawler.extensions.run_report.RunReport": 500, "idle.Idle": 600}
    result = run.crawl(
        *ENGLISH,
        *("-s", f"EXTENSIONS={json.dumps(extensions)}", "-s", "AUTOTHROTTLE_ENABLED=false"),
        env={"PYTHONPATH": f"{ROOT}:{run.folder}"},
    )
    assert result.returncode == 0, result.stderr
    first, *others = [line for line in result.stdout.splitlines() if line.startswith("a slot")]
    assert first == "a slot with a delay of 0.0"  # of robots.txt itself
    assert set(others) == {"a slot with a delay of 0.3"}


def test_a_crawl_delay_shorter_than_our_own_changes_nothing(run: Run) -> None:
    delay, log = delay_of(run, "-s", "DOWNLOAD_DELAY=0.2", crawl_delay="0.1")
    assert delay == 0.2
    assert "the delay is raised" not in log


def test_a_crawl_delay_longer_than_the_longest_of_auto_throttle_is_kept(run: Run) -> None:
    delay, _ = delay_of(run, "-s", "AUTOTHROTTLE_MAX_DELAY=0.1", crawl_delay="0.2")
    assert delay == 0.2
