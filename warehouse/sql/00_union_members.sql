-- grain: one row per other member state of the European Union; key: nationality
-- The other 26 member states; nationals of a state that left the Union during the period count as outside it.
CREATE TEMP TABLE union_members AS
SELECT unnest([
    'AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IT', 'LT', 'LU',
    'LV', 'MT', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK'
]) AS nationality;
