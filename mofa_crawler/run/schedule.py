"""When pages are fetched again: the whole policy in one place. Queries take it as a parameter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How long, and how often, pages are fetched again.

    The ministry corrects its pages in the first days after publication, and rarely later. A page is
    due again when `share` of its age has passed since the last fetch, but not before `least` has
    passed. Releases are rechecked until they are `recheck_for` old. Rejected and failed pages that
    have left the listings are retried for `retry_rejected_for` and `retry_failed_for`. A run
    rechecks or retries at most `most` pages of each of these three kinds.

    The newest `months` month pages are fetched again, the newest `newest_months` more often.
    """

    recheck_for: timedelta = timedelta(days=14)
    retry_rejected_for: timedelta = timedelta(days=14)
    retry_failed_for: timedelta = timedelta(days=30)
    least: timedelta = timedelta(hours=6)
    share: float = 0.25
    most: int = 50
    newest_months: int = 2
    months: int = 12

    def is_month_page_due(
        self, place: int, *, checked: datetime | None, caught_up: datetime | None, now: datetime
    ) -> bool:
        """Whether a catch-up fetches a month page again. The newest month page has place 0.

        The ministry adds entries later: to the newest two months often, to others of the last year
        at times. The newest two are due a day after their last fetch or the last catch-up,
        whichever was first: the last fetch may be that of a backfill. `caught_up` is when the last
        catch-up began; None: there was none. A page that could not be read (`checked` is None) is
        due.
        """
        if checked is None:
            return True
        if place >= self.months:
            return False
        if place >= self.newest_months:
            return not timedelta() <= now - checked < timedelta(days=30)
        last = min(checked, caught_up) if caught_up else None
        return last is None or not timedelta() <= now - last < timedelta(days=1)

    def is_due(self, *, since: datetime, checked: datetime, now: datetime) -> bool:
        """Whether a page is due that was last fetched at `checked`. Its age counts from `since`.

        If `checked` is in the future, a clock ran ahead: the page is due.
        """
        return checked > now or now >= self.due_at(since=since, checked=checked)

    def due_at(self, *, since: datetime, checked: datetime) -> datetime:
        """When a page is due that was last fetched at `checked`. Its age counts from `since`."""
        # At this time, the pause since `checked` is `share` of the age.
        grown = since + (checked - since) / (1 - self.share)
        return max(checked + self.least, grown)
