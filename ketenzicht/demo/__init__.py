"""The demonstration: four fictional agencies through Airflow on this machine, from exports to an approved release.

Airflow runs as separate processes and is spoken to over its REST API, as a person's browser would; nothing here
imports it.
"""
