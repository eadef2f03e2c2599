"""Joins linked pseudonyms to what was registered: marts, protected release, and reading both."""

from warehouse.building import BuildResult, build
from warehouse.dictionary import data_dictionary, project_dictionary
from warehouse.errors import QueryRefused, WarehouseRefused
from warehouse.inputs import Estimate, Uncertainty
from warehouse.reading import export, query
from warehouse.releasing import release
from warehouse.reporting import quality_by_group, report_data
from warehouse.settings import WarehouseSettings

__all__ = [
    "BuildResult",
    "Estimate",
    "QueryRefused",
    "Uncertainty",
    "WarehouseRefused",
    "WarehouseSettings",
    "build",
    "data_dictionary",
    "export",
    "project_dictionary",
    "quality_by_group",
    "query",
    "release",
    "report_data",
]
