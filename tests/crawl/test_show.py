"""`mofa-crawler show`: one page in hand, readably, as JSON, or why there is no record."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from lxml import html
from rich.cells import cell_len

from mofa_crawler.store.store import Store
from tests.cli import COMMAND, environment
from tests.factories import EXPECTED, LATER, ORIGIN, REJECTED, SITE, keep, not_parsed, numbered

if TYPE_CHECKING:
    from tests.cli import Run

SEED = "press/release/press1e_000170"
TRANSLATION = "mofaj/press/release/press4_009165"
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
        ([SEED, "--beside", "--revision", "1"], "--beside: leave out --revision"),
        (
            [f"{ORIGIN}/{SEED}.html", "--beside"],
            "--revision and --beside: name the id of a stored release",
        ),
        ([SEED, "--format", "pdf"], "argument --format: invalid choice: 'pdf' (choose from "),
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
    message = (
        "there is no file no/such, and mofa.db has no release with this id; "
        "`mofa-crawler search` finds stored releases"
    )
    assert result.stderr == f"mofa_crawler: error: {message}\n"
    assert crawled.call("show", "../../etc/no").stderr == result.stderr.replace(
        "no/such", "../../etc/no"
    )
    result = run.call("show", "no/such")
    assert result.returncode == 1
    message = f"there is no database mofa.db in {run.folder}; name it with -s MOFA_DB=FILE"
    assert result.stderr == f"mofa_crawler: error: there is no file no/such, and {message}\n"


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_stored_release_is_shown_in_every_form(crawled: Run, form: str) -> None:
    result = crawled.call("show", SEED, "--format", form)
    (record,) = (record for record in crawled.records() if record["id"] == SEED)
    assert (result.returncode, result.stderr) == (0, "")
    plain = html.fromstring(result.stdout).text_content() if form == "html" else result.stdout
    words = " ".join(plain.replace("\\", "").replace("- ", "").split())
    assert record["title"] in words
    for block in record["body"]:
        assert " ".join(f"{block['label']} {block['text']}".split()) in words


def test_both_languages_are_shown_one_after_the_other(crawled: Run) -> None:
    for name in (SEED, TRANSLATION):
        result = crawled.call("show", name, "--beside")
        assert (result.returncode, result.stderr) == (0, "")
        first, second = (
            result.stdout.index(title)
            for title in ("Japan-U.S. Foreign Ministers’ Telephone Talk\n", "日米外相電話会談\n")
        )
        assert first < second
    printed = crawled.call("show", SEED, "--beside", "--json").stdout
    assert printed.count("\n{\n") == 1  # one object after the other
    alone = next(r for r in crawled.records() if r["lang"] == "en" and not r["translation"])
    result = crawled.call("show", alone["id"], "--beside")
    assert result.stdout.startswith(alone["title"])
    assert result.stderr == "mofa_crawler: note: the other language is not stored, or not linked\n"


@pytest.mark.parametrize(("columns", "is_beside"), [(80, False), (160, True)])
def test_on_a_wide_terminal_they_are_side_by_side(
    crawled: Run, columns: int, is_beside: bool
) -> None:
    text = crawled.call("show", SEED, "--beside", columns=columns).stdout
    lines = text.splitlines()
    assert all(cell_len(line) <= columns for line in lines)
    titles = [line for line in lines if "Telephone Talk" in line]
    assert ("日米外相電話会談" in titles[0]) == is_beside
    assert "日米外相電話会談" in text


@pytest.mark.parametrize(("columns", "widest"), [("50", 50), ("1", 20), ("500", 100), ("", 100)])
def test_in_a_pipe_lines_have_the_width_of_columns(
    crawled: Run, monkeypatch: pytest.MonkeyPatch, columns: str, widest: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = crawled.call("show", SEED).stdout.splitlines()
    filled = [len(line) for line in lines if not re.search("://|·|->", line)]
    assert widest - 15 < max(filled) <= widest


def test_an_earlier_text_is_shown(run: Run) -> None:
    store = Store(run.database)
    keep(store, numbered(1, "First.", title="A title"))
    keep(store, numbered(1, "Second.", title="Another title", fetched_at=LATER))
    store.close()
    name = numbered(1).id
    result = run.call("show", name, "--revision", "1")
    assert result.stdout.startswith("A title\n")
    assert "First." in result.stdout
    assert result.stderr == f"mofa_crawler: note: revision 1 of 2, superseded {LATER}\n"
    printed = json.loads(run.call("show", name, "--revision", "1", "--json").stdout)
    assert (printed["id"], printed["title"], printed["superseded_at"]) == (name, "A title", LATER)
    assert "Second." in run.call("show", name, "--revision", "2", "--format", "markdown").stdout
    result = run.call("show", name, "--revision", "3")
    assert result.returncode == 2
    assert result.stderr == (f"mofa_crawler: error: --revision 3: {name} has the revisions 1, 2\n")


def test_a_gone_release_says_so(run: Run) -> None:
    store = Store(run.database)
    keep(store, numbered(1))
    store.save(not_parsed(numbered(1).url, "gone", fetched_at=LATER))
    store.close()
    assert f"\ngone since {LATER}\n" in run.call("show", numbered(1).id).stdout


def test_warnings_have_codes(run: Run) -> None:
    page = (SITE / f"{SEED}.html").read_text("utf-8")
    page = page.replace("On January 27th", "<odd>On</odd> January 27th", 1)
    (run.folder / "odd.html").write_text(page, "utf-8")
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
