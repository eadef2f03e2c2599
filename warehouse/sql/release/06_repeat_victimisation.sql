-- grain: one row per cohort and number of years; key: cohort, years
CREATE TABLE repeat_victimisation AS
SELECT
    cohort,
    years,
    protected(n_persons) AS n_persons,
    protected_part(n_repeat, n_persons) AS n_repeat,
    (protected_part(n_repeat, n_persons) / nullif(protected(n_persons), 0))::DOUBLE AS share
FROM marts.repeat_summary
ORDER BY cohort, years;

COMMENT ON TABLE repeat_victimisation IS 'Cumulative share of victims with a new sign of victimisation within one to five years; protected.';
COMMENT ON COLUMN repeat_victimisation.cohort IS
    'followed_these_years: persons followed for the number of years in the row; followed_five_years: one fixed cohort for all rows.';
COMMENT ON COLUMN repeat_victimisation.years IS 'Years from the first victim registration.';
COMMENT ON COLUMN repeat_victimisation.n_persons IS 'Persons in the cohort, rounded; null below the smallest cell shown.';
COMMENT ON COLUMN repeat_victimisation.n_repeat IS 'Persons of it with a repeat, rounded; null where these or the others are below the smallest cell shown.';
COMMENT ON COLUMN repeat_victimisation.share IS 'n_repeat over n_persons, from the protected numbers.';
