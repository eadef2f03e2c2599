"""Delivery calendars: when a source's delivery is expected, for which period, and until when a run waits."""

from datetime import date, datetime, timedelta
from typing import Final

from airflow.sdk import CronTriggerTimetable

from ketenzicht.periods import Period
from ketenzicht.settings import DeliverySettings

#: Days after the period that waiting ends when the policy is to wait: never, for all practical purposes.
PATIENCE: Final = timedelta(days=3650)

#: Calendars run in Dutch wall-clock time, as delivery dates do.
TIMEZONE: Final = "Europe/Amsterdam"

_CRON: Final = {
    "year": "0 6 1 1 *",
    "half-year": "0 6 1 1,7 *",
    "quarter": "0 6 1 1,4,7,10 *",
    "month": "0 6 1 * *",
    "once": None,
}


def timetable(delivery: DeliverySettings, period: Period, today: date) -> CronTriggerTimetable | None:
    """When runs start to wait: at 06:00 on the first day after each delivery period.

    None for a source that delivers once, and for a project whose period is over: such runs start by hand.
    """
    cron = _CRON[delivery.every]
    over = today > period.last + timedelta(days=1)
    return None if cron is None or over else CronTriggerTimetable(cron, timezone=TIMEZONE)


def period_before(delivery: DeliverySettings, day: date) -> str:
    """The last period that ended before ``day``, as text (``2020-Q3``).

    Raises ``ValueError`` for a source that delivers once: such a delivery has no calendar.
    """
    match delivery.every:
        case "year":
            return f"{day.year - 1}"
        case "half-year":
            return f"{day.year}-H1" if day.month > 6 else f"{day.year - 1}-H2"  # noqa: PLR2004 - June
        case "quarter":
            quarter = (day.month - 1) // 3
            return f"{day.year}-Q{quarter}" if quarter else f"{day.year - 1}-Q4"
        case "month":
            return f"{day.year}-{day.month - 1:02d}" if day.month > 1 else f"{day.year - 1}-12"
        case _:
            raise ValueError("a source that delivers once has no calendar")


def is_late(delivery: DeliverySettings, waiting_since: datetime, now: datetime) -> bool:
    """Whether a run that started to wait at ``waiting_since`` is past the days the source has."""
    return now > waiting_since + timedelta(days=delivery.due_within_days)
