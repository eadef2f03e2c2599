"""Every mart of the story against figures worked out by hand."""

from collections.abc import Callable
from typing import Any

Ask = Callable[[str], list[tuple[Any, ...]]]


def test_only_persons_with_a_victim_registration_are_stored(ask: Ask) -> None:
    assert ask("SELECT person_id, is_suspect FROM persons") == [
        ("ann", False), ("bob", False), ("fay", True), ("gus", False),
    ]  # fmt: skip


def test_what_is_not_stored_is_counted_by_source_and_reason(ask: Ask) -> None:
    assert ask("SELECT * FROM not_stored WHERE records > 0") == [
        ("comensha", "no_person_in_crosswalk", 1, 1, 0),
        ("police", "no_victim_registration", 2, 2, 1),
        ("youth_care", "no_victim_registration", 1, 2, 1),
    ]
    assert ask("SELECT count(*) FROM not_stored") == [(8,)]


def test_person_in_three_registers_says_where_they_disagree(ask: Ask) -> None:
    sql = (
        "SELECT sex, sex_agreement, birth_year, birth_year_earliest, birth_year_latest, birth_year_agreement, "
        "nationality_group, nationality_agreement, n_registers, registers, n_registrations, "
        "first_registered_earliest, lowest_link_probability FROM persons WHERE person_id = 'ann'"
    )
    assert ask(sql) == [
        ("V", "agree", 1999, 1998, 1999, "differ", "dutch", "agree", 3, ["comensha", "police", "shelter"], 4,
         "2016-03-10", 0.8),
    ]  # fmt: skip


def test_person_of_unknown_nationality_and_eu_and_other_nationals(ask: Ask) -> None:
    assert ask("SELECT person_id, nationality_group, nationality_agreement FROM persons WHERE person_id <> 'ann'") == [
        ("bob", "unknown", "unknown"), ("fay", "eu", "one_source"), ("gus", "non_eu", "one_source"),
    ]  # fmt: skip


def test_forms_are_one_row_each(ask: Ask) -> None:
    assert ask("SELECT registration_id, form FROM forms WHERE person_id = 'ann'") == [
        ("c1", "criminal"), ("c1", "sexual"), ("p1", "sexual"), ("p2", "labour"),
    ]  # fmt: skip


def test_events_are_in_order_and_keep_open_ends_open(ask: Ask) -> None:
    assert ask(
        "SELECT event_number, activity, start_earliest, start_latest, is_open FROM events WHERE person_id = 'bob'"
    ) == [
        (1, "youth_help", "2016-09-01", "2016-09-01", True),
        (2, "comensha_report", "2017-06-01", "2017-06-30", True),
        (3, "care_coordination_start", "2017-07-10", "2017-07-10", True),
    ]


def test_pathway_is_the_sequence_of_activities(ask: Ask) -> None:
    sql = "SELECT n_events, n_transitions, first_activity, last_activity, activities, variant FROM pathways"
    assert ask(f"{sql} WHERE person_id = 'ann'") == [
        (5, 4, "police_registration", "police_registration",
         ["police_registration", "aangifte", "comensha_report", "shelter_placement", "police_registration"],
         "police_registration > aangifte > comensha_report > shelter_placement > police_registration"),
    ]  # fmt: skip


def test_variant_writes_a_run_of_one_activity_once(ask: Ask) -> None:
    assert ask("SELECT variant FROM pathways WHERE person_id = 'gus'") == [
        ("shelter_placement > comensha_report > shelter_placement",)
    ]


def test_steps_bound_the_days_between_partial_dates(ask: Ask) -> None:
    sql = "SELECT step_number, to_activity, days_least, days_most, is_order_certain FROM pathway_steps"
    assert ask(f"{sql} WHERE person_id = 'bob'") == [
        (1, "comensha_report", 273, 302, True),
        (2, "care_coordination_start", 10, 39, True),
    ]


def test_variants_count_persons(ask: Ask) -> None:
    assert ask("SELECT sum(n_persons), sum(share), count(*) FROM pathway_variants") == [(4.0, 1.0, 4)]


def test_first_help_after_the_index(ask: Ask) -> None:
    sql = (
        "SELECT index_source, index_earliest, already_in_care, help_detail, help_days_least, help_days_most, "
        "specialist_activity, specialist_days_most, age_band, residence_status, region FROM first_help"
    )
    assert ask(f"{sql} WHERE person_id = 'ann'") == [
        ("police", "2016-03-10", False, "COSM", 23, 23, "shelter_placement", 23, "<18", "dutch", "Amsterdam")
    ]


def test_open_help_before_the_index_means_already_in_care(ask: Ask) -> None:
    sql = "SELECT already_in_care, already_in_specialist_care, help_days_least, help_days_most FROM first_help"
    assert ask(f"{sql} WHERE person_id = 'bob'") == [(True, False, 10, 39)]


def test_help_that_ended_before_the_index_is_neither_first_help_nor_present_care(ask: Ask) -> None:
    sql = "SELECT helped_before, already_in_care, help_detail, help_days_most, specialist_activity FROM first_help"
    assert ask(f"{sql} WHERE person_id = 'gus'") == [(True, False, "MO", 151, None)]


def test_person_never_helped_is_followed_to_the_extraction_date(ask: Ask) -> None:
    sql = "SELECT help_activity, help_days_least, help_days_most, specialist_days_least, followed_days FROM first_help"
    assert ask(f"{sql} WHERE person_id = 'fay'") == [(None, None, None, None, 441)]


def test_register_overlap_of_a_pair(ask: Ask) -> None:
    """Police holds ann and fay, CoMensha ann, bob and gus: Chapman (2+1)(3+1)/(1+1) - 1 = 5."""
    sql = "SELECT n_a, n_b, n_both, coverage, jaccard, chapman FROM register_overlap"
    where = "WHERE basis = 'any_role' AND register_a = 'police' AND register_b = 'comensha'"
    assert ask(f"{sql} {where}") == [(2, 3, 1, 0.5, 0.25, 5.0)]


def test_register_overlap_in_victim_roles_leaves_client_registers_out(ask: Ask) -> None:
    assert ask("SELECT DISTINCT register_a FROM register_overlap WHERE basis = 'victim_role' ORDER BY ALL") == [
        ("comensha",), ("police",), ("shelter",),
    ]  # fmt: skip


def test_repeat_is_a_new_incident_after_the_washout(ask: Ask) -> None:
    """Ann: incident of 2018-04-20, 771 days after the index of 2016-03-10."""
    sql = (
        "SELECT is_repeat, n_signals, next_source, next_earliest, years_most, observed_years FROM repeat_victimisation"
    )
    assert ask(f"{sql} WHERE person_id = 'ann'") == [(True, 1, "police", "2018-04-20", 2.1109, 2.1109)]


def test_washout_holds_to_its_last_day_and_not_longer(ask: Ask) -> None:
    """Fay's second incident is 30 days after the index, Gus's second report 31 days."""
    sql = "SELECT person_id, is_repeat, years_most FROM repeat_victimisation"
    assert ask(f"{sql} WHERE person_id IN ('fay', 'gus')") == [
        ("fay", False, None), ("gus", True, 0.0849),
    ]  # fmt: skip


def test_a_step_in_care_is_no_repeat(ask: Ask) -> None:
    """Gus's shelter registration of June 2019 is one of a victim, and tells of a placement."""
    assert ask("SELECT n_signals FROM repeat_victimisation WHERE person_id = 'gus'") == [(1,)]


def test_who_is_not_a_victim_again_is_censored_at_the_extraction_date(ask: Ask) -> None:
    sql = "SELECT is_repeat, is_possible_repeat, followed_years, observed_years FROM repeat_victimisation"
    assert ask(f"{sql} WHERE person_id = 'fay'") == [(False, False, 1.2074, 1.2074)]


def test_repeat_summary_counts_only_persons_followed_long_enough(ask: Ask) -> None:
    """Followed: ann 5.06 years, bob 3.75, gus 2.24, fay 1.21. Repeats: ann after 2.11 years, gus after 0.08."""
    sql = "SELECT years, n_persons, n_repeat, share FROM repeat_summary WHERE cohort ="
    assert ask(f"{sql} 'followed_these_years'") == [
        (1, 4, 1, 0.25), (2, 3, 1, 1 / 3), (3, 2, 1, 0.5), (4, 1, 1, 1.0), (5, 1, 1, 1.0),
    ]  # fmt: skip
    assert ask(f"{sql} 'followed_five_years'") == [
        (1, 1, 0, 0.0), (2, 1, 0, 0.0), (3, 1, 1, 1.0), (4, 1, 1, 1.0), (5, 1, 1, 1.0),
    ]  # fmt: skip


def test_victims_by_year_counts_a_person_once_a_year_and_once_a_form(ask: Ask) -> None:
    assert ask("SELECT year, form, age_band, n_persons FROM victims_by_year WHERE year IN (2016, 2017, 2018)") == [
        (2016, "any", "<18", 1), (2016, "criminal", "<18", 1), (2016, "sexual", "<18", 1), (2017, "any", "<18", 1),
        (2017, "unknown", "<18", 1), (2018, "any", "18-22", 1), (2018, "labour", "18-22", 1),
    ]  # fmt: skip
