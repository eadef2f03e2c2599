-- grain: one row per person who is kept; key: person_id
-- Proportionality: a person is kept for a victim registration in some source, unless the settings keep everybody.
CREATE TEMP TABLE kept_persons AS
WITH candidates AS (
    SELECT
        crosswalk.person_id,
        bool_or(coalesce(list_contains(setting.victim_roles, registration.role), false)) AS is_victim,
        bool_or(setting.keep_only_victims) AS keep_only_victims
    FROM input_registrations AS registration
    INNER JOIN input_crosswalk AS crosswalk USING (source, record_id)
    CROSS JOIN setting
    GROUP BY crosswalk.person_id
)
SELECT person_id
FROM candidates
WHERE is_victim OR NOT keep_only_victims
ORDER BY person_id;
