"""Normalise and encode identifiers; find, compare, score and cluster encoded records.

Nothing here knows of agencies, payload, Airflow or files' whereabouts. The mathematics (``compare``, ``model``,
``cluster``) is pure: arrays in, arrays out. ``linkage.link.link`` is the whole of it; it is not imported here, so that
an agency that only encodes loads no compiler.
"""
