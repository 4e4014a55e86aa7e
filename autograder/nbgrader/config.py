"""What nbgrader does differently here: its settings as lists, each with the reason why it is not the default."""

from traitlets.config import Config

from ..handin.notebook_answers import UNTOUCHED

# Files that running the notebooks in source/ leaves behind are not for students.
NOT_RELEASED = [
    ".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", ".DS_Store",
    ".mypy_cache", ".ruff_cache", ".pytest_cache",
]  # fmt: skip

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

# What a student reads on running an unfinished function, and instead of an answer.
CODE_STUB = 'raise NotImplementedError("Replace this line with your code, then run the cell again.")'
TEXT_STUB = UNTOUCHED


def apply(c: Config) -> None:
    """Set what a course of the autograder needs; a line below the call in nbgrader_config.py can set it otherwise."""
    c.CourseDirectory.ignore = list(NOT_RELEASED)
    c.GenerateAssignment.preprocessors = list(RELEASE_STEPS)
    c.GenerateSolution.preprocessors = list(ANSWER_KEY_STEPS)
    c.ClearSolutions.code_stub = {"python": CODE_STUB}
    c.ClearSolutions.text_stub = TEXT_STUB
    c.Autograde.sanitize_preprocessors = []
    c.Autograde.autograde_preprocessors = list(AUTOGRADE_STEPS)
    c.GenerateFeedback.preprocessors = list(FEEDBACK_STEPS)
    # One damaged zip must not stop the class: what Canvas gives is read as `autograder grade` reads it.
    c.ZipCollectApp.extractor_plugin = "autograder.commands.nbgrader_hooks.CourseExtractor"
