-- grain: one row per registration and form of exploitation; key: source, registration_id, form
CREATE TABLE forms AS
WITH unnested AS (
    SELECT person_id, source, registration_id, unnest(forms) AS form
    FROM registrations
)
SELECT person_id, source, registration_id, form
FROM unnested
ORDER BY person_id, source, registration_id, form;

COMMENT ON TABLE forms IS 'Forms of exploitation per registration; registrations of unknown form have no row.';
COMMENT ON COLUMN forms.person_id IS 'Pseudonym of the person.';
COMMENT ON COLUMN forms.source IS 'Source that registered.';
COMMENT ON COLUMN forms.registration_id IS 'Keyed pseudonym of the registration within the source.';
COMMENT ON COLUMN forms.form IS 'Form of exploitation: sexual, labour, criminal, begging, organ_removal.';
