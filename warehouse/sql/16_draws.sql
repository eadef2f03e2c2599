-- grain: one row per draw and kept record that is with another person in it; key: draw, source, record_id
CREATE TABLE draws AS
WITH kept_records AS (
    SELECT DISTINCT source, record_id FROM registrations
)
SELECT input_draws.draw, input_draws.source, input_draws.record_id, input_draws.person_id
FROM input_draws
INNER JOIN kept_records USING (source, record_id)
ORDER BY input_draws.draw, input_draws.source, input_draws.record_id;

COMMENT ON TABLE draws IS
    'Posterior draws of the linkage: kept records that are with another person in the draw than in the crosswalk. All others are as in the crosswalk; view person_in_draw has both.';
COMMENT ON COLUMN draws.draw IS 'Number of the draw, from 1.';
COMMENT ON COLUMN draws.source IS 'Source of the record.';
COMMENT ON COLUMN draws.record_id IS 'Keyed pseudonym of the person within the source.';
COMMENT ON COLUMN draws.person_id IS
    'Pseudonym of the person the record belongs to in this draw; need not be in persons.';
