"""What the report of a class shows of the submissions themselves: written answers that are alike, and pictures."""

from collections.abc import Mapping

from ..model.assignment import Assignment
from ..model.report import Report
from ..model.submission import Submission
from .class_pictures import Collection
from .rendered_pictures import RenderedPictures


class ClassWork:
    """Gathered while a class is graded, when each submission is at hand: to read all of them again takes 6 ms each.

    It holds about ten kilobytes a student, most of them of the plot.
    """

    def __init__(self, assignment: Assignment) -> None:
        """Begin with nobody's. Raises ConfigError when the hidden side's pictures cannot be imported."""
        self.answers: dict[str, Mapping[str, str]] = {}  # by student, then by item
        self.pictures = Collection(assignment)

    def add(
        self, report: Report, submission: Submission, answers: Mapping[str, str], rendered: RenderedPictures
    ) -> None:
        """Take what one student handed in, unless it was refused; `answers` are those that a person marks."""
        if submission.problem is None and not report.refused:
            self.answers[report.student] = answers
            self.pictures.add(submission, rendered)
