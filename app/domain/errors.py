"""The world's failures. Each message is fit to be shown: what happened, what was kept, what to do."""


class LapelError(Exception):
    """Something outside the program stops the work. ``str(error)`` is meant for the user."""


class ProjectError(LapelError):
    """A project cannot be opened, read or written."""


class ProjectMissing(ProjectError):
    """There is no project in that folder."""


class ProjectBusy(ProjectError):
    """Another running Lapel holds the project."""


class ProjectTooNew(ProjectError):
    """The project was written by a newer Lapel."""


class ProjectDamaged(ProjectError):
    """The project's database cannot be read."""


class ProjectUnwritable(ProjectError):
    """The project's folder cannot be written to."""


class DiskFull(ProjectUnwritable):
    """No space is left for the project. What was acknowledged before is kept."""


class Overtaken(LapelError):
    """What was worked out beside the project no longer holds: something it rests on was changed meanwhile."""


class NotPossible(LapelError):
    """The user asked for something that the project's rules do not allow."""


class ImportFailed(LapelError):
    """A file cannot be imported; the message names file and line."""


class ExportFailed(LapelError):
    """A file cannot be exported; nothing half-written is left."""
