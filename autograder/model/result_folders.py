"""Where grading keeps what it makes: by assignment, so that two in one folder never mix."""

from pathlib import Path

HIDDEN_FOLDER = ".autograder"  # nbgrader does not look into it, and no file of a student's can reach it


class ResultFolders:
    """The folders and files of one assignment in `out`, the folder that `autograder grade` writes to."""

    def __init__(self, out: Path, assignment: str) -> None:
        self.out, self.assignment = out, assignment
        self.submitted = out / "submitted"  # <student>/<assignment>/ of all assignments: nbgrader's layout
        self.results = out / "results" / assignment  # <student>.json, the reports, for people and programs
        self.report = out / "report" / assignment  # of the class
        self.feedback = out / "feedback" / assignment  # a page for each student
        self.feedback_zip = out / f"{assignment}_feedback_for_canvas.zip"  # the same pages as Canvas takes them back
        self.scores_for_canvas = out / f"{assignment}_grades_for_canvas.csv"  # Canvas's gradebook, scores filled in
        self.superseded = out / "superseded" / assignment  # <student>/<n>/, what newer submissions replaced
        self.hidden = out / HIDDEN_FOLDER / assignment  # what only the grader reads
        # <student>.json: where each stored submission stood in Canvas's download, and findings
        self.arrivals = self.hidden / "arrivals"
        self.refused = self.hidden / "refused"  # the same for what was not stored: a refused student gets an answer
        self.pictures = self.hidden / "pictures"  # rendered ones, kept from run to run
        self.answers = self.hidden / "answers"  # <student>.json: what a person marks, and what is shown with it

    def autograded(self, student: str) -> Path:
        """Return the folder of one graded submission, as formgrader shows it: nbgrader's layout."""
        return self.out / "autograded" / student / self.assignment

    @property
    def of_version_1(self) -> bool:
        """Whether results lie here as version 1 kept them, not by assignment."""
        return any((self.out / "results").glob("*.json"))
