"""A dead-man's switch: reports to a monitor that a run began, and how it ended.

The monitor (healthchecks.io, or any with the same addresses) raises the alarm if no report comes.
No message of ours could do that: a machine that is off sends none.
"""

from __future__ import annotations

from http.client import HTTPException
from threading import Thread
from urllib.parse import urlsplit
from urllib.request import urlopen

_TIMEOUT = 10  # seconds


class PingError(Exception):
    """The monitor was not reached. `str()` is one line without the address, which is a secret."""


def check_ping_url(url: str) -> None:
    """Raise ValueError if `url` is not an http or https address."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        valid = False
    if not valid or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError(f"{url!r} is not an http or https address")


def ping(url: str, event: str) -> None:
    """Report `start` or an exit code to the monitor, as the end of its address.

    Exit code 0 is the bare address. Raises `PingError`.
    """
    parts = urlsplit(url)
    path = parts.path if event == "0" else f"{parts.path.rstrip('/')}/{event}"
    address = parts._replace(path=path).geturl()
    errors: list[Exception] = []
    # `timeout` bounds each read. A monitor that sends a byte at a time must not stop the run.
    thread = Thread(target=_request, args=(address, errors), daemon=True)
    thread.start()
    thread.join(_TIMEOUT)
    if thread.is_alive():
        raise PingError(f"no response within {_TIMEOUT} s")
    if errors:
        raise PingError(f"{type(errors[0]).__name__}: {errors[0]}")


def _request(address: str, errors: list[Exception]) -> None:
    try:
        with urlopen(address, timeout=_TIMEOUT):  # noqa: S310 - `check_ping_url`
            pass
    except (OSError, HTTPException, ValueError) as error:
        errors.append(error)
