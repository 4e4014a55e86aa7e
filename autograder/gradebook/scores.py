"""The gradebook: nbgrader's database, and the only module that writes scores into it."""

import contextlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader import api
from nbgrader.utils import parse_utc
from sqlalchemy import Connection, Row, Table, bindparam, func, insert, select, update

from ..course.course_settings import CourseSettings
from ..model.assignment import Assignment
from ..model.report import ItemResult
from ..nbgrader.formgrader_notebooks import Autograded
from . import desk_tables, resubmission
from .database import Database
from .registration import ORIGIN, register, set_origin, using
from .resubmission import Known

NO_RESPONSE = "No response."  # nbgrader's own words for an untouched answer
TIMESTAMP_FILE = "timestamp.txt"
MAX_TIMESTAMP = 100  # characters; nbgrader writes about 30, and what reads them looks at one after the other

_STUDENT, _SUBMISSION, _BOOK = api.Student.__table__, api.SubmittedAssignment.__table__, api.SubmittedNotebook.__table__
_GRADE, _COMMENT = api.Grade.__table__, api.Comment.__table__
_CELL, _GRADED, _TASK = api.BaseCell.__table__, api.GradeCell.__table__, api.TaskCell.__table__

RowsByCell = Mapping[str, Row[Any]]  # what the gradebook knows of a submission's cells


@dataclass(frozen=True)
class _Cell:
    """A cell of the assignment as the gradebook knows it, that has points or comments."""

    id: str
    name: str
    notebook_id: str
    points: float = 0.0


class ScoreWriter(contextlib.AbstractContextManager):
    """Writes reports into one gradebook; a context manager, to be kept open over a whole class."""

    def __init__(self, assignment: Assignment, settings: CourseSettings, db_url: str) -> None:
        """Open the gradebook; create it and register the assignment if need be. Raises ConfigError as `register`."""
        register(assignment, settings, db_url)
        self._name, self._database, self._db_url = assignment.name, Database(db_url), db_url
        with using(db_url), self._database.writing(desk_tables.TABLES) as connection:
            desk_tables.create(connection)
            row_id = select(api.Assignment.__table__.c.id).where(api.Assignment.__table__.c.name == assignment.name)
            self._assignment_id = connection.execute(row_id).scalar_one()
            cells = connection.execute(
                select(_CELL, func.coalesce(_GRADED.c.max_score, _TASK.c.max_score).label("max_score"))
                .outerjoin(_GRADED, _GRADED.c.id == _CELL.c.id)
                .outerjoin(_TASK, _TASK.c.id == _CELL.c.id)
                .join(api.Notebook.__table__, api.Notebook.__table__.c.id == _CELL.c.notebook_id)
                .where(api.Notebook.__table__.c.assignment_id == self._assignment_id)
            ).all()
        self._grade_cells = [
            _Cell(row.id, row.name, row.notebook_id, row.max_score) for row in cells if row.max_score is not None
        ]
        self._commented_cells = [  # a task has both: points and a comment
            _Cell(row.id, row.name, row.notebook_id) for row in cells if row.type in ("SolutionCell", "TaskCell")
        ]

    def __exit__(self, *exc: object) -> None:
        self._database.close()

    def record(self, graded: Autograded, submitted_at: datetime | None = None) -> None:
        """Record one graded submission in one transaction.

        Every notebook and cell of the assignment gets its row, whatever is missing in the submission.
        An answer of which there is nothing to mark has 0 points and waits for nobody. Any other item without a score,
        after a grader fault or because a person marks it, is left to a person.
        Scores and comments that a person gave stay. The person is asked to look again where the answer is another one
        by now, or gone; in code, where anything that was submitted or the automatic score is another one.

        `submitted_at` is in UTC, None if nobody knows.

        Raises:
            ConfigError: The gradebook is locked, gone or full; nothing of this submission is in it then.
        """
        student = graded.report.student
        mine = (_SUBMISSION.c.assignment_id == self._assignment_id) & (_SUBMISSION.c.student_id == student)
        made_from = select(_SUBMISSION.c.id, ORIGIN.c.digest).outerjoin(ORIGIN, ORIGIN.c.id == _SUBMISSION.c.id)
        with using(self._db_url), self._database.writing(self._name) as connection:
            row = connection.execute(made_from.where(mine)).first()
            submission_id, known = row or (self._new_submission(connection, student), None)
            connection.execute(update(_SUBMISSION).where(mine).values(timestamp=submitted_at))
            old = _books(connection, submission_id) if row else {}
            books = old | self._new_books(connection, submission_id, old)
            grades, comments = (_rows_by_cell(connection, table, old) for table in (_GRADE, _COMMENT))
            before = resubmission.known(connection, self._name, student, unchanged=known == graded.digest)
            self._record_grades(connection, books, (grades, comments), graded, before)
            self._record_comments(connection, books, comments, graded.unanswered)
            if known != graded.digest:
                set_origin(connection, submission_id, graded.digest, is_new=known is None)
            resubmission.note(connection, self._name, graded.answers, before)

    def _new_submission(self, connection: Connection, student: str) -> str:
        if connection.execute(select(_STUDENT.c.id).where(_STUDENT.c.id == student)).first() is None:
            connection.execute(insert(_STUDENT).values(id=student))
        new = api.new_uuid()
        connection.execute(insert(_SUBMISSION).values(id=new, assignment_id=self._assignment_id, student_id=student))
        return new

    def _new_books(self, connection: Connection, submission_id: str, old: Mapping[str, str]) -> dict[str, str]:
        """Insert a submitted notebook for each notebook that has none; return their ids by that of the notebook."""
        wanted = dict.fromkeys(cell.notebook_id for cell in self._grade_cells + self._commented_cells)
        new = {notebook_id: api.new_uuid() for notebook_id in wanted if notebook_id not in old}
        rows = [{"id": new[key], "notebook_id": key, "assignment_id": submission_id} for key in new]
        _insert(connection, _BOOK, rows)
        return new

    def _record_grades(
        self, connection: Connection, books: Mapping[str, str], known: tuple[RowsByCell, RowsByCell],
        graded: Autograded, before: Known,
    ) -> None:  # fmt: skip
        results, answers = {item.id: item for item in graded.report.items}, graded.answers.answers
        grades, comments = known[0], {cell.name: known[1].get(cell.id) for cell in self._commented_cells}
        new, changed = [], []
        for cell in self._grade_cells:
            answer, row = answers.get(cell.name), grades.get(cell.id)
            score = _score(results.get(cell.name), cell.points) if answer is None else resubmission.score(answer)
            if row is None:
                values = {"auto_score": score, "needs_manual_grade": score is None}
                new.append({"cell_id": cell.id, "notebook_id": books[cell.notebook_id], **values})
                continue
            waiting = score is None
            if row.manual_score is not None and answer is None:
                waiting = row.needs_manual_grade if before.unchanged and row.auto_score == score else True
            elif row.manual_score is not None and answer is not None:
                waiting = before.asks_again(row, comments.get(cell.name), answer)
            changed.append({"row": row.id, "auto_score": score, "needs_manual_grade": waiting})
        _insert(connection, _GRADE, new)
        _update(connection, _GRADE, changed)

    def _record_comments(
        self, connection: Connection, books: Mapping[str, str], known: RowsByCell, unanswered: frozenset[str]
    ) -> None:
        new, changed = [], []
        for cell in self._commented_cells:
            text = NO_RESPONSE if cell.name in unanswered else None
            if cell.id in known:
                changed.append({"row": known[cell.id].id, "auto_comment": text})
            else:
                new.append({"cell_id": cell.id, "notebook_id": books[cell.notebook_id], "auto_comment": text})
        _insert(connection, _COMMENT, new)
        _update(connection, _COMMENT, changed)


def submitted_at(folder: Path) -> datetime | None:
    """Return the time in nbgrader's timestamp.txt of a submitted folder, in UTC; None without a readable one."""
    path = folder / TIMESTAMP_FILE
    with contextlib.suppress(Exception):  # a student's own text of any size: dateutil and decimal raise what they like
        if not path.is_symlink() and path.is_file():
            with path.open(encoding="utf-8") as file:
                return parse_utc(file.read(MAX_TIMESTAMP).strip())
    return None


def url(settings: CourseSettings, out_dir: Path) -> str:
    """Return the gradebook that nbgrader_config.py names, or the SQLite file in `out_dir`."""
    return settings.db_url or f"sqlite:///{Path(out_dir).resolve() / 'gradebook.db'}"


def _score(result: ItemResult | None, points: float) -> float | None:
    """Return what the report gives for a cell; None wherever a person has to say, never a guess."""
    if result is None or result.score is None or result.max != points:
        return None
    return result.score if math.isfinite(result.score) and 0 <= result.score <= points else None


def _books(connection: Connection, submission_id: str) -> dict[str, str]:
    """Return the ids of the submitted notebooks by that of the notebook."""
    rows = connection.execute(select(_BOOK.c.notebook_id, _BOOK.c.id).where(_BOOK.c.assignment_id == submission_id))
    return {row.notebook_id: row.id for row in rows}


def _rows_by_cell(connection: Connection, table: Table, books: Mapping[str, str]) -> RowsByCell:
    """Return what a table holds for the cells of submitted notebooks, and let nobody change it before the end."""
    if not books:
        return {}
    rows = connection.execute(select(table).where(table.c.notebook_id.in_(books.values())).with_for_update())
    return {row.cell_id: row for row in rows}


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _update(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Update rows by the id that each dict has under "row"."""
    if rows:
        names: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "row"}
        connection.execute(update(table).where(table.c.id == bindparam("row")).values(names), rows)
