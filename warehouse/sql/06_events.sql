-- grain: one row per event of a kept person; key: person_id, event_number
-- A source lists a running service again in each delivery, and gives its end in the last: such lines are one event.
CREATE TABLE events AS
WITH kept AS (
    SELECT
        registrations.person_id,
        event.source,
        event.registration_id,
        event.activity,
        event.start_earliest,
        event.start_latest,
        event.detail,
        event.region,
        max(event.end_earliest) AS end_earliest,
        max(event.end_latest) AS end_latest,
        max(event.reason) AS reason
    FROM input_events AS event
    INNER JOIN registrations USING (source, registration_id)
    GROUP BY registrations.person_id, event.source, event.registration_id, event.activity, event.start_earliest,
        event.start_latest, event.detail, event.region
),
numbered AS (
    SELECT
        kept.*,
        row_number() OVER (
            PARTITION BY kept.person_id
            ORDER BY
                kept.start_earliest,
                kept.start_latest,
                list_position(setting.activity_order, kept.activity) NULLS LAST,
                kept.activity,
                kept.source,
                kept.registration_id,
                kept.detail NULLS LAST,
                kept.region NULLS LAST
        ) AS event_number
    FROM kept
    CROSS JOIN setting
)
SELECT
    person_id,
    event_number::INTEGER AS event_number,
    source,
    registration_id,
    activity,
    start_earliest,
    start_latest,
    end_earliest,
    end_latest,
    end_latest IS NULL AS is_open,
    detail,
    region,
    reason
FROM numbered
ORDER BY person_id, event_number;

COMMENT ON TABLE events IS 'Events of kept persons, in order of their earliest start; ties in the usual order of the chain.';
COMMENT ON COLUMN events.person_id IS 'Pseudonym of the person.';
COMMENT ON COLUMN events.event_number IS 'Place of the event in the life of the person, from 1.';
COMMENT ON COLUMN events.source IS 'Source of the event.';
COMMENT ON COLUMN events.registration_id IS 'Registration the event was read from.';
COMMENT ON COLUMN events.activity IS 'What happened (activity vocabulary of the project).';
COMMENT ON COLUMN events.start_earliest IS 'Earliest possible first day.';
COMMENT ON COLUMN events.start_latest IS 'Latest possible first day; equal to the earliest where the date is complete.';
COMMENT ON COLUMN events.end_earliest IS 'Earliest possible last day; null where no end is known or the event has no duration.';
COMMENT ON COLUMN events.end_latest IS 'Latest possible last day; null likewise.';
COMMENT ON COLUMN events.is_open IS 'Whether no end is known.';
COMMENT ON COLUMN events.detail IS 'Detail of the activity, such as the type of shelter or of youth help.';
COMMENT ON COLUMN events.region IS 'Region of the event, as its source means it.';
COMMENT ON COLUMN events.reason IS 'Reason of ending, where the source gives one.';
