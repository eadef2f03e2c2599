"""Validation of deliveries, rule by rule."""

import gc
import logging
import weakref
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import validation
from validation import suites
from validation.errors import RunError, SuiteError
from validation.outcome import Outcome

YEAR = (date(2019, 1, 1), date(2019, 12, 31))
Deliver = Callable[..., pd.DataFrame]
Find = Callable[[str], Path]
Codes = dict[str, list[str]]


def check(source: str, frame: pd.DataFrame, suite_file: Find, codes: Codes) -> Outcome:
    return validation.run(suites.read(suite_file(source)), frame, source=source, codes=codes, period=YEAR)


def rules(outcome: Outcome) -> set[tuple[int, str]]:
    return {
        (int(row), str(rule)) for row, rule in zip(outcome.quarantine["row"], outcome.quarantine["rule"], strict=True)
    }


@pytest.mark.parametrize("source", ["police", "comensha", "shelter", "youth_care"])
def test_good_rows_pass(source: str, delivery: Deliver, suite_file: Find, codes: Codes) -> None:
    """Partial dates, sentinels, diacritics, other scripts and empty optional cells are no errors."""
    outcome = check(source, delivery(source), suite_file, codes)
    assert outcome.quarantine.empty, outcome.quarantine["rule"].tolist()
    assert outcome.passed.tolist() == [2, 3, 4]
    assert all(count.passed for count in outcome.expectations)


BROKEN: dict[str, list[tuple[str, str | None, str]]] = {
    "police": [
        ("persoon_id", None, "person_id_filled"),
        ("rol", "DADER", "role_known"),
        ("uitbuitingsvorm", "S,Q", "form_known"),
        ("achternaam", "Jans3n", "family_name_is_a_name"),
        ("voornamen", "Zo\u00c3\u00ab", "given_names_not_garbled"),
        ("geboortedatum", "31-02-1999", "birth_date_is_a_date"),
        ("geboortedatum", "01-01-1899", "birth_date_plausible"),
        ("geboortedatum", "01-07-2019", "born_before_incident"),
        ("registratie_datum", "00-07-2019", "registration_date_is_a_date"),
        ("registratie_datum", "29-06-2019", "incident_before_registration"),
        ("bsn", "999900007", "bsn_eleven_test"),
        ("bsn", "99990000", "bsn_eleven_test"),
        ("v_nummer", "123456789", "v_number_ten_digits"),
        ("v_nummer", "1234567890\n", "v_number_ten_digits"),
        ("postcode", "0123AB", "postcode_six_positions"),
        ("postcode", "1234SS", "postcode_six_positions"),
    ],
    "comensha": [
        ("melder", "Iemand", "reporter_known"),
        ("vorm_uitbuiting", "bedelarij;gokken", "form_known"),
        ("melddatum", None, "report_date_filled"),
    ],
    "shelter": [
        ("soort", "verblijf", "kind_known"),
        ("einddatum", "2019-07-02", "start_before_end"),
    ],
    "youth_care": [
        ("woonplaats", "0123SA", "residence_postcode_or_municipality"),
        ("hulpvorm", "01", "form_fits_kind"),
        ("gi_ontvangen", "20190702", "received_a_day_after_handing_over"),
        ("gi_ontvangen", "20190630", "received_a_day_after_handing_over"),
        ("geslacht", "X", "sex_known"),
    ],
}


@pytest.mark.parametrize("source", sorted(BROKEN))
def test_a_broken_row_is_quarantined_under_its_rule(
    source: str, delivery: Deliver, suite_file: Find, codes: Codes
) -> None:
    """Each broken row is held back under that rule only, with column and cure; the good rows around them pass."""
    cases = dict(enumerate(BROKEN[source], start=3))
    last = max(cases) + 1
    changes = {(row, column): value for row, (column, value, _) in cases.items()}
    outcome = check(source, delivery(source, rows=last - 1, changes=changes), suite_file, codes)
    assert rules(outcome) == {(row, rule) for row, (_, _, rule) in cases.items()}
    assert outcome.passed.tolist() == [2, last]
    for line in outcome.quarantine.to_dict("records"):
        assert cases[line["row"]][0] in line["column"].split(", ")
        assert line["cure"].endswith(".")
    failed = Counter(rule for _, _, rule in BROKEN[source])
    assert {count.rule: count.failed for count in outcome.expectations if not count.passed} == failed


def test_all_rows_of_a_duplicated_key_are_quarantined(delivery: Deliver, suite_file: Find, codes: Codes) -> None:
    """Which of them holds cannot be decided, so none goes on."""
    frame = delivery("police", rows=4, changes={(5, "incidentnummer"): "10000001"})
    assert rules(check("police", frame, suite_file, codes)) == {(2, "row_key_unique"), (5, "row_key_unique")}


def test_a_key_with_empty_parts_can_be_duplicated_too(delivery: Deliver, suite_file: Find, codes: Codes) -> None:
    """Youth-care rows without residence are told apart by the rest of the key."""
    changes: dict[tuple[int, str], str | None] = {(row, "woonplaats"): None for row in (2, 3, 4)}
    frame = delivery("youth_care", changes=changes | {(3, "aanbieder_kvk"): "10000001"})
    assert rules(check("youth_care", frame, suite_file, codes)) == {(2, "row_key_unique"), (3, "row_key_unique")}


def test_a_row_that_breaks_two_rules_is_listed_twice_and_counted_once(
    delivery: Deliver, suite_file: Find, codes: Codes
) -> None:
    """The steward sees everything that is wrong with a row at once, in the order of the suite."""
    frame = delivery("police", changes={(4, "bsn"): "1", (4, "rol"): "DADER", (2, "geslacht"): "?"})
    outcome = check("police", frame, suite_file, codes)
    assert outcome.quarantine[["row", "rule"]].to_numpy().tolist() == [
        [2, "sex_known"],
        [4, "role_known"],
        [4, "bsn_eleven_test"],
    ]
    assert (outcome.rows_in, outcome.rows_quarantined, outcome.passed.tolist()) == (3, 2, [3])


def test_a_warning_counts_and_holds_nothing_back(delivery: Deliver, suite_file: Find, codes: Codes) -> None:
    """An address that should have been withheld is reported; the row goes on (the column is never read)."""
    outcome = check("shelter", delivery("shelter", changes={(2, "adres"): "Straat"}), suite_file, codes)
    assert outcome.quarantine.empty
    assert [(c.rule, c.failed, c.passed) for c in outcome.expectations if c.failed] == [("address_withheld", 1, False)]


def test_an_empty_delivery_is_refused_by_its_rule(delivery: Deliver, suite_file: Find, codes: Codes) -> None:
    """No rows is a finding of its own, not a division by zero."""
    outcome = check("police", delivery("police").iloc[:0], suite_file, codes)
    assert [count.rule for count in outcome.refusals] == ["delivery_has_rows"]
    assert (outcome.rows_in, outcome.share_quarantined) == (0, 0.0)


def test_rows_outside_the_period_are_quarantined(delivery: Deliver, suite_file: Find, codes: Codes) -> None:
    """What the caller knows to lie outside counts as a rule like any other."""
    outcome = validation.run(
        suites.read(suite_file("police")),
        delivery("police"),
        source="police",
        codes=codes,
        period=YEAR,
        outside_period=pd.Index([4], name="row"),
    )
    assert rules(outcome) == {(4, "inside_delivery_period")}
    assert (outcome.expectations[-1].evaluated, outcome.expectations[-1].failed) == (3, 1)


def test_the_minimal_suite_keeps_the_keys(codes: Codes) -> None:
    """Sources without a suite: native id and row key filled, row key unique, no other rule."""
    rows = {"id": ["a", None, "c", "c"], "line": ["1", "2", "3", "3"]}
    frame = pd.DataFrame(rows, index=pd.Index([2, 3, 4, 5], name="row"), dtype="object")
    outcome = validation.run(suites.minimal(["id"], ["id", "line"]), frame, source="any", codes=codes, period=YEAR)
    assert rules(outcome) == {(3, "id_filled"), (4, "row_key_unique"), (5, "row_key_unique")}
    single = validation.run(suites.minimal(["id"], ["line"]), frame, source="any", codes=codes, period=YEAR)
    assert rules(single) == {(3, "id_filled"), (4, "row_key_unique"), (5, "row_key_unique")}


def test_the_suite_is_held_against_columns_and_code_lists(delivery: Deliver, suite_file: Find, codes: Codes) -> None:
    """A suite that asks for what is not there names the key and the cure."""
    with pytest.raises(SuiteError, match=r"police\.json: key expectations\.\d+\.kwargs: .* no column 'bsn'"):
        check("police", delivery("police").drop(columns="bsn"), suite_file, codes)
    del codes["sex"]
    with pytest.raises(SuiteError, match=r"code list 'sex' is not there\. Cure: add it to codes\.toml"):
        check("police", delivery("police"), suite_file, dict(codes))


def test_row_numbers_are_unique(delivery: Deliver, suite_file: Find, codes: Codes) -> None:
    """Two rows of one number could not be told apart in the quarantine file."""
    frame = pd.concat([delivery("police"), delivery("police")])
    with pytest.raises(RunError, match=r"police: row numbers are not unique\. Cure:"):
        check("police", frame, suite_file, codes)


def test_nothing_keeps_or_tells_a_value(
    delivery: Deliver,
    suite_file: Find,
    codes: Codes,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Neither the outcome nor log, output or an error of the library holds a cell of the delivery."""
    canary = "Kanariewits7"
    frame = delivery("police", changes={(2, "achternaam"): canary, (3, "geboortedatum"): canary, (3, "bsn"): canary})
    with caplog.at_level(logging.DEBUG):
        outcome = check("police", frame, suite_file, codes)
        frame["rol"] = [[canary], [canary], [canary]]
        with pytest.raises(RunError) as caught:
            check("police", frame, suite_file, codes)
    told = [str(caught.value), caplog.text, *capfd.readouterr(), repr(outcome), str(outcome.summary())]
    assert canary not in "".join([*told, outcome.quarantine.to_csv()])
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


class Text(str):
    """A text that can be watched."""

    __slots__ = ("__weakref__",)


def test_the_delivery_is_let_go(delivery: Deliver, suite_file: Find, codes: Codes) -> None:
    """No global of the library keeps the rows in memory after the run."""
    cell = Text("Jansen")
    frame = delivery("police", changes={(2, "achternaam"): cell})
    watched = weakref.ref(cell)
    outcome = check("police", frame, suite_file, codes)
    del frame, cell
    gc.collect()
    assert watched() is None
    assert outcome.rows_in == 3
