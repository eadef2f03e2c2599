-- grain: one row per kept person; key: person_id
-- Where registrations differ, the value given by most sources stands, then by most registrations, then the first value.
CREATE TABLE persons AS
WITH answers AS (
    SELECT person_id, source, 'sex' AS attribute, sex AS answer FROM registrations
    UNION ALL
    SELECT person_id, source, 'birth_year' AS attribute, birth_year::VARCHAR AS answer FROM registrations
    UNION ALL
    SELECT person_id, source, 'nationality' AS attribute, nationality AS answer FROM registrations
),
counted AS (
    SELECT person_id, attribute, answer, count(DISTINCT source) AS n_sources, count(*) AS n_registrations
    FROM answers
    WHERE answer IS NOT NULL AND answer <> ''
    GROUP BY person_id, attribute, answer
),
ranked AS (
    SELECT
        person_id,
        attribute,
        answer,
        row_number() OVER (
            PARTITION BY person_id, attribute ORDER BY n_sources DESC, n_registrations DESC, answer
        ) AS place
    FROM counted
),
answering_sources AS (
    SELECT person_id, attribute, count(DISTINCT answer) AS n_answers, count(DISTINCT source) AS n_sources
    FROM answers
    WHERE answer IS NOT NULL AND answer <> ''
    GROUP BY person_id, attribute
),
chosen AS (
    SELECT
        ranked.person_id,
        ranked.attribute,
        ranked.answer,
        CASE
            WHEN answering_sources.n_answers > 1 THEN 'differ'
            WHEN answering_sources.n_sources > 1 THEN 'agree'
            ELSE 'one_source'
        END AS agreement
    FROM ranked
    INNER JOIN answering_sources USING (person_id, attribute)
    WHERE ranked.place = 1
),
attributes AS (
    SELECT
        person_id,
        max(answer) FILTER (WHERE attribute = 'sex') AS sex,
        max(agreement) FILTER (WHERE attribute = 'sex') AS sex_agreement,
        max(answer) FILTER (WHERE attribute = 'birth_year') AS birth_year,
        max(agreement) FILTER (WHERE attribute = 'birth_year') AS birth_year_agreement,
        max(answer) FILTER (WHERE attribute = 'nationality') AS nationality,
        max(agreement) FILTER (WHERE attribute = 'nationality') AS nationality_agreement
    FROM chosen
    GROUP BY person_id
),
summaries AS (
    SELECT
        person_id,
        min(birth_year) AS birth_year_earliest,
        max(birth_year) AS birth_year_latest,
        list_sort(list(DISTINCT source)) AS registers,
        count(*) AS n_registrations,
        min(registered_earliest) AS first_registered_earliest,
        min(registered_latest) AS first_registered_latest,
        bool_or(is_victim) AS is_victim,
        bool_or(is_suspect) AS is_suspect,
        min(link_probability) AS lowest_link_probability
    FROM registrations
    GROUP BY person_id
)
SELECT
    summaries.person_id,
    attributes.sex,
    coalesce(attributes.sex_agreement, 'unknown') AS sex_agreement,
    attributes.birth_year::SMALLINT AS birth_year,
    summaries.birth_year_earliest,
    summaries.birth_year_latest,
    coalesce(attributes.birth_year_agreement, 'unknown') AS birth_year_agreement,
    attributes.nationality,
    CASE
        WHEN attributes.nationality IS NULL THEN 'unknown'
        WHEN attributes.nationality = 'NL' THEN 'dutch'
        WHEN union_members.nationality IS NOT NULL THEN 'eu'
        WHEN attributes.nationality = 'stateless' THEN 'stateless'
        ELSE 'non_eu'
    END AS nationality_group,
    coalesce(attributes.nationality_agreement, 'unknown') AS nationality_agreement,
    len(summaries.registers)::INTEGER AS n_registers,
    summaries.registers,
    summaries.n_registrations::INTEGER AS n_registrations,
    summaries.first_registered_earliest,
    summaries.first_registered_latest,
    summaries.is_victim,
    summaries.is_suspect,
    summaries.lowest_link_probability
FROM summaries
LEFT JOIN attributes USING (person_id)
LEFT JOIN union_members ON union_members.nationality = attributes.nationality
ORDER BY summaries.person_id;

COMMENT ON TABLE persons IS 'Kept persons, without identifiers; agreement says how far the sources tell the same.';
COMMENT ON COLUMN persons.person_id IS 'Pseudonym of the person, from the crosswalk.';
COMMENT ON COLUMN persons.sex IS 'Sex most sources give; null where none does.';
COMMENT ON COLUMN persons.sex_agreement IS 'agree (two or more sources, one value), differ, one_source or unknown.';
COMMENT ON COLUMN persons.birth_year IS 'Birth year most sources give; null where none does.';
COMMENT ON COLUMN persons.birth_year_earliest IS 'Earliest birth year any registration gives.';
COMMENT ON COLUMN persons.birth_year_latest IS 'Latest birth year any registration gives; the span is the precision.';
COMMENT ON COLUMN persons.birth_year_agreement IS 'agree, differ, one_source or unknown.';
COMMENT ON COLUMN persons.nationality IS 'Nationality most sources give: ISO 3166-1 alpha-2 or stateless.';
COMMENT ON COLUMN persons.nationality_group IS 'dutch, eu (other 26 member states), non_eu, stateless or unknown.';
COMMENT ON COLUMN persons.nationality_agreement IS 'agree, differ, one_source or unknown.';
COMMENT ON COLUMN persons.n_registers IS 'Number of sources with a registration of the person, in any role.';
COMMENT ON COLUMN persons.registers IS 'Those sources, sorted.';
COMMENT ON COLUMN persons.n_registrations IS 'Number of registrations over all sources and roles.';
COMMENT ON COLUMN persons.first_registered_earliest IS 'Earliest possible day of the first registration anywhere.';
COMMENT ON COLUMN persons.first_registered_latest IS 'Latest possible day of the first registration anywhere.';
COMMENT ON COLUMN persons.is_victim IS 'Whether registered in a victim role in some source.';
COMMENT ON COLUMN persons.is_suspect IS 'Whether registered in a suspect role in some source.';
COMMENT ON COLUMN persons.lowest_link_probability IS 'Lowest probability, over the registered records, that a record belongs to this person.';
