"""Writes what goes back to students, from what is stored: `autograder feedback`."""

from pathlib import Path

from .. import gradebook
from ..course import assignment as assignments
from ..course import course_settings
from ..gradebook.regrade_requests import regrade_requests
from ..intake.people import course_roster, everybody
from ..marking.rendered_pictures import RenderedPictures
from ..model.plain_text import counted
from ..model.result_folders import ResultFolders
from ..nbgrader.stored_answers import StoredWork
from ..reports import feedback as feedback_pages
from ..reports.about_run import about_run
from ..reports.stored_class import canvas_entries, groups_of, marks_with_lateness, stored_reports, ticks_so_far
from ..reports.student_page import Homework

DONE, NEEDS_A_PERSON = 0, 1
MOST_PROBLEMS = 10  # students of whom it is said by name that their answers cannot be read


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
    known = everybody(course_roster(settings, folders), folders, [entry.student for entry in reports])
    with RenderedPictures(folders.pictures) as rendered:
        stored = StoredWork(assignment, settings, folders, rendered)
        answers = stored.class_answers()
        work = feedback_pages.ClassWork(
            {member.student: " ".join(member.first_and_last).strip() for member in known.members if member.name},
            groups_of(reports, assignment, folders),
            canvas_entries(reports, assignment, folders),
            regrade_requests(gradebook.url(settings, folders.out), assignment),
            answers,
            stored.code,
        )
        about = about_run(reports, assignment, settings, folders)
        written = feedback_pages.write(reports, marks, homework, folders, about=about, work=work)
    gradebook.name_students(gradebook.url(settings, folders.out), known.members)
    print(f"Feedback: {counted(written.pages, 'page')} in {written.folder}; to upload to Canvas: {written.zip}")
    for sent, why in (
        (written.loose, "Sent no zip, so Canvas shows their page under another file name"),
        (written.left_out, "Sent no file through Canvas, so their page is not in the zip"),
    ):
        if sent:
            print(f"{why}: {'; '.join(map(known.written, sent))}")
    for problem in [*answers.missing.values()][:MOST_PROBLEMS]:
        print(f"{problem} The page shows no answer.")
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
    waiting, students = counted(written.open_items, "answer"), counted(written.open_pages, "student")
    print(f"Not final: {waiting} of {students} {'is' if written.open_items == 1 else 'are'} not marked yet.")
    return NEEDS_A_PERSON
