-- grain: one row per category of a characteristic and measure; key: characteristic, category, measure
CREATE TABLE first_help AS
WITH cases AS (
    SELECT
        help.*,
        coalesce(persons.sex, 'unknown') AS sex,
        persons.nationality_group
    FROM marts.first_help AS help
    INNER JOIN marts.persons AS persons USING (person_id)
),
described AS (
    SELECT *, 'total' AS characteristic, 'total' AS category FROM cases
    UNION ALL
    SELECT *, 'sex' AS characteristic, sex AS category FROM cases
    UNION ALL
    SELECT *, 'age_band' AS characteristic, age_band AS category FROM cases
    UNION ALL
    SELECT *, 'nationality_group' AS characteristic, nationality_group AS category FROM cases
    UNION ALL
    SELECT *, 'residence_status' AS characteristic, coalesce(residence_status, 'unknown') AS category FROM cases
    UNION ALL
    SELECT *, 'region' AS characteristic, coalesce(region, 'unknown') AS category FROM cases
),
measured AS (
    SELECT characteristic, category, 'already_in_care' AS measure, count(*) AS n_of,
        count(*) FILTER (WHERE already_in_care) AS n
    FROM described GROUP BY characteristic, category
    UNION ALL
    SELECT characteristic, category, 'help_within_30_days' AS measure, count(*) AS n_of,
        count(*) FILTER (WHERE help_days_most <= 30) AS n
    FROM described WHERE followed_days >= 365 AND NOT already_in_care GROUP BY characteristic, category
    UNION ALL
    SELECT characteristic, category, 'help_within_90_days' AS measure, count(*) AS n_of,
        count(*) FILTER (WHERE help_days_most <= 90) AS n
    FROM described WHERE followed_days >= 365 AND NOT already_in_care GROUP BY characteristic, category
    UNION ALL
    SELECT characteristic, category, 'help_within_365_days' AS measure, count(*) AS n_of,
        count(*) FILTER (WHERE help_days_most <= 365) AS n
    FROM described WHERE followed_days >= 365 AND NOT already_in_care GROUP BY characteristic, category
    UNION ALL
    SELECT characteristic, category, 'specialist_help_within_365_days' AS measure, count(*) AS n_of,
        count(*) FILTER (WHERE specialist_days_most <= 365) AS n
    FROM described WHERE followed_days >= 365 AND NOT already_in_specialist_care GROUP BY characteristic, category
)
SELECT
    characteristic,
    category,
    measure,
    protected(n_of) AS n_persons,
    protected_part(n, n_of) AS n_part,
    (protected_part(n, n_of) / nullif(protected(n_of), 0))::DOUBLE AS share
FROM measured
ORDER BY characteristic, category, measure;

COMMENT ON TABLE first_help IS 'Share of victims with help within a time of the first victim registration; protected.';
COMMENT ON COLUMN first_help.characteristic IS 'total, sex, age_band, nationality_group, residence_status or region.';
COMMENT ON COLUMN first_help.category IS 'Category of it.';
COMMENT ON COLUMN first_help.measure IS
    'already_in_care (of all), help within 30, 90 or 365 days, specialist help within 365 days (of persons followed 365 days and not already in that care).';
COMMENT ON COLUMN first_help.n_persons IS 'Persons the measure is about, rounded; null below the smallest cell shown.';
COMMENT ON COLUMN first_help.n_part IS 'Persons of them for whom it holds, rounded; null where these or the others are below the smallest cell shown.';
COMMENT ON COLUMN first_help.share IS 'n_part over n_persons, from the protected numbers.';
