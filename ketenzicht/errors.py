"""Every error a user can meet, one class per exit code.

A message names file, row, column, rule and cure. It never holds a value from a delivery: messages travel to logs,
terminals and Airflow's database.
"""

from typing import ClassVar


class KetenzichtError(Exception):
    """A run failed for a reason that is not the user's (exit code 1)."""

    exit_code: ClassVar[int] = 1


class ConfigurationError(KetenzichtError):
    """Wrong use, or a bad or missing setting (exit code 2)."""

    exit_code = 2


class DataRefused(KetenzichtError):
    """A delivery, package or run was refused because of its data (exit code 3)."""

    exit_code = 3


class GateClosed(KetenzichtError):
    """A privacy or release gate stayed shut (exit code 4)."""

    exit_code = 4
