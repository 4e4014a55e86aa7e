"""The kit of an assignment, for the engine: what students import, run by the grader on data of its own."""

from __future__ import annotations

from types import ModuleType

from ..model.assignment import Assignment
from . import loaded_package


def module(assignment: Assignment, name: str) -> ModuleType | None:
    """Import one module of the assignment's kit; None if there is no kit, or it has none of that name.

    Raises:
        ConfigError: It cannot be imported.
    """
    return loaded_package.module(assignment.kit_dir, name) if assignment.kit_dir is not None else None
