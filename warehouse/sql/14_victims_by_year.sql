-- grain: one row per year, form, sex, age band and nationality group; key: year, form, sex, age_band, nationality_group
-- The form "any" counts each person once a year; the other forms may count a person more than once.
CREATE TABLE victims_by_year AS
WITH registered AS (
    SELECT
        person_id,
        year(registered_earliest)::INTEGER AS year,
        unnest(list_concat(['any'], CASE WHEN len(forms) = 0 THEN ['unknown'] ELSE forms END)) AS form
    FROM registrations
    WHERE is_victim AND registered_earliest IS NOT NULL
),
person_years AS (
    SELECT DISTINCT
        registered.person_id,
        registered.year,
        registered.form,
        bool_or(registered.form NOT IN ('any', 'unknown')) OVER (
            PARTITION BY registered.person_id, registered.year
        ) AS is_form_known
    FROM registered
),
described AS (
    SELECT
        person_years.person_id,
        person_years.year,
        person_years.form,
        coalesce(persons.sex, 'unknown') AS sex,
        CASE
            WHEN persons.birth_year IS NULL THEN 'unknown'
            WHEN person_years.year - persons.birth_year < 18 THEN '<18'
            WHEN person_years.year - persons.birth_year < 23 THEN '18-22'
            ELSE '23+'
        END AS age_band,
        persons.nationality_group
    FROM person_years
    INNER JOIN persons USING (person_id)
    WHERE person_years.form <> 'unknown' OR NOT person_years.is_form_known
)
SELECT year, form, sex, age_band, nationality_group, count(*)::INTEGER AS n_persons
FROM described
GROUP BY year, form, sex, age_band, nationality_group
ORDER BY year, form, sex, age_band, nationality_group;

COMMENT ON TABLE victims_by_year IS 'Persons registered as victim in a year, over all sources; registrations without a year are left out.';
COMMENT ON COLUMN victims_by_year.year IS 'Year of the victim registration.';
COMMENT ON COLUMN victims_by_year.form IS
    'Form of exploitation in that year; any: all persons, once each; unknown: persons without a known form that year.';
COMMENT ON COLUMN victims_by_year.sex IS 'Sex, or unknown.';
COMMENT ON COLUMN victims_by_year.age_band IS 'Age reached in that year: <18, 18-22, 23+ or unknown.';
COMMENT ON COLUMN victims_by_year.nationality_group IS 'dutch, eu, non_eu, stateless or unknown.';
COMMENT ON COLUMN victims_by_year.n_persons IS 'Number of persons.';
