"""Remove everything that a gradebook holds of one student, in one transaction: nbgrader's rows and ours."""

from nbgrader import api
from sqlalchemy import create_engine, delete, inspect, select

from . import desk_tables
from .database import Database
from .registration import ORIGIN, is_there, using

_STUDENT, _SUBMISSION, _BOOK = api.Student.__table__, api.SubmittedAssignment.__table__, api.SubmittedNotebook.__table__
_OF_A_BOOK = (api.Grade.__table__, api.Comment.__table__)


def forget(db_url: str, student: str) -> int:
    """Remove a student from a gradebook with everything that hangs on it; return how many rows that were.

    Raises:
        ConfigError: The gradebook cannot be used; nothing was removed.
    """
    if not is_there(db_url):
        return 0
    database = Database(db_url)
    mine = select(_SUBMISSION.c.id).where(_SUBMISSION.c.student_id == student)
    books = select(_BOOK.c.id).where(_BOOK.c.assignment_id.in_(mine))
    tables = [table for table in desk_tables.METADATA.sorted_tables if "student" in table.c]
    steps = [
        *((table, table.c.notebook_id.in_(books)) for table in _OF_A_BOOK),
        (_BOOK, _BOOK.c.assignment_id.in_(mine)),
        (ORIGIN, ORIGIN.c.id.in_(mine)),
        (_SUBMISSION, _SUBMISSION.c.student_id == student),
        (_STUDENT, _STUDENT.c.id == student),
        *((table, table.c.student == student) for table in tables),
    ]
    try:
        with using(db_url), database.writing(desk_tables.TABLES) as connection:
            there = set(inspect(connection).get_table_names())
            removed = sum(
                connection.execute(delete(table).where(whose)).rowcount for table, whose in steps if table.name in there
            )
    finally:
        database.close()
    if db_url.startswith("sqlite"):  # also where nothing was removed: a run before may have been stopped here
        _rewrite(db_url)
    return removed


def _rewrite(db_url: str) -> None:
    """Write a file of SQLite anew: what was deleted would still stand between its rows."""
    engine = create_engine(db_url, isolation_level="AUTOCOMMIT")
    with using(db_url), engine.connect() as connection:
        connection.exec_driver_sql("VACUUM")
    engine.dispose()
