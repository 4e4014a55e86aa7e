"""What nbgrader_config.py adds to nbgrader, so that its own commands grade as `autograder grade` does."""

import os
import sys
import traceback
from fnmatch import fnmatch
from glob import glob
from pathlib import Path
from typing import Any

from nbgrader.apps import api as nbgrader_api
from nbgrader.apps import autogradeapp, generateassignmentapp
from nbgrader.converters import Autograde, NbGraderException
from nbgrader.plugins import ExtractorPlugin
from traitlets.config import Config

from .. import gradebook, intake, running
from ..course import assignment as assignments
from ..course import course_settings
from ..formats.members import shown
from ..gradebook import registration
from ..grading import interpreter
from ..handin import terminal
from ..intake import VALID_ID
from ..intake.people import everybody, latest_roster
from ..marking import class_answers, rendered_pictures
from ..model.assignment import Assignment
from ..model.barrier import attempt
from ..model.error_lines import on_one_line, sentence
from ..model.errors import ConfigError, GraderFault
from ..model.report import Report
from ..model.result_folders import ResultFolders
from ..model.submission import Submission
from ..nbgrader import config, formgrader, formgrader_notebooks
from ..nbgrader.release import CourseGenerateAssignment


class CourseAutograde(Autograde):
    """`nbgrader autograde` that grades a student's whole folder once, outside of nbgrader, in the confined session.

    Every folder under submitted/ counts, whatever is in it: all notebooks of the assignment are written and have
    their rows, and nothing of a submission is copied or opened by nbgrader itself.
    """

    def start(self) -> None:
        """Grade the folders that were asked for. Raises NbGraderException when one of them, or all, could not be."""
        try:
            settings = course_settings.load(Path(self.coursedir.root))  # that raised would leave nbgrader its own steps
            self._assignment: Assignment = assignments.load(Path(self.coursedir.root), self.coursedir.assignment_id)
            self._folders = ResultFolders(Path(self.coursedir.root), self._assignment.name)
            rendered = rendered_pictures.RenderedPictures(self._folders.pictures)
            with (
                rendered,
                gradebook.ScoreWriter(self._assignment, settings, self.coursedir.db_url) as self._score_writer,
            ):
                self._assembler = formgrader_notebooks.Assembler(self._assignment, settings, rendered)
                super().start()
            students = [folder.name for folder in self._folders.submitted.iterdir()]
            known = everybody(latest_roster(settings, self._folders), self._folders, students)
            gradebook.name_students(self.coursedir.db_url, known.members)
            if self._unnamed:
                names = ", ".join(self._unnamed)
                raise self._refusal(f"Not graded: {names}. Rename each of these folders to the id of its student.")
        except NbGraderException:
            raise
        except Exception as error:  # whatever it was, people read one line
            self.log.debug("%s", traceback.format_exc())
            raise self._refusal(on_one_line(sentence(error))) from error

    def init_notebooks(self) -> None:
        """Expect every notebook and sheet in every folder, as a missing one must be recorded, too."""
        self.assignments = dict[str, list[str]]()
        self._unnamed = list[str]()  # folders whose name nbgrader, or the gradebook, cannot hold: it would end here
        expected = [*self._assignment.notebooks, *self._assignment.sheets]
        wanted = [f"{name}.ipynb" for name in expected if fnmatch(name, self.coursedir.notebook_id)]
        for folder in glob(self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)):
            if not os.path.relpath(folder, self.coursedir.root).isprintable():
                self._unnamed.append(shown(folder))
            elif os.path.isdir(folder) and wanted:
                self.assignments[folder] = [os.path.join(folder, file) for file in wanted]
        if not self.assignments and not self._unnamed:
            super().init_notebooks()  # finds nothing either, and says so in nbgrader's words

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """Say whether the folder needs grading; a timestamp that cannot be read does not keep nbgrader from it."""
        folder = Path(self._format_source(assignment_id, student_id))
        stamp = folder / gradebook.TIMESTAMP_FILE
        if stamp.exists() and gradebook.submitted_at(folder) is None:
            self.log.warning("%s has an unreadable %s, which is set aside.", student_id, stamp.name)
            stamp.rename(stamp.with_suffix(".unreadable"))
        return super().init_destination(assignment_id, student_id)

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Grade the folder, record the report, and write the files next to the notebooks.

        nbgrader's own steps are left out on purpose: they copy any file that was submitted, links included, and give
        a missing notebook 0 points before anything was graded.
        """
        folder = Path(self._format_source(assignment_id, student_id))
        submission = intake.read_folder(folder, student_id, self._assignment)
        report = self._report(folder, submission)
        self._graded = self._assembler.assemble(report, submission)
        submitted_at = gradebook.submitted_at(folder)
        self._score_writer.record(self._graded, submitted_at)
        target = Path(self._format_dest(assignment_id, student_id))
        formgrader_notebooks.write_files(self._graded, target)
        class_answers.write(self._graded.answers, self._folders)
        if submitted_at is not None:  # so that nbgrader sees when a newer submission has come
            (target / gradebook.TIMESTAMP_FILE).write_text(f"{submitted_at.isoformat(' ')}\n", encoding="utf-8")

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Write one autograded notebook, after nbgrader's remaining steps (late penalties, metadata)."""
        self._sanitizing = True
        resources = self.init_single_notebook_resources(notebook_filename)
        self._sanitizing = False
        try:
            self._init_preprocessors()
            notebook = self._graded.notebooks[resources["nbgrader"]["notebook"]]
            self.write_single_notebook(*self.exporter.from_notebook_node(notebook, resources))
        finally:
            self._sanitizing = True

    def _report(self, folder: Path, submission: Submission) -> Report:
        """Return the report; when grading itself breaks, one without scores, so that no older score survives."""
        try:
            return running.grade_folder(folder, submission.student, self._assignment)
        except ConfigError:
            raise
        except Exception as error:  # whatever it was, this student gets rows and a person looks
            if not isinstance(error, GraderFault):
                self.log.error("%s", traceback.format_exc())
            self.log.error("%s could not be graded; a person must look at it: %s", submission.student, error)
            return running.faulty(submission, self._assignment, "", str(error))

    def _refusal(self, sentence: str) -> NbGraderException:
        self.log.error("%s", sentence)
        return NbGraderException(sentence)


class CourseExtractor(ExtractorPlugin):
    """`nbgrader zip_collect` that reads downloads as `autograder grade` does, and puts them into submitted/ in order.

    nbgrader's own extractor gives up on the whole class at one damaged zip.
    Nothing is left for its collector, which finds the folder of extracted files empty.
    """

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Store what is in `archive_path`; say of each submission that cannot be used what is wrong with it."""
        coursedir = self.parent.coursedir
        submitted = Path(coursedir.root, coursedir.submitted_directory)
        try:
            assignment = assignments.load(Path(coursedir.root), coursedir.assignment_id)
            folders = ResultFolders(submitted.parent, assignment.name)
            known = intake.KnownStudents(intake.known_users(folders), names=intake.known_names(folders))
            with intake.Inbox([Path(archive_path)], assignment, known) as inbox:
                for trial in inbox.trials:
                    self.log.warning("%s is left out: Canvas's test student sent it.", trial)
                for submission in inbox:
                    self._store(submission, submitted, assignment)
        except Exception as error:  # whatever it was, people read one line
            self.log.debug("%s", traceback.format_exc())
            self.parent.fail("%s", on_one_line(sentence(error)))

    def _store(self, submission: Submission, submitted: Path, assignment: Assignment) -> None:
        def store() -> str:
            self.log.info("Stored %s", intake.store(submission, submitted, assignment))
            return ""

        def make_empty() -> str:  # so that autograde gives this student rows
            (submitted / submission.student / assignment.name).mkdir(parents=True, exist_ok=True)
            return ""

        problem = attempt("Storing the submission", store, str, reads=True)
        if problem and VALID_ID.fullmatch(submission.student):
            problem += attempt(" Making its folder", make_empty, str, reads=True)
        if problem:
            self.log.error("%s: %s", submission.student, problem)


def install(c: Config) -> None:
    """Let nbgrader's commands and formgrader use this course's settings and converters; may run any number of times.

    nbgrader looks its converters up by name in these modules and has no setting for them.
    An attribute that a later nbgrader lacks raises AttributeError here, before anything is graded.
    """
    terminal.show_every_letter()
    if problem := interpreter.problem():  # one line, and exit code 2 as `autograder` has it
        print(f"nbgrader: {problem}", file=sys.stderr)
        raise SystemExit(2)
    registration.let_nbgrader_find_alembic()
    places: dict[Any, dict[str, type]] = {
        autogradeapp: {"Autograde": CourseAutograde},
        generateassignmentapp: {"GenerateAssignment": CourseGenerateAssignment},
        nbgrader_api: {"Autograde": CourseAutograde, "GenerateAssignment": CourseGenerateAssignment},
    }
    for module, converters in places.items():
        for name, converter in converters.items():
            if not issubclass(converter, getattr(module, name)):
                raise AttributeError(f"{module.__name__}.{name} is not what this course extends.")
            setattr(module, name, converter)
    formgrader.install()
    config.apply(c)
