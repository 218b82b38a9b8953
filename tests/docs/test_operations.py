"""docs/operations.md and the files it offers: what they name is there, and what they run would run."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from scrapy.settings import Settings

from mofa_crawler import settings as project_settings
from mofa_crawler import site
from mofa_crawler.crawl.arguments import ArgumentError
from mofa_crawler.crawl.identity import check_contact
from tests.docs.documents import DOCS, check_command, invocations

DOCUMENT = DOCS / "operations.md"
RELEASING = DOCS / "contributing" / "releasing.md"
SYSTEMD = DOCS / "systemd"
CONTAINERFILE = DOCS / "container" / "Containerfile"
WORKFLOW = DOCS / "ci" / "crawl.yml"
UNITS = sorted(path for path in SYSTEMD.iterdir() if path.suffix in {".service", ".timer"})
SETTING = re.compile(r"\bMOFA_[A-Z_]+")


def offered_commands() -> list[tuple[str, str]]:
    found = [
        (path.name, command)
        for path in (WORKFLOW, *UNITS)
        for command in invocations(path.read_text("utf-8"))
    ]
    entry, command = re.findall(
        r"^(?:ENTRYPOINT|CMD) (\[.+\])$", CONTAINERFILE.read_text(), re.MULTILINE
    )
    assert Path(json.loads(entry)[-1]).name == "mofa-crawler"
    return [*found, (CONTAINERFILE.name, shlex.join(json.loads(command)))]


def unit(path: Path) -> ConfigParser:
    parser = ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text("utf-8"))
    return parser


def environment_file() -> dict[str, str]:
    lines = shlex.split((SYSTEMD / "mofa_crawler.env").read_text("utf-8"), comments=True)
    return dict(line.split("=", 1) for line in lines)


@pytest.mark.parametrize(("where", "command"), offered_commands())
def test_every_command_exists(where: str, command: str) -> None:
    del where  # names the test
    check_command(command)


@pytest.mark.parametrize(
    "path",
    [WORKFLOW, CONTAINERFILE, SYSTEMD / "mofa_crawler.env", *UNITS],
    ids=lambda path: path.name,
)
def test_every_setting_is_one(path: Path) -> None:
    names = set(SETTING.findall(path.read_text("utf-8")))
    assert {name for name in names if not hasattr(project_settings, name)} == set()


def test_every_file_is_linked() -> None:
    texts = DOCUMENT.read_text("utf-8") + RELEASING.read_text("utf-8")
    links = re.findall(r"\]\((?:\.\./)?((?:systemd|container|ci)/[^)#:]+)\)", texts)
    offered = {path for name in ("systemd", "container", "ci") for path in (DOCS / name).iterdir()}
    assert {DOCS / name for name in links} == offered


# --- systemd ------------------------------------------------------------------------------------


def test_the_service() -> None:
    service = unit(SYSTEMD / "mofa-crawler.service")
    options = service["Service"]
    assert (SYSTEMD / service["Unit"]["OnFailure"]).is_file()
    # Every exit code but 0 is a failure.
    assert not {"SuccessExitStatus", "RemainAfterExit"} & set(options)
    assert not options["ExecStart"].startswith(("-", "!", "+"))
    assert options["ProtectSystem"] == "strict"
    writable = Path("/var/lib") / options["StateDirectory"]
    assert Path(options["WorkingDirectory"]) == writable
    given = environment_file()
    assert {Path(given[name]).parent for name in ("MOFA_DB", "MOFA_JSON", "MOFA_ARCHIVE")} == {
        writable
    }


def test_a_crawl_rejects_the_contact_that_a_user_must_replace() -> None:
    settings = Settings({"MOFA_CONTACT": environment_file()["MOFA_CONTACT"]})
    with pytest.raises(ArgumentError) as error:
        check_contact(settings, site.ORIGIN)
    assert f": error: {error.value}\n" in DOCUMENT.read_text("utf-8")


def test_the_timer_starts_the_service() -> None:
    timer = unit(SYSTEMD / "mofa-crawler.timer")
    assert "Unit" not in timer["Timer"]  # so it is the service of the same name
    assert timer["Timer"]["Persistent"] == "true"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    program = "/opt/mofa_crawler/bin/mofa-crawler"
    for path in UNITS:
        text = path.read_text("utf-8").replace(program, sys.executable)
        (tmp_path / path.name).write_text(text, "utf-8")
    result = subprocess.run(
        [
            str(shutil.which("systemd-analyze")),
            "verify",
            "--man=no",
            *(str(tmp_path / path.name) for path in UNITS),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    # It also speaks of units of the machine.
    wrong = [line for line in result.stderr.splitlines() if "mofa" in line or str(tmp_path) in line]
    assert wrong == []


# --- container and CI ---------------------------------------------------------------------------


def test_the_image_runs_as_no_root_and_writes_into_the_volume() -> None:
    last = CONTAINERFILE.read_text("utf-8").rpartition("\nFROM ")[2]
    assert re.findall(r"^(?:USER|VOLUME) (.+)$", last, re.MULTILINE) == ["mofa_crawler", "/data"]
    assert set(re.findall(r"MOFA_\w+=(\S+)/", last)) == {"/data"}


def test_the_workflow_needs_a_contact() -> None:
    (placeholder,) = re.findall(r"secrets\.MOFA_CONTACT \|\| '(\w+)'", WORKFLOW.read_text("utf-8"))
    assert placeholder == environment_file()["MOFA_CONTACT"]


def test_the_workflow_keeps_the_database() -> None:
    text = WORKFLOW.read_text("utf-8")
    assert "\t" not in text
    assert all((len(line) - len(line.lstrip())) % 2 == 0 for line in text.splitlines())
    (database,) = re.findall(r"MOFA_DB: (.+)/mofa\.db$", text, re.MULTILINE)
    steps = text.split("\n      - ")[1:]
    uses = {
        step: match[1]
        for step in steps
        if (match := re.search(r"uses: (\S+)@v\d+$", step, re.MULTILINE))
    }
    assert sorted(uses.values()) == [
        "actions/cache/restore",
        "actions/cache/save",
        "actions/checkout",
        "actions/setup-python",
        "actions/upload-artifact",
    ]
    kept = [step for step, name in uses.items() if "cache" in name or "artifact" in name]
    assert {re.search(r"path: (\S+)$", step, re.MULTILINE)[1] for step in kept} == {database}  # type: ignore[index]
    # A cache without a database would let a scheduled run begin with a new one.
    assert text.count(f"if: always() && hashFiles('{database}/mofa.db') != ''") == 2
    assert f"run: test -f {database}/mofa.db ||" in text
    keys = re.findall(r" key: (.+)$", text, re.MULTILINE)
    assert len(keys) == 2
    assert len(set(keys)) == 1
    (prefix,) = re.findall(r"restore-keys: (\S+)$", text, re.MULTILINE)
    assert keys[0].startswith(prefix)
