"""Writes what goes back to students, from what is stored: `autograder feedback`."""

from collections.abc import Sequence
from pathlib import Path

from .. import gradebook
from ..course import assignment as assignments
from ..course import course_settings
from ..course.course_settings import CourseSettings
from ..gradebook.regrade_requests import regrade_requests
from ..intake.people import course_roster, everybody, people
from ..marking.rendered_pictures import RenderedPictures
from ..model.plain_text import counted
from ..model.report import Report
from ..model.result_folders import ResultFolders
from ..nbgrader.stored_answers import StoredWork
from ..reports import feedback as feedback_pages
from ..reports.about_run import about_run
from ..reports.stored_class import canvas_entries, groups_of, marks_with_lateness, stored_reports, ticks_so_far
from ..reports.student_page import Homework

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
    marks = marks_with_lateness(reports, assignment, settings, folders)
    homework = Homework(
        assignment, ticks_so_far(reports, assignment, settings, folders),
        show_rubric=settings.marking.show_rubric, show_model_answers=model_answers,
    )  # fmt: skip
    with RenderedPictures(folders.pictures) as rendered:
        stored = StoredWork(assignment, settings, folders, rendered)
        work = feedback_pages.ClassWork(
            _names(reports, settings, folders),
            groups_of(reports, assignment, folders),
            canvas_entries(reports, assignment, folders),
            regrade_requests(gradebook.url(settings, folders.out), assignment),
            stored.class_answers(),
            stored.code,
        )
        about = about_run(reports, assignment, settings, folders)
        written = feedback_pages.write(reports, marks, homework, folders, about=about, work=work)
    known = everybody(course_roster(settings, folders), folders, [entry.student for entry in reports])
    gradebook.name_students(gradebook.url(settings, folders.out), known.members)
    print(f"Feedback: {counted(written.pages, 'page')} in {written.folder}; to upload to Canvas: {written.zip}")
    for sent, why in (
        (written.loose, "Sent no zip, so Canvas shows their page under another file name"),
        (written.left_out, "Sent no file through Canvas, so their page is not in the zip"),
    ):
        if sent:
            print(f"{why}: {'; '.join(map(known.written, sent))}")
    for sentence in written.failed:
        print(f"No page could be written: {sentence}")
    unknown = [
        f"{known.written(entry.student)}: {marks[entry.student].late}"
        for entry in reports
        if entry.student in marks and marks[entry.student].late_unknown
    ]
    if unknown:
        print(f"No late penalty is applied yet: {'; '.join(unknown)}")
    if not written.open_items:
        return NEEDS_A_PERSON if unknown or written.failed else DONE
    answers, students = counted(written.open_items, "answer"), counted(written.open_pages, "student")
    print(f"Not final: {answers} of {students} {'is' if written.open_items == 1 else 'are'} not marked yet.")
    return NEEDS_A_PERSON


def _names(reports: Sequence[Report], settings: CourseSettings, folders: ResultFolders) -> dict[str, str]:
    """Return how each student is called, by id; nothing of whom nobody knows the name."""
    known = people(course_roster(settings, folders), folders, [entry.student for entry in reports])
    return {student: " ".join(filter(None, member.first_and_last)) for student, member in known.items() if member.name}
