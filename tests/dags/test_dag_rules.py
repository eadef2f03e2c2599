from typing import Any

Facts = dict[str, Any]


def test_calendar_calls_for_the_period_that_ended(facts: Facts) -> None:
    """On the first day of January, April, July and October 2021."""
    assert facts["calendar"]["called"] == {
        "year": ["2020", "2020", "2020", "2020"],
        "half-year": ["2020-H2", "2020-H2", "2021-H1", "2021-H1"],
        "quarter": ["2020-Q4", "2021-Q1", "2021-Q2", "2021-Q3"],
        "month": ["2020-12", "2021-03", "2021-06", "2021-09"],
    }


def test_a_delivery_is_late_after_its_last_day(facts: Facts) -> None:
    """With 21 days: not after 20 or 21, but after 22."""
    assert facts["calendar"]["late"] == [False, False, True]


def test_a_project_that_is_over_starts_no_runs_by_itself(facts: Facts) -> None:
    """The calendar lasts as long as the project's period."""
    assert facts["calendar"]["runs_by_itself"] == [True, False]


def test_refused_data_are_not_tried_again(facts: Facts) -> None:
    """A refusal becomes Airflow's error without retry and keeps exit code and message."""
    assert facts["stages"]["DataRefused"] == ["Refusal", 3, "row 3"]


def test_other_failures_are_tried_again(facts: Facts) -> None:
    """Our own passing failures and Airflow's own signals go through as they are."""
    assert facts["stages"]["KetenzichtError"] == ["KetenzichtError", 1, "disk"]
    assert facts["stages"]["AirflowSkipException"][0] == "AirflowSkipException"


def test_a_library_error_loses_its_message(facts: Facts) -> None:
    """It may quote a value: the log gets class and place."""
    name, _, said = facts["stages"]["ValueError"]
    assert name == "KetenzichtError"
    assert "Jansen" not in said
    assert "ValueError at dag_probe.py" in said


def test_progress_goes_to_the_log_and_is_no_error(facts: Facts) -> None:
    """What a task writes on standard error is an error in Airflow's log; progress must not look like one."""
    [[level, said]] = facts["progress"]
    assert level == "INFO"
    assert said.startswith("compare, 9 pairs in ")


def test_a_missing_delivery_means_what_its_policy_says(facts: Facts) -> None:
    """Wait on; go on with the packages at hand of this source only; or refuse with a cure."""
    done = facts["lateness"]["done"]
    assert done["wait"] == [False, None]
    assert done["continue"] == [True, ["2018", "2019"]]
    assert "police 2020" in done["stop"]
    assert "Cure:" in done["stop"]


def test_a_late_delivery_alerts_once(facts: Facts) -> None:
    """Looking again and again writes one line for each run and policy."""
    assert facts["lateness"]["alerts"] == ["wait", "continue", "stop"]


def test_the_approver_is_a_person_who_did_not_run_it_and_gives_a_reason(facts: Facts) -> None:
    """Airflow's answer is checked again before anything is published."""
    approvals = facts["approvals"]
    assert approvals["officer"] == ["officer", "checked (approved in Airflow at 2021-05-01)"]
    assert "started this run" in approvals["steward"]
    assert "no person answered" in approvals["nobody"]
    assert "no reason" in approvals["no reason"]
