"""Names and addresses of students in nbgrader's own table, where formgrader reads them."""

import contextlib
from collections.abc import Iterable
from typing import Any

from nbgrader import api
from sqlalchemy import bindparam, select, update

from ..lms.roster import Member
from ..model.plain_text import one_line
from ..model.submission_status import NAME_LIMIT
from .database import Database
from .registration import using

_STUDENT = api.Student.__table__
_FIELDS = ("first_name", "last_name", "email")
# Formgrader puts a name into its page as it is, and in some systems people choose their names.
_MARKUP = str.maketrans("<>&", "   ")


def name_students(db_url: str, members: Iterable[Member]) -> None:
    """Write names and addresses of students that the gradebook has; what a list leaves open stays as it is.

    Raises:
        ConfigError: The gradebook cannot be written.
    """
    wanted = {member.student: _values(member) for member in members if member.name or member.email}
    if not wanted:
        return
    database = Database(db_url)
    with using(db_url), contextlib.closing(database), database.writing(_STUDENT.name) as connection:
        rows = connection.execute(select(_STUDENT.c.id, *(_STUDENT.c[field] for field in _FIELDS))).mappings().all()
        changed = []
        for row in rows:
            values = {field: wanted.get(row["id"], {}).get(field) or row[field] for field in _FIELDS}
            if any(values[field] != row[field] for field in _FIELDS):
                changed.append({"row": row["id"], **values})
        if changed:
            new: dict[str, Any] = {field: bindparam(field) for field in _FIELDS}
            connection.execute(update(_STUDENT).where(_STUDENT.c.id == bindparam("row")).values(new), changed)


def _values(member: Member) -> dict[str, str]:
    first, last = member.first_and_last
    parts = {"first_name": first, "last_name": last, "email": member.email}
    return {field: one_line(text.translate(_MARKUP), NAME_LIMIT) for field, text in parts.items()}
