-- grain: one row per victim; key: person_id
-- A new signal is a victim registration that stands for victimisation, not for a step in care: one with an event such as
-- an incident or a report, or one without any event. It is dated by that event, so that a late report of an incident
-- from before the index is no repeat.
CREATE TABLE repeat_victimisation AS
WITH registration_events AS (
    SELECT
        events.source,
        events.registration_id,
        bool_or(list_contains(setting.victimisation_activities, events.activity)) AS is_victimisation,
        min(events.start_earliest)
            FILTER (WHERE list_contains(setting.victimisation_activities, events.activity)) AS start_earliest,
        min(events.start_latest)
            FILTER (WHERE list_contains(setting.victimisation_activities, events.activity)) AS start_latest
    FROM events
    CROSS JOIN setting
    GROUP BY events.source, events.registration_id
),
signals AS (
    SELECT
        registrations.person_id,
        registrations.source,
        registrations.registration_id,
        coalesce(registration_events.start_earliest, registrations.registered_earliest) AS signal_earliest,
        coalesce(registration_events.start_latest, registrations.registered_latest) AS signal_latest
    FROM registrations
    LEFT JOIN registration_events USING (source, registration_id)
    WHERE registrations.is_victim AND coalesce(registration_events.is_victimisation, true)
),
after_index AS (
    SELECT
        first_help.person_id,
        signals.source,
        signals.signal_earliest,
        signals.signal_latest,
        signals.signal_earliest - first_help.index_latest > setting.washout_days AS is_certain,
        signals.signal_latest - first_help.index_earliest > setting.washout_days AS is_possible,
        signals.signal_earliest - first_help.index_latest AS days_least,
        signals.signal_latest - first_help.index_earliest AS days_most
    FROM first_help
    INNER JOIN signals USING (person_id)
    CROSS JOIN setting
    WHERE signals.signal_earliest <= setting.extraction_date
        AND (signals.source, signals.registration_id) <> (first_help.index_source, first_help.index_registration_id)
),
repeats AS (
    SELECT
        person_id,
        count(*) FILTER (WHERE is_certain) AS n_signals,
        first(source ORDER BY signal_earliest, signal_latest, source) FILTER (WHERE is_certain) AS next_source,
        min(signal_earliest) FILTER (WHERE is_certain) AS next_earliest,
        min(signal_latest) FILTER (WHERE is_certain) AS next_latest,
        min(days_least) FILTER (WHERE is_certain) AS days_least,
        min(days_most) FILTER (WHERE is_certain) AS days_most,
        coalesce(bool_or(is_possible), false) AS is_possible_repeat,
        min(greatest(days_least, 0)) FILTER (WHERE is_possible) AS possible_days_least
    FROM after_index
    GROUP BY person_id
)
SELECT
    first_help.person_id,
    first_help.index_earliest,
    first_help.index_latest,
    first_help.age_band,
    coalesce(repeats.n_signals > 0, false) AS is_repeat,
    coalesce(repeats.is_possible_repeat, false) AS is_possible_repeat,
    coalesce(repeats.n_signals, 0)::INTEGER AS n_signals,
    repeats.next_source,
    repeats.next_earliest,
    repeats.next_latest,
    round(repeats.days_least / 365.25, 4) AS years_least,
    round(repeats.days_most / 365.25, 4) AS years_most,
    round(repeats.possible_days_least / 365.25, 4) AS possible_years_least,
    round(first_help.followed_days / 365.25, 4) AS followed_years,
    round(coalesce(repeats.days_most, first_help.followed_days) / 365.25, 4) AS observed_years
FROM first_help
LEFT JOIN repeats USING (person_id)
ORDER BY first_help.person_id;

COMMENT ON TABLE repeat_victimisation IS
    'The next sign of victimisation after the first victim registration (index) and a washout, censored at the extraction date.';
COMMENT ON COLUMN repeat_victimisation.person_id IS 'Pseudonym of the person.';
COMMENT ON COLUMN repeat_victimisation.index_earliest IS 'Earliest possible day of the index.';
COMMENT ON COLUMN repeat_victimisation.index_latest IS 'Latest possible day of the index.';
COMMENT ON COLUMN repeat_victimisation.age_band IS 'Age reached in the year of the index: <18, 18-22, 23+ or unknown.';
COMMENT ON COLUMN repeat_victimisation.is_repeat IS 'Whether a new sign came more than the washout (30 days by default) after the index, however partial dates fall.';
COMMENT ON COLUMN repeat_victimisation.is_possible_repeat IS 'Whether partial dates allow one; true for every certain repeat.';
COMMENT ON COLUMN repeat_victimisation.n_signals IS
    'Number of certain signs after the washout. Two registers telling of one incident count twice: not a number of incidents.';
COMMENT ON COLUMN repeat_victimisation.next_source IS 'Source of the first certain sign.';
COMMENT ON COLUMN repeat_victimisation.next_earliest IS 'Earliest possible day of it.';
COMMENT ON COLUMN repeat_victimisation.next_latest IS 'Latest possible day of it.';
COMMENT ON COLUMN repeat_victimisation.years_least IS 'Fewest years (365.25 days) from index to it.';
COMMENT ON COLUMN repeat_victimisation.years_most IS 'Most years from index to it.';
COMMENT ON COLUMN repeat_victimisation.possible_years_least IS 'Fewest years to the first possible sign.';
COMMENT ON COLUMN repeat_victimisation.followed_years IS 'Years from the latest possible index to the extraction date.';
COMMENT ON COLUMN repeat_victimisation.observed_years IS
    'Time for survival analysis: years_most where repeated, else followed_years (censored).';
