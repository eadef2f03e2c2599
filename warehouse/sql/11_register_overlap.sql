-- grain: one row per basis and ordered pair of registers; key: basis, register_a, register_b
CREATE TABLE register_overlap AS
WITH memberships AS (
    SELECT DISTINCT 'any_role' AS basis, source, person_id FROM registrations
    UNION ALL
    SELECT DISTINCT 'victim_role' AS basis, source, person_id FROM registrations WHERE is_victim
),
sizes AS (
    SELECT basis, source, count(*) AS n FROM memberships GROUP BY basis, source
),
shared AS (
    SELECT one.basis, one.source AS register_a, other.source AS register_b, count(*) AS n
    FROM memberships AS one
    INNER JOIN memberships AS other
        ON other.basis = one.basis AND other.person_id = one.person_id AND other.source <> one.source
    GROUP BY one.basis, one.source, other.source
),
counted AS (
    SELECT
        a.basis,
        a.source AS register_a,
        b.source AS register_b,
        a.n AS n_a,
        b.n AS n_b,
        coalesce(shared.n, 0) AS n_both
    FROM sizes AS a
    INNER JOIN sizes AS b ON b.basis = a.basis AND b.source <> a.source
    LEFT JOIN shared ON shared.basis = a.basis AND shared.register_a = a.source AND shared.register_b = b.source
)
SELECT
    basis,
    register_a,
    register_b,
    n_a::INTEGER AS n_a,
    n_b::INTEGER AS n_b,
    n_both::INTEGER AS n_both,
    (n_both / n_a)::DOUBLE AS coverage,
    (n_both / (n_a + n_b - n_both))::DOUBLE AS jaccard,
    ((n_a + 1)::DOUBLE * (n_b + 1) / (n_both + 1) - 1)::DOUBLE AS chapman
FROM counted
ORDER BY basis, register_a, register_b;

COMMENT ON TABLE register_overlap IS 'How far registers hold the same persons, for each ordered pair.';
COMMENT ON COLUMN register_overlap.basis IS 'any_role: a registration in any role counts; victim_role: only in a victim role.';
COMMENT ON COLUMN register_overlap.register_a IS 'The register conditioned on.';
COMMENT ON COLUMN register_overlap.register_b IS 'The other register.';
COMMENT ON COLUMN register_overlap.n_a IS 'Persons in register a.';
COMMENT ON COLUMN register_overlap.n_b IS 'Persons in register b.';
COMMENT ON COLUMN register_overlap.n_both IS 'Persons in both.';
COMMENT ON COLUMN register_overlap.coverage IS 'Share of the persons in a who are also in b, P(b|a).';
COMMENT ON COLUMN register_overlap.jaccard IS 'Persons in both over persons in either.';
COMMENT ON COLUMN register_overlap.chapman IS
    'Population size from two lists (Chapman 1951): (a + 1)(b + 1)/(both + 1) - 1. Holds only for independent lists and errorless links.';
