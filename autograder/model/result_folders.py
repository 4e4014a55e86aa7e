"""Where grading keeps what it makes: by assignment, so that two in one folder never mix."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HIDDEN_FOLDER = ".autograder"  # nbgrader does not look into it, and no file of a student's can reach it


@dataclass(frozen=True)
class ResultFolders:
    """The folders and files of one assignment in `out`, the folder that `autograder grade` writes to."""

    out: Path
    assignment: str  # its name

    @property
    def submitted(self) -> Path:
        """Holds <student>/<assignment>/ for all assignments: its layout is nbgrader's, as in autograded/."""
        return self.out / "submitted"

    @property
    def results(self) -> Path:
        """Holds <student>.json, the reports, for people and programs."""
        return self.out / "results" / self.assignment

    @property
    def report(self) -> Path:
        """Holds the report of the class."""
        return self.out / "report" / self.assignment

    @property
    def feedback(self) -> Path:
        """Holds a page for each student."""
        return self.out / "feedback" / self.assignment

    @property
    def feedback_zip(self) -> Path:
        """The same pages as Canvas takes them back."""
        return self.out / f"{self.assignment}_feedback_for_canvas.zip"

    @property
    def scores_for_canvas(self) -> Path:
        """A gradebook that Canvas exported, with the scores filled in."""
        return self.out / f"{self.assignment}_grades_for_canvas.csv"

    @property
    def superseded(self) -> Path:
        """Holds <student>/<n>/, what newer submissions replaced."""
        return self.out / "superseded" / self.assignment

    @property
    def hidden(self) -> Path:
        """Holds what only the grader reads."""
        return self.out / HIDDEN_FOLDER / self.assignment

    @property
    def arrivals(self) -> Path:
        """Holds <student>.json: where each stored submission stood in Canvas's download, and findings."""
        return self.hidden / "arrivals"

    @property
    def refused(self) -> Path:
        """The same for what was not stored: a refused student gets an answer, too."""
        return self.hidden / "refused"

    @property
    def pictures(self) -> Path:
        """Keeps rendered pictures from run to run."""
        return self.hidden / "pictures"

    @property
    def of_version_1(self) -> bool:
        """Whether results lie here as version 1 kept them, not by assignment."""
        return any((self.out / "results").glob("*.json"))
