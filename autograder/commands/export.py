"""Enters scores into the tables of a course system, from what is stored: `autograder export canvas`."""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from ..course import assignment as assignments
from ..course import course_settings
from ..formats.whole_files import write_whole
from ..gradebook.marks import final_scores
from ..intake.people import course_roster, everybody
from ..lms import canvas_scores as canvas_export
from ..lms.canvas_gradebook import CanvasGradebook
from ..model.errors import ConfigError
from ..model.final_score import FinalScore
from ..model.plain_text import counted, one_line
from ..model.result_folders import ResultFolders
from ..model.submission_status import NAME_LIMIT
from ..reports.stored_class import canvas_entries, marks_with_lateness, stored_reports

DONE, NEEDS_A_PERSON = 0, 1


def export(
    course_dir: Path, template: Path, out: Path | None = None, *, name: str = "", column: str = "",
    partial: bool = False,
) -> int:  # fmt: skip
    """Fill one column of an exported Canvas gradebook with the scores; return the exit code.

    The `template` is not changed; the filled file goes where the results are.

    Raises:
        ConfigError: Nothing has been graded yet, the template is no export of Canvas's, or no one column fits.
    """
    assignment = assignments.load(course_dir, name)
    settings = course_settings.load(course_dir, assignment.name)
    folders = ResultFolders((out or course_dir).resolve(), assignment.name)
    path = folders.scores_for_canvas
    exported = CanvasGradebook(template)
    if path.exists() and path.samefile(template):
        raise ConfigError(f"{path} was written by this command: give the file that Canvas exported.")
    target = canvas_export.find_column(exported, assignment, column or settings.column)
    reports = stored_reports(folders)
    users = {student: entry.user for student, entry in canvas_entries(reports, assignment, folders).items()}
    marks = marks_with_lateness(reports, assignment, settings, folders)
    filled = canvas_export.fill(exported, target, final_scores(reports, marks, assignment, users), partial=partial)
    write_whole(path, filled.data)
    print(
        f'Scores of {counted(len(filled.students), "student")} entered in "{one_line(target.header, NAME_LIMIT)}"; '
        f"to import into Canvas: {path}"
    )
    known = everybody(course_roster(settings, folders), folders, [entry.student for entry in reports])
    _say_who_is_not_in(filled, known.written)
    if target.points not in (None, assignment.points):
        print(
            f"Canvas counts this column out of {target.possible} points; these scores are out of {assignment.points:g}."
        )
    return NEEDS_A_PERSON if filled.not_final or filled.without_row else DONE


def _say_who_is_not_in(filled: canvas_export.Filled, called: Callable[[str], str]) -> None:
    """Name everybody who has no score in the file, grouped by reason; `called` says how a student is written."""
    waiting: dict[str, list[str]] = defaultdict(list)
    for score in filled.not_final:
        waiting[score.why_open].append(called(score.student))
    lists = [(f"Not final, so not changed ({why})", names) for why, names in sorted(waiting.items())] + [
        ("Graded, but not found in this gradebook", [_named(score, called) for score in filled.without_row]),
        ("In the file, but nothing was graded", [person.name for person in filled.without_score]),
        ("Excused, not assigned or hidden (EX, N/A), so not changed", [person.name for person in filled.kept]),
    ]
    for title, names in lists:
        if names:
            print(f"{title}: {'; '.join(one_line(name, 3 * NAME_LIMIT) for name in names)}.")
    if any(score.open_for(partial=True) == "" for score in filled.not_final):
        print("--partial enters these scores now and treats unmarked answers as 0.")


def _named(score: FinalScore, called: Callable[[str], str]) -> str:
    name = called(score.student)
    return f"{name} (Canvas user {score.canvas_user})" if score.canvas_user else name
