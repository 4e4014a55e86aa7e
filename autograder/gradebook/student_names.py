"""Names and addresses of students in nbgrader's own table, where formgrader reads them."""

import contextlib
from collections.abc import Iterable, Mapping
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
NO_NAME = "(no name)"  # in the place of the first name, beside the id
_MARKUP = str.maketrans("<>&", "   ")


def name_students(db_url: str, members: Iterable[Member]) -> None:
    """Write names and addresses of students that the gradebook has; what a list leaves open stays as it is.

    Who has no name at all is written by id, so that formgrader's lists do not call everybody "None, None".

    Raises:
        ConfigError: The gradebook cannot be written.
    """
    wanted = {member.student: _values(member) for member in members}
    database = Database(db_url)
    with using(db_url), contextlib.closing(database):
        with database.reading() as connection:
            columns = (_STUDENT.c.id, *(_STUDENT.c[field] for field in _FIELDS))
            rows = [dict(row) for row in connection.execute(select(*columns)).mappings()]
        named = [_named(row, wanted.get(row["id"], {})) for row in rows]
        changed = [{"row": new.pop("id"), **new} for new, row in zip(named, rows, strict=True) if new != row]
        if changed:
            new: dict[str, Any] = {field: bindparam(field) for field in _FIELDS}
            with database.writing(_STUDENT.name) as connection:
                connection.execute(update(_STUDENT).where(_STUDENT.c.id == bindparam("row")).values(new), changed)


def _named(row: dict[str, Any], said: Mapping[str, str]) -> dict[str, Any]:
    new = {**row, "email": row["email"] or "", **said}  # formgrader calls what is not there None
    if not (new["first_name"] or new["last_name"]):
        new |= {"first_name": NO_NAME, "last_name": new["id"][:NAME_LIMIT]}
    return new


def _values(member: Member) -> dict[str, str]:
    """Return what a list says of a student; a name as a whole, which may be one word."""
    first, last = (one_line(text.translate(_MARKUP), NAME_LIMIT) for text in member.first_and_last)
    said = {"first_name": first, "last_name": last} if first or last else {}
    email = one_line(member.email.translate(_MARKUP), NAME_LIMIT)
    return said | ({"email": email} if email else {})
