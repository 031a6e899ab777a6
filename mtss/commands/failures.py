"""What ended a run, in the words of a person at the keys."""

from __future__ import annotations

import errno

from mtss.training.scarcity import tells_of_memory

MEMORY = "out of memory: close other programs, train on fewer images, or train on the CPU"


def words_of_system(problem: OSError) -> str:
    """A refusal of the operating system."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full: nothing was replaced; free some space and start again"
    if problem.errno == errno.EFBIG:
        return "a file would have become larger than this disk or account allows; nothing was replaced"
    if problem.errno == errno.ENOMEM:
        return MEMORY
    where = f"{problem.filename}: " if problem.filename else ""
    return f"{where}{problem.strerror or problem}"


def words_of_import(problem: ImportError) -> str:
    """A library that does not load; where memory runs out meanwhile, some say only that a name is missing."""
    if tells_of_memory(problem):
        return MEMORY
    return "the training's software could not be loaded: memory ran out, or it is damaged; see the log"
