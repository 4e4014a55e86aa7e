"""What nbgrader does differently here: its settings as lists, each with the reason why it is not the default."""

from typing import Any

from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue

from ..course.given_files import NOT_RELEASED
from ..model.cell_regions import CellRegions

# DropMarkSchemes is new in this list: a mark scheme is a cell, and goes as a whole; so is ShowDueDate, which stands
# behind SaveCells, as a later due date changes no cell of the homework. InstantiateTests is left out: it would run the
# instructor's notebook in a kernel.
RELEASE_STEPS = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "autograder.nbgrader.release.DropMarkSchemes",
    "autograder.nbgrader.due_date.ShowDueDate",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# The answer key: nbgrader's own list refuses mark schemes that are no "task" cells, and runs the training cells.
ANSWER_KEY_STEPS = [
    "autograder.nbgrader.release.DropMarkSchemes",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearOutput",
]

# Nothing here may execute a cell or derive a score from an output: both are done before, see CourseAutograde.
AUTOGRADE_STEPS = [
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# The notebooks that formgrader shows contain mark schemes; students do not get them with their feedback.
FEEDBACK_STEPS = [
    "autograder.nbgrader.release.DropMarkSchemes",
    "nbgrader.preprocessors.GetGrades",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]

# Steps of the release that a course's own list of steps gets as well, each with the step that it stands behind.
ADDED_STEPS = {
    "autograder.nbgrader.release.DropMarkSchemes": "SaveCells",
    "autograder.nbgrader.due_date.ShowDueDate": "DropMarkSchemes",
}


def apply(c: Config) -> None:
    """Set what a course of the autograder needs, and nothing of a release that the course has set before.

    A line below the call in nbgrader_config.py can set it otherwise.
    """
    stubs = CellRegions()
    c.CourseDirectory.ignore = list(dict.fromkeys([*NOT_RELEASED, *(_own(c.CourseDirectory, "ignore") or ())]))
    c.GenerateAssignment.preprocessors = _with_added(_own(c.GenerateAssignment, "preprocessors") or RELEASE_STEPS)
    c.GenerateSolution.preprocessors = list(ANSWER_KEY_STEPS)
    if _own(c.ClearSolutions, "code_stub") is None:
        c.ClearSolutions.code_stub = {"python": stubs.code_stub}
    if _own(c.ClearSolutions, "text_stub") is None:
        c.ClearSolutions.text_stub = stubs.text_stub
    c.Autograde.sanitize_preprocessors = []
    c.Autograde.autograde_preprocessors = list(AUTOGRADE_STEPS)
    c.GenerateFeedback.preprocessors = list(FEEDBACK_STEPS)
    # One damaged zip must not stop the class: what Canvas gives is read as `autograder grade` reads it.
    c.ZipCollectApp.extractor_plugin = "autograder.commands.nbgrader_hooks.CourseExtractor"


def _own(section: Config, name: str) -> Any:
    """Return what the course has set itself, None for nothing; what it adds to a list of nbgrader's is such a list."""
    value = section.get(name)
    return value.get_value([]) if isinstance(value, LazyConfigValue) else value


def _with_added(steps: Any) -> Any:
    """Return steps of a release with ours; what runs the instructor's notebook in a kernel is left out."""
    if not isinstance(steps, list) or not all(isinstance(step, str) for step in steps):
        return steps  # refused where the settings are read
    found = [step for step in steps if step not in ADDED_STEPS and not step.endswith(".InstantiateTests")]
    for added, before in ADDED_STEPS.items():
        places = [index for index, step in enumerate(found) if step.endswith(f".{before}")]
        found.insert(places[-1] + 1 if places else len(found), added)
    return found
