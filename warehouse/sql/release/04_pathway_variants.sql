-- grain: one row per shown variant, and one for the others; key: variant
CREATE TABLE pathway_variants AS
WITH grouped AS (
    SELECT
        CASE WHEN protected(n_persons) IS NULL THEN '(other variants)' ELSE variant END AS variant,
        sum(n_persons) AS n
    FROM marts.pathway_variants
    GROUP BY ALL
)
SELECT variant, protected(n) AS n_persons
FROM grouped
ORDER BY variant = '(other variants)', n_persons DESC NULLS LAST, variant;

COMMENT ON TABLE pathway_variants IS 'How many persons went through the same sequence of activities; protected.';
COMMENT ON COLUMN pathway_variants.variant IS 'Activities in order, a run of the same activity written once; rare variants are put together.';
COMMENT ON COLUMN pathway_variants.n_persons IS 'Persons, rounded; null below the smallest cell shown.';
