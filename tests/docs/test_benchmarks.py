"""The site that the benchmarks make and serve, how their figures are judged, and their short form."""

from __future__ import annotations

import gzip
import subprocess
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from benchmarks.figures import FIGURES, Figure
from benchmarks.measurements import MEASUREMENTS
from benchmarks.server import served
from benchmarks.site import Site
from mofa_crawler.parsers.listing import parse_listing
from mofa_crawler.parsers.release import parse_release
from mofa_crawler.store.keys import duplicate_key
from tests.factories import ROOT, page_of

COUNT = 120


def test_the_site_is_read_whole_and_repeats_what_it_says_it_does() -> None:
    site = Site(COUNT)
    files = dict(site.files())
    assert len(site.releases) == COUNT
    assert list(files) == ["/robots.txt", *site.listing_paths(), *(r.path for r in site.releases)]
    records = [parse_release(page_of(files[r.path], r.path)) for r in site.releases]
    assert site.repeated == COUNT - len({duplicate_key(record) for record in records}) == 2
    listed = {
        entry.url: (entry.title, entry.date)
        for path in site.listing_paths()
        for entry in parse_listing(page_of(files[path], path)).entries
    }
    assert listed == {record.url: (record.title, record.date) for record in records}


def test_the_site_is_the_same_whenever_it_is_made() -> None:
    assert dict(Site(20).files()) == dict(Site(20).files())
    assert Site(480).since == "2025-11"


def test_the_server_answers_as_the_edge_does() -> None:
    with served(4) as site:
        with urlopen(site.urls[-1]) as response:
            body, headers = response.read(), response.headers
        assert gzip.decompress(body) == site.site.releases[-1].html()
        assert headers["Content-Type"] == "text/html"
        assert headers["Last-Modified"]
        traffic = site.traffic()
        assert (traffic.requests, traffic.first > 0) == (1, True)
        again = Request(site.urls[-1], headers={"If-None-Match": headers["ETag"]})
        with pytest.raises(HTTPError, match="304") as unchanged:
            urlopen(again)
        unchanged.value.close()
        with pytest.raises(HTTPError, match="404") as absent:
            urlopen(site.address + "/none.html")
        absent.value.close()
        assert site.traffic().requests == 2
    assert site.process.returncode is not None


def test_a_figure_is_far_off_where_it_is_worse_than_half_its_bar() -> None:
    rate, time = Figure("x", "", bar=8, aim=10, is_rate=True), Figure("y", "", bar=1.5, aim=0.5)
    assert [rate.reached(value) for value in (10, 8, 7.9)] == ["aim", "bar", "no"]
    assert [time.reached(value) for value in (0.5, 1.5, 1.6)] == ["aim", "bar", "no"]
    assert [rate.is_far_off(4), rate.is_far_off(3.9)] == [False, True]
    assert [time.is_far_off(3), time.is_far_off(3.1)] == [False, True]


def test_every_figure_is_measured_once() -> None:
    measured = [name for measurement in MEASUREMENTS for name in measurement.names]
    assert sorted(measured) == sorted(figure.name for figure in FIGURES)


@pytest.mark.bench
def test_the_short_form_finds_nothing_far_off() -> None:
    command = [sys.executable, "-m", "benchmarks", "--short"]
    result = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
