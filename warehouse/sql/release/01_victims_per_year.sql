-- grain: one row per year and category of a characteristic; key: year, characteristic, category
-- Every combination of the years and categories that occur has a row, so that a zero looks like any small cell.
CREATE TABLE victims_per_year AS
WITH counted AS (
    SELECT year, 'total' AS characteristic, 'total' AS category, sum(n_persons) AS n
    FROM marts.victims_by_year WHERE form = 'any' GROUP BY year
    UNION ALL
    SELECT year, 'form' AS characteristic, form AS category, sum(n_persons) AS n
    FROM marts.victims_by_year WHERE form <> 'any' GROUP BY year, form
    UNION ALL
    SELECT year, 'sex' AS characteristic, sex AS category, sum(n_persons) AS n
    FROM marts.victims_by_year WHERE form = 'any' GROUP BY year, sex
    UNION ALL
    SELECT year, 'age_band' AS characteristic, age_band AS category, sum(n_persons) AS n
    FROM marts.victims_by_year WHERE form = 'any' GROUP BY year, age_band
    UNION ALL
    SELECT year, 'nationality_group' AS characteristic, nationality_group AS category, sum(n_persons) AS n
    FROM marts.victims_by_year WHERE form = 'any' GROUP BY year, nationality_group
),
grid AS (
    SELECT years.year, categories.characteristic, categories.category
    FROM (SELECT DISTINCT year FROM counted) AS years
    CROSS JOIN (SELECT DISTINCT characteristic, category FROM counted) AS categories
)
SELECT
    grid.year,
    grid.characteristic,
    grid.category,
    protected(coalesce(counted.n, 0)) AS n_persons
FROM grid
LEFT JOIN counted USING (year, characteristic, category)
ORDER BY grid.year, grid.characteristic, grid.category;

COMMENT ON TABLE victims_per_year IS 'Persons registered as victim per year, in total and by one characteristic; protected.';
COMMENT ON COLUMN victims_per_year.year IS 'Year of the victim registration.';
COMMENT ON COLUMN victims_per_year.characteristic IS 'total, form, sex, age_band or nationality_group.';
COMMENT ON COLUMN victims_per_year.category IS 'Category of it. A person may count in several forms.';
COMMENT ON COLUMN victims_per_year.n_persons IS 'Persons, rounded; null below the smallest cell shown, zero included.';
