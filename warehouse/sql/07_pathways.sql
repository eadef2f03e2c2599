-- grain: one row per kept person; key: person_id
CREATE TABLE pathways AS
WITH marked AS (
    SELECT
        person_id,
        event_number,
        activity,
        start_earliest,
        start_latest,
        activity IS DISTINCT FROM
            lag(activity) OVER (PARTITION BY person_id ORDER BY event_number) AS is_change
    FROM events
),
sequences AS (
    SELECT
        person_id,
        count(*) AS n_events,
        list(activity ORDER BY event_number) AS activities,
        string_agg(activity, ' > ' ORDER BY event_number) FILTER (WHERE is_change) AS variant,
        min(start_earliest) AS first_earliest,
        min(start_latest) AS first_latest,
        max(start_latest) AS last_latest
    FROM marked
    GROUP BY person_id
)
SELECT
    persons.person_id,
    coalesce(sequences.n_events, 0)::INTEGER AS n_events,
    greatest(coalesce(sequences.n_events, 0) - 1, 0)::INTEGER AS n_transitions,
    sequences.activities[1] AS first_activity,
    sequences.first_earliest,
    sequences.first_latest,
    sequences.activities[-1] AS last_activity,
    sequences.last_latest,
    coalesce(sequences.activities, []) AS activities,
    coalesce(sequences.variant, '') AS variant
FROM persons
LEFT JOIN sequences USING (person_id)
ORDER BY persons.person_id;

COMMENT ON TABLE pathways IS 'The order in which things happened to each person.';
COMMENT ON COLUMN pathways.person_id IS 'Pseudonym of the person.';
COMMENT ON COLUMN pathways.n_events IS 'Number of events.';
COMMENT ON COLUMN pathways.n_transitions IS 'Number of steps from one event to the next: events less one, at least 0.';
COMMENT ON COLUMN pathways.first_activity IS 'Activity of the first event; null for a person without events.';
COMMENT ON COLUMN pathways.first_earliest IS 'Earliest possible day of the first event.';
COMMENT ON COLUMN pathways.first_latest IS 'Latest possible day of the first event.';
COMMENT ON COLUMN pathways.last_activity IS 'Activity of the last event.';
COMMENT ON COLUMN pathways.last_latest IS 'Latest possible start of the last event.';
COMMENT ON COLUMN pathways.activities IS 'Activities in order, every event once.';
COMMENT ON COLUMN pathways.variant IS 'Activities in order as text, a run of the same activity written once; empty without events.';
