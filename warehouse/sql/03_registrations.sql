-- grain: one row per registration; key: source, registration_id
-- A registration delivered twice in the same words counts once; in different words it breaks the key and is refused.
CREATE TABLE registrations AS
WITH delivered AS (
    SELECT DISTINCT
        source, record_id, registration_id, registered_earliest, registered_latest, role, sex, birth_year,
        nationality, residence_status,
        list_sort(list_distinct([form FOR form IN coalesce(forms, []) IF form <> ''])) AS forms,
        reporter, dossier_type, region_report, region_exploitation, region_shelter, municipality
    FROM input_registrations
    WHERE (source, record_id) IN (
        SELECT (crosswalk.source, crosswalk.record_id)
        FROM input_crosswalk AS crosswalk
        INNER JOIN kept_persons USING (person_id)
    )
)
SELECT
    crosswalk.person_id,
    delivered.source,
    delivered.record_id,
    delivered.registration_id,
    delivered.registered_earliest,
    delivered.registered_latest,
    delivered.role,
    coalesce(list_contains(setting.victim_roles, delivered.role), false) AS is_victim,
    coalesce(list_contains(setting.suspect_roles, delivered.role), false) AS is_suspect,
    delivered.sex,
    delivered.birth_year,
    delivered.nationality,
    delivered.residence_status,
    delivered.forms,
    delivered.reporter,
    delivered.dossier_type,
    delivered.region_report,
    delivered.region_exploitation,
    delivered.region_shelter,
    delivered.municipality,
    crosswalk.link_method,
    crosswalk.link_probability
FROM delivered
INNER JOIN input_crosswalk AS crosswalk USING (source, record_id)
CROSS JOIN setting
ORDER BY crosswalk.person_id, delivered.registered_earliest, delivered.registered_latest, delivered.source,
    delivered.registration_id;

COMMENT ON TABLE registrations IS 'Registrations of kept persons, as the sources delivered them, with the person they belong to.';
COMMENT ON COLUMN registrations.person_id IS 'Pseudonym of the person, from the crosswalk.';
COMMENT ON COLUMN registrations.source IS 'Source that registered.';
COMMENT ON COLUMN registrations.record_id IS 'Keyed pseudonym of the person within the source.';
COMMENT ON COLUMN registrations.registration_id IS 'Keyed pseudonym of the registration within the source.';
COMMENT ON COLUMN registrations.registered_earliest IS 'Earliest day on which the registration can have been made.';
COMMENT ON COLUMN registrations.registered_latest IS 'Latest such day; equal to the earliest where the date is complete.';
COMMENT ON COLUMN registrations.role IS 'Role in which the person was registered.';
COMMENT ON COLUMN registrations.is_victim IS 'Whether the role is a victim role in the settings.';
COMMENT ON COLUMN registrations.is_suspect IS 'Whether the role is a suspect role in the settings.';
COMMENT ON COLUMN registrations.sex IS 'Sex as registered: M, V or O; null where unknown.';
COMMENT ON COLUMN registrations.birth_year IS 'Birth year as registered; null where unknown.';
COMMENT ON COLUMN registrations.nationality IS 'Nationality as registered: ISO 3166-1 alpha-2 or stateless; null where unknown.';
COMMENT ON COLUMN registrations.residence_status IS 'Residence status as registered; null where unknown.';
COMMENT ON COLUMN registrations.forms IS 'Forms of exploitation as registered: a sorted list, empty where unknown.';
COMMENT ON COLUMN registrations.reporter IS 'Kind of reporter; null where the source does not say.';
COMMENT ON COLUMN registrations.dossier_type IS 'Dossier type as it stood at this registration.';
COMMENT ON COLUMN registrations.region_report IS 'Region of the report (police unit).';
COMMENT ON COLUMN registrations.region_exploitation IS 'Region of the exploitation.';
COMMENT ON COLUMN registrations.region_shelter IS 'Region of the shelter.';
COMMENT ON COLUMN registrations.municipality IS 'Municipality as the source names it; code systems differ by source.';
COMMENT ON COLUMN registrations.link_method IS 'How the record came to its person.';
COMMENT ON COLUMN registrations.link_probability IS 'Probability that the record belongs to its person, 0 to 1.';
