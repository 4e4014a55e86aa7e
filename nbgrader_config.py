"""Settings of nbgrader for this course: only what differs from its defaults, with the reason."""

import sys
from pathlib import Path

# nbgrader puts the current folder on the path, formgrader that of the server: neither need be this one.
COURSE_DIR = str(Path(__file__).resolve().parent)
if COURSE_DIR not in sys.path:
    sys.path.insert(0, COURSE_DIR)

# The converters of this course, for which nbgrader has no setting: answer sheets count as notebooks, and
# submissions are graded by confined processes, never by a kernel of this account.
# nbgrader only logs an error in this file and would go on with its own converters: stop it.
try:
    from autograder.commands import nbgrader_hooks

    nbgrader_hooks.install()
except Exception as error:
    raise SystemExit(f"nbgrader_config.py: {error}. Nothing was done; run `make test` once to set up .venv.") from error

c = get_config()  # noqa: F821 - nbgrader defines it

# Postgres refuses rows of the course without a name that nbgrader uses otherwise.
c.CourseDirectory.course_id = "18739"

# What running the notebooks in source/ leaves behind is not for students.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", ".DS_Store", "word_vectors.png",
    ".mypy_cache", ".ruff_cache", ".pytest_cache",
]  # fmt: skip

# DropMarkSchemes is new in this list: a mark scheme is a cell, and goes as a whole. InstantiateTests is left out: it
# would run the instructor's notebook in a kernel.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "autograder.nbgrader.release.DropMarkSchemes",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# The answer key: nbgrader's own list refuses mark schemes that are no "task" cells, and trains the networks.
c.GenerateSolution.preprocessors = [
    "autograder.nbgrader.release.DropMarkSchemes",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearOutput",
]

# What a student reads on running an unfinished function.
c.ClearSolutions.code_stub = {
    "python": 'raise NotImplementedError("Replace this line with your code, then run the cell again.")'
}
c.ClearSolutions.text_stub = "*Replace this line with your answer.*"

# Nothing here may execute a cell or derive a score from an output: both are done before, see CourseAutograde.
c.Autograde.sanitize_preprocessors = []
c.Autograde.autograde_preprocessors = [
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# One damaged zip must not stop the class: what Canvas gives is read as `hw4 grade` reads it.
c.ZipCollectApp.extractor_plugin = "autograder.commands.nbgrader_hooks.CourseExtractor"

# Mark schemes stand in the notebooks that formgrader shows; students do not get them with their feedback.
c.GenerateFeedback.preprocessors = [
    "autograder.nbgrader.release.DropMarkSchemes",
    "nbgrader.preprocessors.GetGrades",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
