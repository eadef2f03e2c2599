-- grain: one row per cohort and number of years; key: cohort, years
CREATE TABLE repeat_summary AS
WITH horizons AS (
    SELECT unnest(range(1, 6))::INTEGER AS years
),
cohorts AS (
    SELECT 'followed_these_years' AS cohort, years, years AS years_needed FROM horizons
    UNION ALL
    SELECT 'followed_five_years' AS cohort, years, 5 AS years_needed FROM horizons
),
counted AS (
    SELECT
        cohorts.cohort,
        cohorts.years,
        count(cases.person_id) AS n_persons,
        count(*) FILTER (WHERE cases.is_repeat AND cases.years_most <= cohorts.years) AS n_repeat,
        count(*) FILTER (WHERE cases.is_possible_repeat AND cases.possible_years_least <= cohorts.years) AS n_possible
    FROM cohorts
    LEFT JOIN repeat_victimisation AS cases ON cases.followed_years >= cohorts.years_needed
    GROUP BY cohorts.cohort, cohorts.years
)
SELECT
    cohort,
    years,
    n_persons::INTEGER AS n_persons,
    n_repeat::INTEGER AS n_repeat,
    n_possible::INTEGER AS n_possible,
    CASE WHEN n_persons > 0 THEN (n_repeat / n_persons)::DOUBLE END AS share
FROM counted
ORDER BY cohort, years;

COMMENT ON TABLE repeat_summary IS 'Cumulative share with a repeat within one to five years, in cohorts followed long enough.';
COMMENT ON COLUMN repeat_summary.cohort IS
    'followed_these_years: persons followed for the number of years in the row; followed_five_years: one fixed cohort for all rows.';
COMMENT ON COLUMN repeat_summary.years IS 'Years from the index.';
COMMENT ON COLUMN repeat_summary.n_persons IS 'Persons in the cohort.';
COMMENT ON COLUMN repeat_summary.n_repeat IS 'Persons of it with a certain repeat within these years.';
COMMENT ON COLUMN repeat_summary.n_possible IS 'Persons of it with a possible repeat, counting what partial dates allow.';
COMMENT ON COLUMN repeat_summary.share IS 'n_repeat over n_persons; null for an empty cohort. Not corrected for death or departure.';
