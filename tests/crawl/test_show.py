"""`scrapy show`: one page in hand, readably, as JSON, or why there is no record."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli import COMMAND, environment
from tests.factories import EXPECTED, ORIGIN, REJECTED, SITE

if TYPE_CHECKING:
    from tests.cli import Run

SEED = "press/release/press1e_000170"
NESTED = "mofaj/press/release/press4_009171"


def test_a_saved_page_is_shown_with_labels_and_indents(run: Run) -> None:
    result = run.call("show", str(SITE / f"{NESTED}.html"))
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "日・コートジボワール貿易円滑化作業部会（テレビ会議）"
    assert lines[1].startswith("2021-01-29 (from the page) · ja")
    assert "    1 通関手続の電子化" in lines
    assert any(line.startswith("            ア 輸入申告") for line in lines)
    assert not run.database.exists()


def test_as_json_it_is_the_record(run: Run) -> None:
    result = run.call("show", "--json", str(SITE / f"{SEED}.html"))
    golden = json.loads((EXPECTED / f"{SEED}.json").read_text("utf-8"))["record"]
    record = json.loads(result.stdout)
    assert {key: record[key] for key in golden} == golden


@pytest.mark.parametrize("address", [f"{ORIGIN}/{SEED}.html", "the mirror"])
def test_a_page_of_the_site_is_fetched_as_a_crawl_would(run: Run, address: str) -> None:
    address = address.replace("the mirror", f"{run.site.address}/{SEED}.html")
    settings = ["-s", f"MOFA_BASE_URL={run.site.address}", "-s", "DOWNLOAD_DELAY=0"]
    settings += ["-s", "MOFA_CONTACT=desk@example.org", "-s", "MOFA_JSON=x.jsonl"]
    result = run.command("show", *settings, address)
    assert (result.returncode, result.stderr) == (0, "")
    assert "Japan-U.S. Foreign Ministers’ Telephone Talk" in result.stdout
    assert f"\n{ORIGIN}/{SEED}.html\n" in result.stdout
    assert run.site.requests == ["/robots.txt", f"/{SEED}.html"]
    (agent,) = run.site.agents
    assert agent.endswith("(+desk@example.org)")
    assert not run.database.exists()
    run.site.responses["/robots.txt"] = (403, {})
    result = run.command("show", *settings, address)
    assert result.returncode == 4
    assert "not fetched: robots.txt could not be read" in result.stderr


def test_a_refusal_says_what_is_missing(run: Run) -> None:
    path = REJECTED / "unknown_layout" / "class_renamed.html"
    result = run.call("show", str(path))
    assert result.returncode == 5
    assert result.stdout.startswith(
        "rejected: unknown_layout: cms lacks div#maincontents div.main-"
    )


def test_a_page_without_a_date_needs_the_listings(run: Run) -> None:
    path = str(SITE / "press/release/pressite_000001_02088.html")
    assert "rejected: missing_date" in run.call("show", path).stdout
    shown = run.call("show", "--date", "2025-12-12", path).stdout
    assert "2025-12-12 (from the listing)" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name one release or page: an id, an address of the site, or a file"),
        (["."], ".: Is a directory"),
        (["-s", "MOFA_BASE_URL=ftp://x", f"{ORIGIN}/x.html"], "MOFA_BASE_URL: 'ftp://x' is not"),
        (["--date", "2025-13-01", "no.html"], "--date 2025-13-01: write YYYY-MM-DD"),
        (
            ["https://example.org/x.html"],
            "https://example.org/x.html is not an address of the ministry",
        ),
        (
            [str(REJECTED / "empty_page/nothing.html")],
            f"{REJECTED / 'empty_page/nothing.html'} does not name its own address",
        ),
    ],
)
def test_wrong_usage_is_one_line(run: Run, arguments: list[str], message: str) -> None:
    result = run.call("show", *arguments)
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"mofa_crawler: error: {message}")


@pytest.mark.parametrize("name", [SEED, f"{ORIGIN}/{SEED}.html".removeprefix("https://")])
def test_a_stored_release_is_shown_without_the_network(crawled: Run, name: str) -> None:
    before = len(crawled.site.requests)
    result = crawled.call("show", name)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("Japan-U.S. Foreign Ministers’ Telephone Talk\n2021-01-27 ")
    record = json.loads(crawled.call("show", "--json", name).stdout)
    assert record["id"] == SEED
    assert len(crawled.site.requests) == before


def test_what_is_neither_a_file_nor_stored_is_one_line(crawled: Run, run: Run) -> None:
    result = crawled.call("show", "no/such")
    assert result.returncode == 2
    message = "no/such is neither a file nor the id of a stored release"
    assert result.stderr == f"mofa_crawler: error: {message}\n"
    result = run.call("show", "no/such")
    assert result.returncode == 1
    assert "there is no database mofa.db" in result.stderr


def test_warnings_have_codes(run: Run) -> None:
    html = (SITE / f"{SEED}.html").read_text("utf-8")
    html = html.replace("On January 27th", "<odd>On</odd> January 27th", 1)
    (run.folder / "odd.html").write_text(html, "utf-8")
    result = run.call("show", "odd.html")
    assert result.returncode == 0
    assert result.stderr.startswith("mofa_crawler: warning: unknown_element: ")
    assert "\nwarnings: unknown_element\n" in result.stdout


def test_a_page_without_an_address_can_be_given_one(run: Run) -> None:
    path = str(REJECTED / "empty_page/nothing.html")
    result = run.call("show", "--url", f"{ORIGIN}/x.html", path)
    assert result.returncode == 5
    assert result.stdout.startswith("rejected: empty_page")


def test_a_reader_that_has_seen_enough_is_no_error(run: Run) -> None:
    command = [*COMMAND, "show", "--json", str(SITE / f"{SEED}.html")]
    process = subprocess.Popen(
        command, cwd=run.folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait(timeout=60)
