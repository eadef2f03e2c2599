-- grain: one row per draw and kept record; key: draw, source, record_id
CREATE VIEW person_in_draw AS
WITH kept_records AS (
    SELECT DISTINCT source, record_id, person_id FROM registrations
)
SELECT
    linkage_draws.draw,
    kept_records.source,
    kept_records.record_id,
    coalesce(draws.person_id, kept_records.person_id) AS person_id
FROM linkage_draws
CROSS JOIN kept_records
LEFT JOIN draws USING (draw, source, record_id);

COMMENT ON VIEW person_in_draw IS
    'Which person every kept record belongs to in every draw, moved or not: join registrations to it by source and record_id to compute any figure over draws.';
COMMENT ON COLUMN person_in_draw.draw IS 'Number of the draw, from 1.';
COMMENT ON COLUMN person_in_draw.source IS 'Source of the record.';
COMMENT ON COLUMN person_in_draw.record_id IS 'Keyed pseudonym of the person within the source.';
COMMENT ON COLUMN person_in_draw.person_id IS 'Pseudonym of the person the record belongs to in this draw.';
