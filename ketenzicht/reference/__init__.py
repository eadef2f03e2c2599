"""Reference pages written from the code itself, so that they cannot say something else."""

from ketenzicht.reference.command_line import command_line
from ketenzicht.reference.configuration import configuration

PAGES = {"configuration.md": configuration, "command-line.md": command_line}

__all__ = ["PAGES", "command_line", "configuration"]
