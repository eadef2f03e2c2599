"""Normalise and encode identifiers; find, compare, score and cluster encoded records.

Nothing here knows of agencies, payload, Airflow or files' whereabouts. The mathematics (``compare``, ``model``,
``cluster``) is pure: arrays in, arrays out.
"""

from linkage.link import Linkage, link

__all__ = ["Linkage", "link"]
