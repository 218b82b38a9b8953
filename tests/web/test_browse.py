"""`mofa-crawler browse`: what it starts with, what it serves, and how it ends."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

import pytest

from mofa_crawler.store.store import Store
from mofa_crawler.web.routes import ROUTES, reply_to
from tests.cli import COMMAND, environment
from tests.factories import keep, numbered, query
from tests.web.pages import get

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli import Run

OWN_TABLES = {"drafts", "listed", "observations", "pages", "runs", "search", "texts"}


def test_it_serves_until_ctrl_c_and_ends_quietly(crawled: Run) -> None:
    browse = subprocess.Popen(
        [*COMMAND, "browse", "--port", "0"],
        cwd=crawled.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert browse.stdout
        line = browse.stdout.readline()
        found = re.fullmatch(r"mofa\.db is at (http://127\.0\.0\.1:\d+/) until Ctrl-C\n", line)
        assert found, line
        with urllib.request.urlopen(found[1], timeout=20) as response:
            assert b"Newest releases" in response.read()
        browse.send_signal(signal.SIGINT)
        assert browse.wait(timeout=20) == 0
        assert browse.stdout.read() == ""
    finally:
        browse.kill()
        browse.communicate()


@pytest.mark.parametrize("state", ["running", "idle"])
def test_pages_show_what_a_run_has_just_committed(tmp_path: Path, state: str) -> None:
    path = tmp_path / "mofa.db"
    store = Store(path)
    keep(store, numbered(1))
    if state == "idle":
        store.close()
    (before,) = get(path, "/")
    store = Store(path)
    keep(store, numbered(2, "Another."))
    (after,) = get(path, "/")
    store.close()
    assert ("press1e_000001" in before.text, "press1e_000002" in before.text) == (True, False)
    assert "press1e_000002" in after.text


def test_browsing_leaves_the_database_as_it_is(crawled: Run) -> None:
    before = crawled.database.read_bytes()
    get(crawled.database, "/", "/search?q=minister", "/mofa/releases", "/mofa/pages")
    assert crawled.database.read_bytes() == before


def test_a_database_in_a_folder_without_write_permission_can_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "a folder, 100% ours?"
    folder.mkdir()
    store = Store(folder / "mofa #1.db")
    keep(store, numbered(1))
    store.close()
    folder.chmod(0o555)
    try:
        (home,) = get(folder / "mofa #1.db", "/")
    finally:
        folder.chmod(0o755)
    assert "press1e_000001" in home.text


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.unlink(missing_ok=True), "there is no database"),
        (lambda path: path.write_bytes(b""), "is not a database of mofa_crawler"),
        (lambda path: path.write_bytes(b"no database" * 1000), "is not a database of mofa_crawler"),
        (lambda path: query(path, "CREATE TABLE t (x)"), "is a database of another program"),
        (lambda path: of_version(path, 0), "is not a database of mofa_crawler"),
        (lambda path: of_version(path, 99), "was written by a newer mofa_crawler"),
    ],
)
def test_a_database_that_cannot_be_read_starts_nothing(run: Run, make: object, says: str) -> None:
    make(run.database)  # type: ignore[operator]
    ended = run.call("browse", "--port", "0")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert says in ended.stderr
    assert ended.stderr.count("\n") == 1


def of_version(path: Path, version: int) -> None:
    Store(path).close()
    query(path, f"PRAGMA user_version = {version}")


def test_a_port_in_use_is_named(crawled: Run) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = crawled.call("browse", "--port", str(port))
    assert ended.returncode == 1
    assert ended.stderr == (
        f"mofa_crawler: error: cannot use port {port}: Address already in use; choose another "
        "with --port, or --port 0\n"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--port", "65536"], "the last port is 65535"),
        (["--port", "http"], "http is not a number"),
        (["mofa.db"], "browse has no argument mofa.db"),
    ],
)
def test_wrong_usage(crawled: Run, arguments: list[str], says: str) -> None:
    ended = crawled.call("browse", *arguments)
    assert (ended.returncode, says in ended.stderr) == (2, True), ended.stderr


def test_without_datasette_it_says_how_to_install_it(
    crawled: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "mofa_crawler.web.server", raising=False)
    monkeypatch.setitem(sys.modules, "datasette.app", None)
    ended = crawled.call("browse")
    assert ended.returncode == 1
    assert "pip install 'mofa-crawler[web]'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_tables_of_the_dataset_are_shown_and_those_of_the_crawler_are_not(
    crawled: Run,
) -> None:
    (tables,) = get(crawled.database, "/mofa.json")
    hidden = {table["name"] for table in tables.json()["tables"] if table["hidden"]}
    shown = {table["name"] for table in tables.json()["tables"]} - hidden
    assert shown == {"blocks", "links", "releases", "revisions"}
    assert hidden >= OWN_TABLES


def test_only_sql_allows_sql(crawled: Run) -> None:
    path = "/mofa?sql=select+42" if _is_old() else "/mofa/-/query?sql=select+42"
    (without,) = get(crawled.database, path)
    (allowed,) = get(crawled.database, path, allow_sql=True)
    assert without.status_code == 403
    assert "42</td>" in allowed.text.replace("\n", "").replace(" ", "")


def _is_old() -> bool:
    from datasette import __version__

    return str(__version__).startswith("0.")


def test_datasettes_own_pages_load_nothing_from_elsewhere(crawled: Run) -> None:
    for page in get(crawled.database, "/mofa", "/mofa/releases", "/mofa/nothing"):
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "http" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"


def test_wrong_addresses_print_no_traceback(
    crawled: Run, capfd: pytest.CaptureFixture[str]
) -> None:
    for page in get(crawled.database, "/nothing", "/mofa/nothing", "/mofa/releases?_sort=x"):
        assert page.status_code in {400, 404, 500}
        assert '<p id="message">' in page.text
    assert "Traceback" not in "".join(capfd.readouterr())


def test_a_query_that_takes_too_long_is_given_up(
    crawled: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mofa_crawler.queries.read_only._STEPS", 1)
    (route,) = [route for route in ROUTES if route.pattern == "/search$"]
    reply = reply_to(crawled.database, route, {}, "q=minister", seconds=0)
    assert reply.status == 503
    assert "took longer than 0 seconds" in reply.names["message"]


def test_datasette_with_another_database_stays_as_it_is(tmp_path: Path) -> None:
    query(tmp_path / "other.db", "CREATE TABLE t (x)")
    home, search = get(tmp_path / "other.db", "/", "/search")
    assert "other" in home.text
    assert "Newest releases" not in home.text
    assert "content-security-policy" not in home.headers
    assert search.status_code == 404
