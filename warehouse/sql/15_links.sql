-- grain: one row per pair of linked records; key: source_a, record_id_a, source_b, record_id_b
-- Both records of a link have the same person, so either both are kept or neither.
CREATE TABLE links AS
WITH kept_records AS (
    SELECT DISTINCT source, record_id, person_id FROM registrations
)
SELECT a.person_id, link.source_a, link.record_id_a, link.source_b, link.record_id_b, link.probability
FROM input_links AS link
INNER JOIN kept_records AS a ON a.source = link.source_a AND a.record_id = link.record_id_a
INNER JOIN kept_records AS b ON b.source = link.source_b AND b.record_id = link.record_id_b
ORDER BY link.source_a, link.record_id_a, link.source_b, link.record_id_b;

COMMENT ON TABLE links IS 'Pairs of records that linkage holds for one person, of kept persons and with payload on both sides.';
COMMENT ON COLUMN links.person_id IS 'Pseudonym of that person, from the crosswalk.';
COMMENT ON COLUMN links.source_a IS 'Source of the one record.';
COMMENT ON COLUMN links.record_id_a IS 'Keyed pseudonym of the one record within its source.';
COMMENT ON COLUMN links.source_b IS 'Source of the other record.';
COMMENT ON COLUMN links.record_id_b IS 'Keyed pseudonym of the other record within its source.';
COMMENT ON COLUMN links.probability IS 'Probability that the two are one person, 0 to 1.';
