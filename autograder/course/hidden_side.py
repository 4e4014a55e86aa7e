"""The hidden side of an assignment: its checks, and the optional modules that the engine asks for by name.

It lies in the course folder, in autograder/assignments/<name>/, which need hold nothing of the engine.
"""

from pathlib import Path
from types import ModuleType

from ..model.assignment import Assignment
from . import loaded_package

CHECKS = "checks"  # folder with a file check_<item>.py for each item
TRAINING = "training"  # findings about what a submission shows of the training
FORMULA_DIAGNOSIS = "formula_diagnosis"  # what is wrong with a formula, for the person who marks it
PICTURES = "pictures"  # what the pictures of a class show
DEMO = "demo"  # a class of submissions to try the autograder with


def module(assignment: Assignment, name: str) -> ModuleType | None:
    """Import one module of the hidden side, such as `training` or `checks.reference`; None if there is none.

    Raises:
        ConfigError: It cannot be imported.
    """
    return loaded_package.module(assignment.hidden_dir, name)


def checks_dir(assignment: Assignment) -> Path:
    """Return the folder of the hidden checks, whether it is there or not."""
    return assignment.hidden_dir / CHECKS
