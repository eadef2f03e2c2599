-- grain: one row per victim; key: person_id
-- Help that began before the index does not count as first help: a person may already be in care (left truncation).
CREATE TABLE first_help AS
WITH victim_registrations AS (
    SELECT person_id, source, registration_id, registered_earliest, registered_latest, residence_status, region_report
    FROM registrations
    WHERE is_victim
),
indexes AS (
    SELECT
        person_id,
        first(source ORDER BY registered_earliest NULLS LAST, registered_latest, source, registration_id)
            AS index_source,
        first(registration_id ORDER BY registered_earliest NULLS LAST, registered_latest, source, registration_id)
            AS index_registration_id,
        min(registered_earliest) AS index_earliest,
        min(registered_latest) AS index_latest,
        first(residence_status ORDER BY registered_earliest NULLS LAST, registered_latest, source, registration_id)
            FILTER (WHERE residence_status IS NOT NULL) AS residence_status,
        first(region_report ORDER BY registered_earliest NULLS LAST, registered_latest, source, registration_id)
            FILTER (WHERE region_report IS NOT NULL) AS region
    FROM victim_registrations
    GROUP BY person_id
),
help AS (
    SELECT
        events.*,
        indexes.index_earliest,
        list_contains(setting.specialist_activities, events.activity)
            OR coalesce(list_contains(setting.specialist_details, events.detail), false) AS is_specialist,
        events.start_latest >= indexes.index_earliest AS is_after
    FROM events
    INNER JOIN indexes USING (person_id)
    CROSS JOIN setting
    WHERE list_contains(setting.help_activities, events.activity)
),
first_after AS (
    SELECT
        person_id,
        first(activity ORDER BY event_number) AS help_activity,
        first(detail ORDER BY event_number) AS help_detail,
        min(start_earliest) AS help_earliest,
        min(start_latest) AS help_latest,
        first(activity ORDER BY event_number) FILTER (WHERE is_specialist) AS specialist_activity,
        min(start_earliest) FILTER (WHERE is_specialist) AS specialist_earliest,
        min(start_latest) FILTER (WHERE is_specialist) AS specialist_latest
    FROM help
    WHERE is_after
    GROUP BY person_id
),
before AS (
    SELECT
        person_id,
        bool_or(end_latest IS NULL OR end_latest >= index_earliest) AS already_in_care,
        bool_or(is_specialist AND (end_latest IS NULL OR end_latest >= index_earliest)) AS already_in_specialist_care
    FROM help
    WHERE NOT is_after
    GROUP BY person_id
)
SELECT
    indexes.person_id,
    indexes.index_source,
    indexes.index_registration_id,
    indexes.index_earliest,
    indexes.index_latest,
    CASE
        WHEN persons.birth_year IS NULL OR indexes.index_earliest IS NULL THEN 'unknown'
        WHEN year(indexes.index_earliest) - persons.birth_year < 18 THEN '<18'
        WHEN year(indexes.index_earliest) - persons.birth_year < 23 THEN '18-22'
        ELSE '23+'
    END AS age_band,
    indexes.residence_status,
    indexes.region,
    coalesce(before.already_in_care, false) AS already_in_care,
    coalesce(before.already_in_specialist_care, false) AS already_in_specialist_care,
    before.person_id IS NOT NULL AS helped_before,
    first_after.help_activity,
    first_after.help_detail,
    first_after.help_earliest,
    first_after.help_latest,
    CASE
        WHEN first_after.help_earliest IS NOT NULL
            THEN greatest(first_after.help_earliest - indexes.index_latest, 0)
    END::INTEGER AS help_days_least,
    (first_after.help_latest - indexes.index_earliest)::INTEGER AS help_days_most,
    first_after.specialist_activity,
    first_after.specialist_earliest,
    first_after.specialist_latest,
    CASE
        WHEN first_after.specialist_earliest IS NOT NULL
            THEN greatest(first_after.specialist_earliest - indexes.index_latest, 0)
    END::INTEGER AS specialist_days_least,
    (first_after.specialist_latest - indexes.index_earliest)::INTEGER AS specialist_days_most,
    CASE
        WHEN indexes.index_latest IS NOT NULL THEN greatest(setting.extraction_date - indexes.index_latest, 0)
    END::INTEGER AS followed_days
FROM indexes
INNER JOIN persons USING (person_id)
LEFT JOIN first_after USING (person_id)
LEFT JOIN before USING (person_id)
CROSS JOIN setting
ORDER BY indexes.person_id;

COMMENT ON TABLE first_help IS 'Time from the first victim registration anywhere (the index) to the first help after it.';
COMMENT ON COLUMN first_help.person_id IS 'Pseudonym of the person.';
COMMENT ON COLUMN first_help.index_source IS 'Source of the first victim registration.';
COMMENT ON COLUMN first_help.index_registration_id IS 'That registration: keyed pseudonym within the source.';
COMMENT ON COLUMN first_help.index_earliest IS 'Earliest possible day of the index; null where no victim registration is dated.';
COMMENT ON COLUMN first_help.index_latest IS 'Latest possible day of the index.';
COMMENT ON COLUMN first_help.age_band IS 'Age reached in the year of the index: <18, 18-22, 23+ or unknown.';
COMMENT ON COLUMN first_help.residence_status IS 'First residence status known from a victim registration.';
COMMENT ON COLUMN first_help.region IS 'First region of report known from a victim registration.';
COMMENT ON COLUMN first_help.already_in_care IS 'Whether help that began before the index still ran at it, or has no known end.';
COMMENT ON COLUMN first_help.already_in_specialist_care IS 'The same for specialist help.';
COMMENT ON COLUMN first_help.helped_before IS 'Whether any help began before the index.';
COMMENT ON COLUMN first_help.help_activity IS 'Activity of the first help that began at or after the index; null for none.';
COMMENT ON COLUMN first_help.help_detail IS 'Detail of that help.';
COMMENT ON COLUMN first_help.help_earliest IS 'Earliest possible first day of that help.';
COMMENT ON COLUMN first_help.help_latest IS 'Latest possible first day of that help.';
COMMENT ON COLUMN first_help.help_days_least IS 'Fewest days from index to help, at least 0.';
COMMENT ON COLUMN first_help.help_days_most IS 'Most days from index to help.';
COMMENT ON COLUMN first_help.specialist_activity IS
    'Activity of the first specialist help (trafficking shelter, complex care, care coordination) at or after the index.';
COMMENT ON COLUMN first_help.specialist_earliest IS 'Earliest possible first day of the specialist help.';
COMMENT ON COLUMN first_help.specialist_latest IS 'Latest possible first day of the specialist help.';
COMMENT ON COLUMN first_help.specialist_days_least IS 'Fewest days from index to specialist help, at least 0.';
COMMENT ON COLUMN first_help.specialist_days_most IS 'Most days from index to specialist help.';
COMMENT ON COLUMN first_help.followed_days IS 'Days from the latest possible index to the extraction date: who was not helped is censored there.';
