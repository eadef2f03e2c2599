-- grain: one row per source and reason, zero counts included; key: source, reason
CREATE TABLE not_stored AS
WITH registered AS (
    SELECT source, record_id, count(*) AS registrations
    FROM input_registrations
    GROUP BY source, record_id
),
happened AS (
    SELECT source, record_id, count(*) AS events
    FROM input_events
    GROUP BY source, record_id
),
reasoned AS (
    SELECT
        registered.source,
        registered.registrations,
        coalesce(happened.events, 0) AS events,
        CASE
            WHEN crosswalk.person_id IS NULL THEN 'no_person_in_crosswalk'
            WHEN kept_persons.person_id IS NULL THEN 'no_victim_registration'
        END AS reason
    FROM registered
    LEFT JOIN happened USING (source, record_id)
    LEFT JOIN input_crosswalk AS crosswalk USING (source, record_id)
    LEFT JOIN kept_persons ON kept_persons.person_id = crosswalk.person_id
),
cells AS (
    SELECT sources.source, reasons.reason
    FROM (SELECT DISTINCT source FROM registered) AS sources
    CROSS JOIN (VALUES ('no_person_in_crosswalk'), ('no_victim_registration')) AS reasons (reason)
)
SELECT
    cells.source,
    cells.reason,
    count(reasoned.source)::BIGINT AS records,
    coalesce(sum(reasoned.registrations), 0)::BIGINT AS registrations,
    coalesce(sum(reasoned.events), 0)::BIGINT AS events
FROM cells
LEFT JOIN reasoned USING (source, reason)
GROUP BY cells.source, cells.reason
ORDER BY cells.source, cells.reason;

COMMENT ON TABLE not_stored IS 'What was delivered and counted, and never stored (proportionality).';
COMMENT ON COLUMN not_stored.source IS 'Source that delivered the records.';
COMMENT ON COLUMN not_stored.reason IS
    'no_victim_registration: person without a victim registration in any source; no_person_in_crosswalk: record that linkage did not hold.';
COMMENT ON COLUMN not_stored.records IS 'Number of record pseudonyms.';
COMMENT ON COLUMN not_stored.registrations IS 'Number of registrations of those records, as delivered.';
COMMENT ON COLUMN not_stored.events IS 'Number of events of those records, as delivered.';
