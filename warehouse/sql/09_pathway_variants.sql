-- grain: one row per variant of the pathway; key: variant
CREATE TABLE pathway_variants AS
WITH counted AS (
    SELECT variant, count(*) AS n_persons, min(n_events) AS fewest_events, max(n_events) AS most_events
    FROM pathways
    WHERE n_events > 0
    GROUP BY variant
)
SELECT
    variant,
    n_persons::INTEGER AS n_persons,
    (n_persons / sum(n_persons) OVER ())::DOUBLE AS share,
    fewest_events,
    most_events
FROM counted
ORDER BY n_persons DESC, variant;

COMMENT ON TABLE pathway_variants IS 'How many persons went through the same sequence of activities.';
COMMENT ON COLUMN pathway_variants.variant IS 'Activities in order, a run of the same activity written once.';
COMMENT ON COLUMN pathway_variants.n_persons IS 'Persons with this variant.';
COMMENT ON COLUMN pathway_variants.share IS 'Their share of persons with at least one event, 0 to 1.';
COMMENT ON COLUMN pathway_variants.fewest_events IS 'Fewest events of a person with this variant.';
COMMENT ON COLUMN pathway_variants.most_events IS 'Most events of a person with this variant.';
