"""A project is its config directory, read into frozen models."""

from ketenzicht.settings.formats import (
    Columns,
    CsvFormat,
    FixedWidthFormat,
    JsonLinesFormat,
    ParquetFormat,
    SourceFormat,
    XlsxFormat,
)
from ketenzicht.settings.pipeline import PipelineSettings, ReleaseSettings, TruthSettings
from ketenzicht.settings.project import Project, read_project
from ketenzicht.settings.source import (
    Cell,
    DeliverySettings,
    EventSettings,
    PayloadSettings,
    RegistrationSettings,
    SourceSettings,
)

__all__ = [
    "Cell",
    "Columns",
    "CsvFormat",
    "DeliverySettings",
    "EventSettings",
    "FixedWidthFormat",
    "JsonLinesFormat",
    "ParquetFormat",
    "PayloadSettings",
    "PipelineSettings",
    "Project",
    "RegistrationSettings",
    "ReleaseSettings",
    "SourceFormat",
    "SourceSettings",
    "TruthSettings",
    "XlsxFormat",
    "read_project",
]
