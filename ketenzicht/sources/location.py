"""Where a source's file stands."""

from importlib.resources import files
from pathlib import Path, PurePosixPath

from ketenzicht.errors import ConfigurationError
from ketenzicht.settings import SourceSettings

_PACKAGE = "package:"


def locate(source: SourceSettings, folder: Path | None, config_directory: Path) -> Path:
    """The path of a source's file, which need not exist.

    ``package:MODULE/relative/path`` is a data file inside an installed package; an absolute path stands for itself; a
    relative one is taken from ``folder`` where given, else from the config directory. Raises ``ConfigurationError``
    where the package is not installed or the path leads out of it.
    """
    if source.file.startswith(_PACKAGE):
        return _in_package(source.name, source.file.removeprefix(_PACKAGE))
    return (folder if folder is not None else config_directory) / source.file


def _in_package(name: str, location: str) -> Path:
    module, _, inside = location.partition("/")
    if not module or not inside or ".." in PurePosixPath(inside).parts:
        msg = f"source {name}, key file: not a place inside a package. Cure: write package:MODULE/relative/path."
        raise ConfigurationError(msg)
    try:
        root = files(module)
    except (ModuleNotFoundError, TypeError, ValueError):
        msg = f"source {name}, key file: package {module} is not installed. Cure: install it, or name another file."
        raise ConfigurationError(msg) from None
    return Path(str(root)) / inside
