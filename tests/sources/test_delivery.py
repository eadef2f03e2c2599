"""What holds of a delivery in every format: place, hash, period, and no value in its representation."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import recordlinkage

from ketenzicht import sources
from ketenzicht.errors import ConfigurationError
from ketenzicht.periods import Period
from ketenzicht.settings import SourceSettings

Settings = Callable[..., SourceSettings]
FORM = {"type": "csv", "columns": ["id", "day"]}
DATED = {"period_column": {"column": "day", "date": "YYYY-MM-DD", "missing": ["2019-01-01"]}}


def _delivery(folder: Path, source: SourceSettings, days: list[str]) -> sources.RawDelivery:
    path = folder / "delivery.csv"
    path.write_text("id;day\n" + "".join(f"Kanarie;{day}\n" for day in days))
    return sources.read(source, path, Period.parse("2020"))


def test_a_delivery_knows_its_hash_and_shows_no_value(settings_of: Settings, tmp_path: Path) -> None:
    """The representation of a delivery ends up in tracebacks and logs."""
    delivery = _delivery(tmp_path, settings_of(FORM), ["2020-01-01"])
    assert delivery.sha256 == hashlib.sha256(delivery.path.read_bytes()).hexdigest()
    assert (delivery.source, str(delivery.period)) == ("agency", "2020")
    assert "Kanarie" not in repr(delivery)


def test_rows_outside_the_period_are_those_that_lie_wholly_outside(settings_of: Settings, tmp_path: Path) -> None:
    """Partial dates that may lie inside, undated rows and sentinels are not outside."""
    source = settings_of(FORM, **DATED)
    days = ["2020-01-01", "2020-12-31", "2019-12-31", "2021-01-01", "2020-00-00", "2019-12-00", "x", "", "2019-01-01"]
    delivery = _delivery(tmp_path, source, days)
    assert sources.rows_outside_period(delivery, source).tolist() == [4, 5, 7]
    sources.check_period(delivery, source)


@pytest.mark.parametrize("source_has_period", [True, False])
def test_half_outside_still_passes(settings_of: Settings, tmp_path: Path, source_has_period: bool) -> None:  # noqa: FBT001 - a table of cases
    """Refusal needs more than half; a source without period column is never asked."""
    source = settings_of(FORM, **(DATED if source_has_period else {}))
    delivery = _delivery(tmp_path, source, ["2020-01-01", "2018-01-01"])
    sources.check_period(delivery, source)
    assert len(sources.rows_outside_period(delivery, source)) == int(source_has_period)


def test_a_file_is_sought_in_the_given_folder_or_beside_the_settings(settings_of: Settings) -> None:
    """An absolute path stands for itself."""
    source = settings_of(FORM)
    assert sources.locate(source, None, Path("/config")) == Path("/config/delivery.dat")
    assert sources.locate(source, Path("/given"), Path("/config")) == Path("/given/delivery.dat")
    absolute = settings_of(FORM, file="/elsewhere/x.csv")
    assert sources.locate(absolute, Path("/given"), Path("/config")) == Path("/elsewhere/x.csv")


def test_a_file_inside_an_installed_package_is_found(settings_of: Settings) -> None:
    """The benchmark files that recordlinkage ships, whatever folder is given."""
    source = settings_of(FORM, file="package:recordlinkage/datasets/febrl/dataset4a.csv")
    found = sources.locate(source, Path("/given"), Path("/config"))
    assert found == Path(recordlinkage.__file__).parent / "datasets" / "febrl" / "dataset4a.csv"
    assert found.exists()


@pytest.mark.parametrize(
    ("file", "cure"),
    [
        ("package:no_such_package_anywhere/x.csv", "Cure: install it"),
        ("package:no_such.package/x.csv", "Cure: install it"),
        ("package:recordlinkage", "Cure: write package:MODULE/relative/path"),
        ("package:recordlinkage/../secrets.csv", "Cure: write package:MODULE/relative/path"),
    ],
)
def test_a_place_that_is_in_no_package_is_a_configuration_error(settings_of: Settings, file: str, cure: str) -> None:
    """The message names source, key and cure."""
    with pytest.raises(ConfigurationError, match=cure):
        sources.locate(settings_of(FORM, file=file), None, Path())
