"""What the DAG files share: where this deployment stands, its assets, calendar, alerts and rules for failing."""
