"""Writes what goes back to students, from what is stored: `autograder feedback`."""

from pathlib import Path

from ..course import assignment as assignments
from ..course import course_settings
from ..model.plain_text import counted
from ..model.result_folders import ResultFolders
from ..reports import feedback as feedback_pages
from ..reports.stored_class import canvas_entries, marks_with_lateness, stored_reports

DONE, NEEDS_A_PERSON = 0, 1


def feedback(course_dir: Path, out: Path | None = None, *, name: str = "", model_answers: bool = False) -> int:
    """Write a page for each student and a zip of them for Canvas; return the exit code.

    Raises:
        ConfigError: Nothing has been graded yet, or the gradebook cannot be read.
    """
    assignment = assignments.load(course_dir, name)
    settings = course_settings.load(course_dir, assignment.name)
    folders = ResultFolders((out or course_dir).resolve(), assignment.name)
    reports = stored_reports(folders)
    entries = canvas_entries(reports, assignment, folders)
    marks = marks_with_lateness(reports, assignment, settings, folders)
    written = feedback_pages.write(reports, marks, assignment, folders, canvas=entries, model_answers=model_answers)
    print(f"Feedback: {counted(written.pages, 'page')} in {written.folder}; to upload to Canvas: {written.zip}")
    if written.loose:
        print(f"Sent no zip, so Canvas shows their page under another file name: {', '.join(written.loose)}")
    if written.left_out:
        print(f"Sent no file through Canvas, so their page is not in the zip: {', '.join(written.left_out)}")
    for sentence in written.failed:
        print(f"No page could be written: {sentence}")
    unknown = [entry.student for entry in reports if entry.student in marks and marks[entry.student].late_unknown]
    if unknown:
        print(f"Marked late, number of days unknown, so no penalty is applied yet: {', '.join(unknown)}")
    if not written.open_items:
        return NEEDS_A_PERSON if unknown or written.failed else DONE
    answers, students = counted(written.open_items, "answer"), counted(written.open_pages, "student")
    print(f"Not final: {answers} of {students} {'is' if written.open_items == 1 else 'are'} not marked yet.")
    return NEEDS_A_PERSON
