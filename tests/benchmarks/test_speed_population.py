"""The registers that whole runs are timed on."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.speed.population import ENCODING, REGISTERS, Population, registers
from linkage.encode import encode
from linkage.normalise import column_names, normalise


@pytest.fixture(scope="module")
def population() -> Population:
    return registers(8_000, 7)


def test_same_seed_same_tables_and_another_seed_others(population: Population) -> None:
    again, other = registers(8_000, 7), registers(8_000, 8)
    for register in REGISTERS:
        pd.testing.assert_frame_equal(population.plain[register], again.plain[register])
        assert not population.plain[register].equals(other.plain[register])
    pd.testing.assert_frame_equal(population.truth, again.truth)


def test_half_of_a_register_is_in_another_and_nobody_twice_in_one(population: Population) -> None:
    truth = population.truth
    assert truth.groupby("source").size().tolist() == [2_000] * 4
    assert not truth.duplicated(["source", "person"]).any()
    shared = truth.groupby("person")["source"].transform("size") > 1
    assert shared.mean() == pytest.approx(0.5, abs=0.03)


def test_columns_are_those_of_normalised_tables_and_hold_canonical_forms(population: Population) -> None:
    """What normalising the tables again gives is what they hold."""
    table = population.plain[REGISTERS[0]]
    expected = [column for name, field in ENCODING.fields.items() for column in column_names(name, field)]
    assert list(table.columns) == expected
    names = table[["given_name", "family_name", "sex", "postcode", "municipality"]].reset_index()
    long = names.melt("native_id", var_name="field", value_name="value").dropna()
    again = normalise(long.assign(row=1, slot=1, prefix=None), ENCODING.fields)
    for column in names.columns[1:]:
        assert again[column].equals(table.loc[again.index, column])


def test_records_of_a_person_differ_as_often_as_promised(population: Population) -> None:
    """Postcodes of two records agree where neither moved; names where neither was miswritten or missing."""
    tables = [population.plain[register].assign(source=register).reset_index() for register in REGISTERS]
    records = pd.concat(tables).merge(population.truth, on=["source", "native_id"])
    pairs = records.merge(records, on="person")
    pairs = pairs[pairs["source_x"] < pairs["source_y"]]

    def agree(field: str) -> float:
        known = pairs[pairs[f"{field}_x"].notna() & pairs[f"{field}_y"].notna()]
        return float((known[f"{field}_x"] == known[f"{field}_y"]).mean())

    assert agree("postcode") == pytest.approx(0.85**2, abs=0.03)
    assert agree("family_name") == pytest.approx(0.97**2, abs=0.03)
    assert agree("birth_date.month") == pytest.approx(0.996, abs=0.005)
    assert records["sex"].isna().mean() == pytest.approx(0.02, abs=0.006)


def test_names_are_many_and_unevenly_held(population: Population) -> None:
    names = pd.concat([population.plain[register]["family_name"] for register in REGISTERS]).value_counts()
    assert len(names) > 2_500
    assert names.iloc[0] > 3 * names.iloc[100]
    assert bool(np.isin(["jansen", "jong"], names.index[:20]).all())


def test_registers_can_be_encoded(population: Population) -> None:
    table = population.plain[REGISTERS[0]].head(50)
    ids = pd.Series([f"{row:03d}" for row in range(50)], index=table.index)
    encoded = encode(table, ENCODING, secret=b"a secret of sixteen bytes", epoch="1", record_ids=ids)
    assert encoded.num_rows == 50


def test_too_few_records_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        registers(39, 1)
