"""MOFA_PING_URL: a monitor hears that a run began and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mofa_crawler.store.store import Store
from tests.cli import JANUARY_2021

if TYPE_CHECKING:
    from tests.cli import Run


def monitored(run: Run) -> dict[str, str]:
    """The environment with the site's own server as the monitor, which responds with 200."""
    for event in ("", "/start", "/1", "/2", "/5"):
        run.site.responses[f"/monitor{event}"] = (200, {})
    return {"MOFA_PING_URL": f"{run.site.address}/monitor"}


def test_a_complete_run(run: Run) -> None:
    result = run.crawl(*JANUARY_2021, env=monitored(run))
    assert (result.returncode, result.stderr) == (0, "")
    assert [run.site.requests[0], run.site.requests[-1]] == ["/monitor/start", "/monitor"]
    assert sum(path.startswith("/monitor") for path in run.site.requests) == 2


def test_any_other_end(run: Run) -> None:
    env = monitored(run)
    assert run.crawl("-a", "lang=fr", env=env).returncode == 2
    assert run.crawl("-s", "MOFA_DB=no/mofa.db", env=env).returncode == 1
    assert run.crawl("--report", "no/report.json", env=env).returncode == 1
    assert run.site.requests == ["/monitor/2", "/monitor/1", "/monitor/1"]
    (run.site.folder / "press/release/index.html").write_text(
        "<html><body>Maintenance</body></html>"
    )
    assert run.crawl(*JANUARY_2021, env=env).returncode == 5
    assert run.site.requests[-1] == "/monitor/5"


def test_a_second_run_raises_no_alarm_for_the_first(run: Run) -> None:
    store = Store(run.database)
    store.lock()
    result = run.crawl(*JANUARY_2021, env=monitored(run))
    store.close()
    assert (result.returncode, run.site.requests) == (1, [])


def test_a_query_stays_where_it_is(run: Run) -> None:
    for path in ("/monitor/start?create=1", "/monitor/?create=1"):
        run.site.responses[path] = (200, {})
    url = f"MOFA_PING_URL={run.site.address}/monitor/?create=1"
    result = run.crawl(*JANUARY_2021, "-s", url)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("fault", ["closed", "error", "odd"])
def test_a_monitor_that_is_not_reached_ends_no_run(run: Run, fault: str) -> None:
    url = {
        "closed": "http://127.0.0.1:9/secret",
        "error": f"{run.site.address}/secret",
        "odd": f"http://{'a' * 64}.invalid/secret",  # longer than a part of a name may be
    }[fault]
    result = run.crawl(*JANUARY_2021, "-s", f"MOFA_PING_URL={url}")
    assert result.returncode == 0
    first, second = result.stderr.splitlines()
    assert first.startswith("mofa_crawler: warning: no ping of start to MOFA_PING_URL: ")
    assert second.startswith("mofa_crawler: warning: no ping of 0 to MOFA_PING_URL: ")
    # Whoever knows the address can speak for the crawler.
    assert "secret" not in result.stderr


@pytest.mark.parametrize(
    "url",
    ["ftp://x/y", "hc.example.org/x", "http://", "http://x:99999/", "http://x/ y", "http://x/é"],
)
def test_what_is_no_address_is_wrong_usage(run: Run, url: str) -> None:
    result = run.crawl("-s", f"MOFA_PING_URL={url}")
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line == f"mofa_crawler: error: MOFA_PING_URL: {url!r} is not an http or https address"
    assert run.site.requests == []


def test_the_demo_is_nobodys_run(run: Run) -> None:
    assert run.command("demo", env=monitored(run)).returncode == 0
    assert run.site.requests == []
