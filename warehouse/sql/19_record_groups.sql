-- grain: one row per linked record and grouping; key: source, record_id, grouping
-- Of all delivered records, kept or not: a missed link between a victim and a person who is not kept is a miss too. The
-- table is temporary; what is stored of it are numbers of pairs. A record's value is the one most of its registrations
-- give, then the first. Groupings that no registration tells of have no rows.
CREATE TEMP TABLE record_groups AS
WITH answers AS (
    SELECT source, record_id, 'sex' AS attribute, sex AS answer FROM input_registrations
    UNION ALL
    SELECT source, record_id, 'birth_year' AS attribute, birth_year::VARCHAR AS answer FROM input_registrations
    UNION ALL
    SELECT source, record_id, 'nationality' AS attribute, nationality AS answer FROM input_registrations
),
counted AS (
    SELECT source, record_id, attribute, answer, count(*) AS n_registrations
    FROM answers
    WHERE answer IS NOT NULL
    GROUP BY source, record_id, attribute, answer
),
chosen AS (
    SELECT source, record_id, attribute, first(answer ORDER BY n_registrations DESC, answer) AS answer
    FROM counted
    GROUP BY source, record_id, attribute
),
known AS (
    SELECT
        source,
        record_id,
        max(answer) FILTER (WHERE attribute = 'sex') AS sex,
        max(answer) FILTER (WHERE attribute = 'birth_year')::INTEGER AS birth_year,
        max(answer) FILTER (WHERE attribute = 'nationality') AS nationality
    FROM chosen
    GROUP BY source, record_id
),
-- Age counts at the first victim registration. Where there are such registrations, records without one have no age band:
-- a young client of youth care and the adult victim of years later would else put their match in two bands.
victims AS (
    SELECT coalesce(bool_or(list_contains(setting.victim_roles, registration.role)), false) AS are_known
    FROM input_registrations AS registration
    CROSS JOIN setting
),
indexed AS (
    SELECT
        registration.source,
        registration.record_id,
        bool_or(NOT victims.are_known OR coalesce(list_contains(setting.victim_roles, registration.role), false))
            AS has_age,
        year(min(registration.registered_earliest) FILTER (
            WHERE NOT victims.are_known OR list_contains(setting.victim_roles, registration.role)
        )) AS index_year
    FROM input_registrations AS registration
    CROSS JOIN setting
    CROSS JOIN victims
    GROUP BY registration.source, registration.record_id
),
described AS (
    SELECT
        indexed.source,
        indexed.record_id,
        coalesce(known.sex, 'not registered') AS sex,
        CASE
            WHEN NOT indexed.has_age THEN NULL
            WHEN known.birth_year IS NULL OR indexed.index_year IS NULL THEN 'not registered'
            WHEN indexed.index_year - known.birth_year < 18 THEN '<18'
            WHEN indexed.index_year - known.birth_year < 23 THEN '18-22'
            ELSE '23+'
        END AS age_band,
        CASE
            WHEN known.nationality IS NULL THEN 'not registered'
            WHEN known.nationality = 'NL' THEN 'NL'
            WHEN union_members.nationality IS NOT NULL THEN 'EU'
            ELSE 'non-EU'
        END AS nationality_group
    FROM indexed
    LEFT JOIN known USING (source, record_id)
    LEFT JOIN union_members ON union_members.nationality = known.nationality
),
grouped AS (
    UNPIVOT described ON sex, age_band, nationality_group INTO NAME grouping VALUE group_name
),
told AS (
    SELECT DISTINCT grouping FROM grouped WHERE group_name <> 'not registered'
),
placed AS (
    SELECT source, record_id, 'overall' AS grouping, 'all records' AS group_name
    FROM input_crosswalk
    UNION ALL
    SELECT crosswalk.source, crosswalk.record_id, grouped.grouping, grouped.group_name
    FROM input_crosswalk AS crosswalk
    INNER JOIN grouped USING (source, record_id)
    SEMI JOIN told USING (grouping)
)
SELECT source, record_id, grouping, group_name, dense_rank() OVER (ORDER BY grouping, group_name) AS group_number
FROM placed;
