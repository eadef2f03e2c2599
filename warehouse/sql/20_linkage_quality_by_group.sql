-- grain: one row per grouping and group; key: grouping, group_name
-- Were a draw the truth, the crosswalk's precision would be the share of its links that the draw has, and its recall the
-- share of the draw's links that it has. A pair is of a group when either record is: of n records in a cluster with g in
-- the group, g(2n - g - 1)/2 pairs, so no pair is listed. Persons that a draw leaves as they are, are counted once.
CREATE TABLE linkage_quality_by_group AS
WITH moved AS (
    SELECT drawn.draw, drawn.source, drawn.record_id, crosswalk.person_id, drawn.person_id AS drawn_id
    FROM input_draws AS drawn
    INNER JOIN input_crosswalk AS crosswalk USING (source, record_id)
),
touched AS (
    SELECT draw, person_id FROM moved
    UNION
    SELECT draw, drawn_id AS person_id FROM moved
),
placed AS (
    SELECT
        touched.draw,
        crosswalk.source,
        crosswalk.record_id,
        crosswalk.person_id,
        coalesce(moved.drawn_id, crosswalk.person_id) AS drawn_id
    FROM touched
    INNER JOIN input_crosswalk AS crosswalk USING (person_id)
    LEFT JOIN moved ON moved.draw = touched.draw AND moved.source = crosswalk.source
        AND moved.record_id = crosswalk.record_id
),
-- The same records in clusters of the crosswalk, of the draw, and of what both hold together.
clustered AS (
    SELECT draw, source, record_id, 'crosswalk' AS kind, person_id AS one, '' AS other FROM placed
    UNION ALL
    SELECT draw, source, record_id, 'draw' AS kind, drawn_id AS one, '' AS other FROM placed
    UNION ALL
    SELECT draw, source, record_id, 'both' AS kind, person_id AS one, drawn_id AS other FROM placed
    UNION ALL
    SELECT 0 AS draw, source, record_id, 'all' AS kind, person_id AS one, '' AS other FROM input_crosswalk
),
sizes AS (
    SELECT draw, kind, one, other, count(*) AS n FROM clustered GROUP BY draw, kind, one, other HAVING count(*) > 1
),
group_sizes AS (
    SELECT
        clustered.draw, clustered.kind, clustered.one, clustered.other,
        member.grouping, member.group_name, count(*) AS g
    FROM clustered
    INNER JOIN record_groups AS member USING (source, record_id)
    GROUP BY clustered.draw, clustered.kind, clustered.one, clustered.other, member.grouping, member.group_name
),
pairs AS (
    SELECT
        group_sizes.draw, group_sizes.kind, group_sizes.grouping, group_sizes.group_name,
        sum(group_sizes.g * (2 * sizes.n - group_sizes.g - 1) // 2)::BIGINT AS n_pairs
    FROM group_sizes
    INNER JOIN sizes USING (draw, kind, one, other)
    GROUP BY group_sizes.draw, group_sizes.kind, group_sizes.grouping, group_sizes.group_name
),
changes AS (
    SELECT
        draw,
        grouping,
        group_name,
        sum(CASE kind WHEN 'draw' THEN n_pairs WHEN 'crosswalk' THEN -n_pairs ELSE 0 END) AS gained,
        sum(CASE kind WHEN 'both' THEN n_pairs WHEN 'crosswalk' THEN -n_pairs ELSE 0 END) AS kept
    FROM pairs
    WHERE kind <> 'all'
    GROUP BY draw, grouping, group_name
),
counts AS (
    SELECT
        member.grouping,
        member.group_name,
        linkage_draws.draw,
        coalesce(pairs.n_pairs, 0)::BIGINT AS links,
        (coalesce(pairs.n_pairs, 0) + coalesce(changes.gained, 0))::BIGINT AS drawn,
        (coalesce(pairs.n_pairs, 0) + coalesce(changes.kept, 0))::BIGINT AS both_hold
    FROM (SELECT DISTINCT grouping, group_name FROM record_groups) AS member
    CROSS JOIN linkage_draws
    LEFT JOIN pairs ON pairs.kind = 'all' AND pairs.grouping = member.grouping AND pairs.group_name = member.group_name
    LEFT JOIN changes ON changes.draw = linkage_draws.draw AND changes.grouping = member.grouping
        AND changes.group_name = member.group_name
),
figures AS (
    SELECT
        grouping,
        group_name,
        draw,
        links,
        drawn,
        both_hold / nullif(links, 0) AS precision,
        both_hold / nullif(drawn, 0) AS recall,
        2 * both_hold / nullif(links + drawn, 0) AS f1
    FROM counts
)
-- Means are taken over lists in order, so that threads do not change the last digit.
SELECT
    grouping,
    group_name,
    any_value(links) AS links,
    round(list_avg(list(drawn ORDER BY draw)), 2) AS expected_matches,
    round(list_avg(list(precision ORDER BY draw)), 6) AS precision,
    round(quantile_cont(precision, 0.05), 6) AS precision_low,
    round(quantile_cont(precision, 0.95), 6) AS precision_high,
    round(list_avg(list(recall ORDER BY draw)), 6) AS recall,
    round(quantile_cont(recall, 0.05), 6) AS recall_low,
    round(quantile_cont(recall, 0.95), 6) AS recall_high,
    round(list_avg(list(f1 ORDER BY draw)), 6) AS f1,
    count(*)::INTEGER AS n_draws
FROM figures
GROUP BY grouping, group_name
ORDER BY grouping, group_name;

COMMENT ON TABLE linkage_quality_by_group IS
    'How well the crosswalk links the records of a group, estimated from the posterior draws without any truth; over all linked records, also of persons who are not kept. Not for release. Without draws there are no rows.';
COMMENT ON COLUMN linkage_quality_by_group.grouping IS
    'nationality_group, sex, age_band, or overall. A grouping that no source tells of has no rows.';
COMMENT ON COLUMN linkage_quality_by_group.group_name IS
    'The group: NL, EU (other 26 member states), non-EU; V, M, O; <18, 18-22, 23+ (age in the year of the first victim registration, else of the first); unknown; all records.';
COMMENT ON COLUMN linkage_quality_by_group.links IS 'Linked pairs of which at least one record is in the group.';
COMMENT ON COLUMN linkage_quality_by_group.expected_matches IS 'Mean number of such pairs that a draw holds together.';
COMMENT ON COLUMN linkage_quality_by_group.precision IS 'Share of the links that a draw holds too, mean over draws; null without links.';
COMMENT ON COLUMN linkage_quality_by_group.precision_low IS
    '5% quantile over draws (type 7: linear between order statistics; coarse, with 20 draws close to the second lowest).';
COMMENT ON COLUMN linkage_quality_by_group.precision_high IS '95% quantile over draws, as coarse.';
COMMENT ON COLUMN linkage_quality_by_group.recall IS
    'Share of the pairs a draw holds together that are linked, mean over draws. Matches that are no candidates, or that share too few fields to show, are in no draw.';
COMMENT ON COLUMN linkage_quality_by_group.recall_low IS '5% quantile over draws.';
COMMENT ON COLUMN linkage_quality_by_group.recall_high IS '95% quantile over draws.';
COMMENT ON COLUMN linkage_quality_by_group.f1 IS 'Twice the common pairs over the pairs of both, mean over draws.';
COMMENT ON COLUMN linkage_quality_by_group.n_draws IS 'Number of draws it rests on.';
