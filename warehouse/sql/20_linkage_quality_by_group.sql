-- grain: one row per grouping and group; key: grouping, group_name
-- Were a draw the truth, the crosswalk's precision would be the share of its links that the draw has, and its recall the
-- share of the draw's links that it has. Matches that no draw can have (of records that share too little to be joined)
-- are added per source pair, in proportion, so that there are as many as the linkage unit expects.
-- A pair is of a group when either record is: of n and m records of two sources in a cluster, g and h of them in the
-- group, nh + gm - gh pairs, and g(2n - g - 1)/2 within a source, so no pair is listed. Persons that a draw leaves as
-- they are, are counted once, for all draws.
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
-- Clusters and groups by number from here on: joins on numbers take half the time.
clusters AS (
    SELECT draw, kind, one, other, row_number() OVER () AS cluster
    FROM clustered
    GROUP BY draw, kind, one, other
    HAVING count(*) > 1
),
inside AS (
    SELECT clusters.cluster, clustered.source, clustered.record_id
    FROM clustered
    INNER JOIN clusters USING (draw, kind, one, other)
),
sizes AS (
    SELECT cluster, source, count(*) AS n FROM inside GROUP BY cluster, source
),
group_sizes AS (
    SELECT inside.cluster, inside.source, member.group_number, count(*) AS g
    FROM inside
    INNER JOIN record_groups AS member USING (source, record_id)
    GROUP BY inside.cluster, inside.source, member.group_number
),
parts AS (
    SELECT present.cluster, present.group_number, sizes.source, sizes.n, coalesce(group_sizes.g, 0) AS g
    FROM (SELECT DISTINCT cluster, group_number FROM group_sizes) AS present
    INNER JOIN sizes USING (cluster)
    LEFT JOIN group_sizes USING (cluster, group_number, source)
),
cluster_pairs AS (
    SELECT
        a.cluster, a.group_number, a.source AS source_a, b.source AS source_b,
        CASE
            WHEN a.source = b.source THEN a.g * (2 * a.n - a.g - 1) // 2
            ELSE a.n * b.g + a.g * b.n - a.g * b.g
        END AS n_pairs
    FROM parts AS a
    INNER JOIN parts AS b ON b.cluster = a.cluster AND b.group_number = a.group_number AND b.source >= a.source
),
named_groups AS (
    SELECT DISTINCT group_number, grouping, group_name FROM record_groups
),
pairs AS (
    SELECT
        clusters.draw, clusters.kind, named_groups.grouping, named_groups.group_name,
        cluster_pairs.source_a, cluster_pairs.source_b, sum(cluster_pairs.n_pairs)::BIGINT AS n_pairs
    FROM cluster_pairs
    INNER JOIN clusters USING (cluster)
    INNER JOIN named_groups USING (group_number)
    GROUP BY clusters.draw, clusters.kind, named_groups.grouping, named_groups.group_name,
        cluster_pairs.source_a, cluster_pairs.source_b
),
changes AS (
    SELECT
        draw,
        grouping,
        group_name,
        source_a,
        source_b,
        sum(CASE kind WHEN 'draw' THEN n_pairs WHEN 'crosswalk' THEN -n_pairs ELSE 0 END) AS gained,
        sum(CASE kind WHEN 'both' THEN n_pairs WHEN 'crosswalk' THEN -n_pairs ELSE 0 END) AS kept
    FROM pairs
    WHERE kind <> 'all'
    GROUP BY draw, grouping, group_name, source_a, source_b
),
cells AS (
    SELECT DISTINCT grouping, group_name, source_a, source_b FROM pairs
),
counts AS (
    SELECT
        cells.*,
        linkage_draws.draw,
        coalesce(pairs.n_pairs, 0)::BIGINT AS links,
        (coalesce(pairs.n_pairs, 0) + coalesce(changes.gained, 0))::BIGINT AS drawn,
        (coalesce(pairs.n_pairs, 0) + coalesce(changes.kept, 0))::BIGINT AS both_hold
    FROM cells
    CROSS JOIN linkage_draws
    LEFT JOIN pairs ON pairs.kind = 'all' AND pairs.grouping = cells.grouping AND pairs.group_name = cells.group_name
        AND pairs.source_a = cells.source_a AND pairs.source_b = cells.source_b
    LEFT JOIN changes ON changes.draw = linkage_draws.draw AND changes.grouping = cells.grouping
        AND changes.group_name = cells.group_name AND changes.source_a = cells.source_a
        AND changes.source_b = cells.source_b
),
-- How many matches of a source pair there are for each that draws have, by the number that the linkage unit expects.
drawn_matches AS (
    SELECT source_a, source_b, list_avg(list(drawn ORDER BY draw)) AS drawn
    FROM counts
    WHERE grouping = 'overall'
    GROUP BY source_a, source_b
),
factors AS (
    SELECT
        drawn_matches.source_a,
        drawn_matches.source_b,
        coalesce(said.matches / nullif(drawn_matches.drawn, 0), 1) AS factor
    FROM drawn_matches
    LEFT JOIN input_matches AS said USING (source_a, source_b)
),
summed AS (
    SELECT
        counts.grouping,
        counts.group_name,
        counts.draw,
        sum(counts.links)::BIGINT AS links,
        sum(counts.both_hold)::BIGINT AS both_hold,
        list_sum(list(counts.drawn * factors.factor ORDER BY factors.source_a, factors.source_b)) AS matches
    FROM counts
    INNER JOIN factors USING (source_a, source_b)
    GROUP BY counts.grouping, counts.group_name, counts.draw
),
figures AS (
    SELECT
        member.grouping,
        member.group_name,
        linkage_draws.draw,
        coalesce(summed.links, 0) AS links,
        coalesce(summed.matches, 0) AS matches,
        summed.both_hold / nullif(summed.links, 0) AS precision,
        least(summed.both_hold, summed.matches) / nullif(summed.matches, 0) AS recall,
        2 * least(summed.both_hold, summed.matches) / nullif(summed.links + summed.matches, 0) AS f1
    FROM named_groups AS member
    CROSS JOIN linkage_draws
    LEFT JOIN summed USING (grouping, group_name, draw)
),
-- Lists in order, so that threads do not change the last digit of a mean, and that order statistics are at hand.
listed AS (
    SELECT
        grouping,
        group_name,
        any_value(links)::BIGINT AS links,
        list(matches ORDER BY draw) AS matches,
        list(precision ORDER BY precision) FILTER (WHERE precision IS NOT NULL) AS precision,
        list(recall ORDER BY recall) FILTER (WHERE recall IS NOT NULL) AS recall,
        list(f1 ORDER BY f1) FILTER (WHERE f1 IS NOT NULL) AS f1,
        count(*)::INTEGER AS n_draws
    FROM figures
    GROUP BY grouping, group_name
),
-- The truth, were it one more draw, lies between the k-th lowest and the k-th highest of n with probability 1 - 2k/(n + 1).
spread AS (
    SELECT
        listed.*,
        list_avg(recall) AS mean_recall,
        recall[greatest(len(recall) + 1, 20) // 20] AS drawn_low,
        recall[-greatest(len(recall) + 1, 20) // 20] AS drawn_high,
        precision[greatest(len(precision) + 1, 20) // 20] AS precision_low,
        precision[-greatest(len(precision) + 1, 20) // 20] AS precision_high
    FROM listed
),
-- The linkage unit takes false links to be more than draws show. Groups follow: by the factor of all records.
told_factors AS (
    SELECT
        greatest((1 - told.precision) / nullif(1 - list_avg(spread.precision), 0), 1) AS middle,
        greatest((1 - told.precision_low) / nullif(1 - spread.precision_low, 0), 1) AS lower
    FROM spread, input_precision AS told
    WHERE spread.grouping = 'overall'
)
SELECT
    spread.grouping,
    spread.group_name,
    spread.links,
    round(list_avg(spread.matches), 2) AS expected_matches,
    CASE WHEN spread.links > 0
        THEN round(greatest(1 - coalesce(told_factors.middle, 1) * (1 - list_avg(spread.precision)), 0), 6)
    END AS precision,
    -- A few draws that show no false link do not prove that there is none: there is always room for one.
    CASE WHEN spread.links > 0 THEN round(greatest(least(
        1 - coalesce(told_factors.lower, 1) * (1 - spread.precision_low), 1 - 1 / spread.links
    ), 0), 6) END AS precision_low,
    round(spread.precision_high, 6) AS precision_high,
    CASE WHEN whole.recall > 0 THEN round(spread.mean_recall, 6) END AS recall,
    -- Two doubts, of the draws and of the linkage unit about all records, added as variances are.
    CASE WHEN whole.recall > 0 AND spread.mean_recall IS NOT NULL THEN round(greatest(spread.mean_recall - sqrt(
        (spread.mean_recall - spread.drawn_low) ** 2
        + (spread.mean_recall * (1 - coalesce(whole.recall_low, whole.recall) / whole.recall)) ** 2
    ), 0), 6) END AS recall_low,
    CASE WHEN whole.recall > 0 AND spread.mean_recall IS NOT NULL THEN round(least(spread.mean_recall + sqrt(
        (spread.drawn_high - spread.mean_recall) ** 2
        + (spread.mean_recall * (coalesce(whole.recall_high, whole.recall) / whole.recall - 1)) ** 2
    ), 1), 6) END AS recall_high,
    CASE WHEN whole.recall > 0 THEN round(list_avg(spread.f1), 6) END AS f1,
    spread.n_draws
FROM spread
LEFT JOIN input_recall AS whole ON true
LEFT JOIN told_factors ON true
ORDER BY spread.grouping, spread.group_name;

COMMENT ON TABLE linkage_quality_by_group IS
    'How well the crosswalk links the records of a group, estimated from the posterior draws without any truth; over all linked records, also of persons who are not kept. Not for release. Without draws there are no rows.';
COMMENT ON COLUMN linkage_quality_by_group.grouping IS
    'nationality_group, sex, age_band, or overall. A grouping that no source tells of has no rows.';
COMMENT ON COLUMN linkage_quality_by_group.group_name IS
    'The group: NL, EU (other 26 member states), non-EU; V, M, O; <18, 18-22, 23+ (age in the year of the first victim registration; only of records that have one, if any has); not registered; all records.';
COMMENT ON COLUMN linkage_quality_by_group.links IS 'Linked pairs of which at least one record is in the group.';
COMMENT ON COLUMN linkage_quality_by_group.expected_matches IS
    'Estimated number of such pairs that are one person: mean over draws, with the matches that no draw can have.';
COMMENT ON COLUMN linkage_quality_by_group.precision IS 'Estimated share of the links that are right: mean over draws of the share that a draw holds too, false links taken to be as many times more as the linkage unit takes them to be over all records. Null without links.';
COMMENT ON COLUMN linkage_quality_by_group.precision_low IS
    'Lower end of the 90% interval: of 20 draws the lowest, false links times more in the same way, and always room for one.';
COMMENT ON COLUMN linkage_quality_by_group.precision_high IS 'Upper end: of 20 draws the highest.';
COMMENT ON COLUMN linkage_quality_by_group.recall IS
    'Estimated share of the matches that are linked, mean over draws. Matches that no draw can have are added per source pair, as many as the linkage unit expects and as if spread over groups as the others. Null where the linkage unit cannot estimate recall over all records.';
COMMENT ON COLUMN linkage_quality_by_group.recall_low IS
    'Lower end of the 90% interval: of 20 draws the lowest, widened by the interval of recall over all records.';
COMMENT ON COLUMN linkage_quality_by_group.recall_high IS 'Upper end of it.';
COMMENT ON COLUMN linkage_quality_by_group.f1 IS
    'Twice the common pairs over links and matches together, mean over draws; null where recall is.';
COMMENT ON COLUMN linkage_quality_by_group.n_draws IS 'Number of draws it rests on.';
