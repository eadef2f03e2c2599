-- grain: one row per pair of activities that follow each other often enough; key: from_activity, to_activity
CREATE TABLE directly_follows AS
WITH counted AS (
    SELECT from_activity, to_activity, count(*) AS n_steps, count(DISTINCT person_id) AS n
    FROM marts.pathway_steps
    GROUP BY from_activity, to_activity
)
SELECT from_activity, to_activity, protected(n) AS n_persons, protected(n_steps) AS n_steps
FROM counted
WHERE protected(n) IS NOT NULL
ORDER BY from_activity, to_activity;

COMMENT ON TABLE directly_follows IS 'Which activity follows which; pairs of fewer persons than the smallest cell are left out.';
COMMENT ON COLUMN directly_follows.from_activity IS 'Activity the step leaves from.';
COMMENT ON COLUMN directly_follows.to_activity IS 'Activity that follows.';
COMMENT ON COLUMN directly_follows.n_persons IS 'Persons with such a step, rounded.';
COMMENT ON COLUMN directly_follows.n_steps IS 'Such steps, rounded.';
