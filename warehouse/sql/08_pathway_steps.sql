-- grain: one row per event of a person that follows another; key: person_id, step_number
CREATE TABLE pathway_steps AS
WITH followed AS (
    SELECT
        person_id,
        event_number,
        activity,
        start_earliest,
        start_latest,
        end_latest,
        lead(activity) OVER in_order AS next_activity,
        lead(start_earliest) OVER in_order AS next_earliest,
        lead(start_latest) OVER in_order AS next_latest
    FROM events
    WINDOW in_order AS (PARTITION BY person_id ORDER BY event_number)
)
SELECT
    person_id,
    event_number AS step_number,
    activity AS from_activity,
    next_activity AS to_activity,
    greatest(next_earliest - start_latest, 0)::INTEGER AS days_least,
    (next_latest - start_earliest)::INTEGER AS days_most,
    start_latest < next_earliest AS is_order_certain
FROM followed
WHERE next_activity IS NOT NULL
ORDER BY person_id, event_number;

COMMENT ON TABLE pathway_steps IS 'Directly-follows rows: each event with the one after it.';
COMMENT ON COLUMN pathway_steps.person_id IS 'Pseudonym of the person.';
COMMENT ON COLUMN pathway_steps.step_number IS 'Number of the event the step leaves from.';
COMMENT ON COLUMN pathway_steps.from_activity IS 'Activity the step leaves from.';
COMMENT ON COLUMN pathway_steps.to_activity IS 'Activity that follows.';
COMMENT ON COLUMN pathway_steps.days_least IS 'Fewest days between the two starts, at least 0.';
COMMENT ON COLUMN pathway_steps.days_most IS 'Most days between the two starts.';
COMMENT ON COLUMN pathway_steps.is_order_certain IS 'Whether the dates themselves fix the order: false on the same day and where partial dates overlap.';
