-- grain: one row per basis and ordered pair of registers; key: basis, register_a, register_b
CREATE TABLE register_overlap AS
WITH shielded AS (
    SELECT
        basis,
        register_a,
        register_b,
        protected(n_a) AS n_a,
        protected(n_b) AS n_b,
        protected_part(n_both, least(n_a, n_b)) AS n_both
    FROM marts.register_overlap
)
SELECT
    basis,
    register_a,
    register_b,
    n_a,
    n_b,
    n_both,
    (n_both / nullif(n_a, 0))::DOUBLE AS coverage,
    (n_both / nullif(n_a + n_b - n_both, 0))::DOUBLE AS jaccard,
    ((n_a + 1)::DOUBLE * (n_b + 1) / (n_both + 1) - 1)::DOUBLE AS chapman
FROM shielded
ORDER BY basis, register_a, register_b;

COMMENT ON TABLE register_overlap IS 'How far registers hold the same persons; protected.';
COMMENT ON COLUMN register_overlap.basis IS 'any_role: a registration in any role counts; victim_role: only in a victim role.';
COMMENT ON COLUMN register_overlap.register_a IS 'The register conditioned on.';
COMMENT ON COLUMN register_overlap.register_b IS 'The other register.';
COMMENT ON COLUMN register_overlap.n_a IS 'Persons in register a, rounded; null below the smallest cell shown.';
COMMENT ON COLUMN register_overlap.n_b IS 'Persons in register b, likewise.';
COMMENT ON COLUMN register_overlap.n_both IS 'Persons in both, rounded; null where these, or the rest of the smaller register, are below the smallest cell shown.';
COMMENT ON COLUMN register_overlap.coverage IS 'Share of the persons in a who are also in b, from the protected numbers.';
COMMENT ON COLUMN register_overlap.jaccard IS 'Persons in both over persons in either, from the protected numbers.';
COMMENT ON COLUMN register_overlap.chapman IS
    'Population size from two lists (Chapman 1951), from the protected numbers. Holds only for independent lists and errorless links.';
