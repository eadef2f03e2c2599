-- grain: one row per posterior draw of the linkage; key: draw
CREATE TABLE linkage_draws AS
WITH numbers AS (
    SELECT unnest(range(1, setting.n_draws + 1))::UTINYINT AS draw FROM setting
),
kept_records AS (
    SELECT DISTINCT source, record_id, person_id FROM registrations
),
placed AS (
    SELECT
        numbers.draw,
        coalesce(draws.person_id, kept_records.person_id) AS person_id,
        coalesce(draws.person_id <> kept_records.person_id, false) AS is_moved
    FROM numbers
    CROSS JOIN kept_records
    LEFT JOIN draws USING (draw, source, record_id)
)
SELECT
    numbers.draw,
    count(*) FILTER (WHERE placed.is_moved)::INTEGER AS n_moved_records,
    count(DISTINCT placed.person_id)::INTEGER AS n_persons
FROM numbers
LEFT JOIN placed USING (draw)
GROUP BY numbers.draw
ORDER BY numbers.draw;

COMMENT ON TABLE linkage_draws IS 'The draws of the whole linkage from its posterior; a figure computed in each of them shows how far linkage error moves it.';
COMMENT ON COLUMN linkage_draws.draw IS 'Number of the draw, from 1.';
COMMENT ON COLUMN linkage_draws.n_moved_records IS 'Kept records that are with another person than in the crosswalk.';
COMMENT ON COLUMN linkage_draws.n_persons IS 'Persons that the kept records make in this draw; beside the number of rows of persons.';
