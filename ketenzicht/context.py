"""What every stage of a run is given: the project, the workspace, who acts, and the clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ketenzicht import environment
from ketenzicht.journal import Journal
from ketenzicht.settings import Project, read_project
from ketenzicht.workspace import Workspace
from linkage.progress import Progress, silent


@dataclass(frozen=True)
class Context:
    """The surroundings of a run; stages read nothing else.

    ``progress`` is told (stage, done, total, unit). ``threads`` changes speed, never a result.
    """

    project: Project
    workspace: Workspace
    actor: str
    threads: int = 2
    clock: Callable[[], datetime] = environment.now
    entropy: Callable[[int], bytes] = environment.entropy
    progress: Progress = field(default=silent, repr=False)

    @property
    def journal(self) -> Journal:
        """The run journal in the auditor's domain."""
        return Journal(self.workspace.journal, self.clock)


def open_context(
    config: Path | None = None,
    workspace: Path | None = None,
    actor: str | None = None,
    threads: int | None = None,
    progress: Progress = silent,
) -> Context:
    """Read the config directory and find the workspace (default ``workspace/PROJECT``).

    Raises ``ConfigurationError`` where the config directory is not in order.
    """
    project = read_project(config or environment.config_directory())
    root = workspace or environment.workspace_directory() or Path("workspace") / project.pipeline.project
    return Context(
        project=project,
        workspace=Workspace(root),
        actor=actor or environment.actor(),
        threads=threads or environment.processors(),
        progress=progress,
    )
