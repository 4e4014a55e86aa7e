"""Regrade requests as the gradebook keeps them: what a student asked about an item, and what was answered."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, NullPool, Row, create_engine, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from ..model.assignment import Assignment
from ..model.errors import ConfigError
from .database import patience
from .desk_states import utc
from .desk_tables import REQUEST
from .registration import address, is_there


@dataclass(frozen=True)
class RegradeRequest:
    """One request; a student may have several about one item."""

    id: int  # rises with age
    student: str
    item: str
    reason: str  # the student's own words, one or more lines of plain text: to be escaped wherever it is shown
    asked_at: datetime
    source: str = ""  # the file that it came in
    before: float | None = None  # the points of the item when it came
    after: float | None = None  # when it was answered
    reply: str = ""  # of the marker, in markdown; a draft as long as it is open
    marker: str = ""
    answered_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.answered_at is None

    @property
    def moved(self) -> float:
        """The points that the answer added or took off."""
        return 0.0 if self.is_open else (self.after or 0.0) - (self.before or 0.0)


RequestsByItem = Mapping[str, tuple[RegradeRequest, ...]]  # the oldest first


def regrade_requests(db_url: str, assignment: Assignment) -> dict[str, RequestsByItem]:
    """Return all requests by student and item; {} where nobody asked, or there is no gradebook yet.

    Raises:
        ConfigError: The gradebook cannot be read.
    """
    if not is_there(db_url):
        return {}
    url = address(db_url)
    try:
        engine = create_engine(url, poolclass=NullPool, connect_args=patience(db_url))
        with engine.connect() as connection:
            if not inspect(connection).has_table(REQUEST.name):
                return {}  # of an earlier version
            found = stored(connection, assignment.name)
    except (SQLAlchemyError, ImportError) as error:
        shown, reason = url.render_as_string(hide_password=True), str(error).splitlines()[0].rstrip(".")
        raise ConfigError(f"The gradebook {shown} cannot be read: {reason}.") from error
    return by_student(request for request in found if request.item in {item.id for item in assignment.items})


def open_requests(db_url: str, assignment: Assignment) -> int:
    """Return how many requests wait for an answer; several of one student about one item are one.

    Raises:
        ConfigError: The gradebook cannot be read.
    """
    return count_open(regrade_requests(db_url, assignment))


def count_open(requests: Mapping[str, RequestsByItem]) -> int:
    """Return how many answers are to be given: one for all open requests of one student about one item."""
    return sum(any(one.is_open for one in asked) for items in requests.values() for asked in items.values())


def by_student(requests: Iterable[RegradeRequest]) -> dict[str, RequestsByItem]:
    """Return requests by student and item."""
    found: dict[str, dict[str, list[RegradeRequest]]] = defaultdict(lambda: defaultdict(list))
    for request in requests:
        found[request.student][request.item].append(request)
    return {student: {item: tuple(asked) for item, asked in items.items()} for student, items in found.items()}


def stored(
    connection: Connection, assignment: str, students: Collection[str] | None = None
) -> list[RegradeRequest]:  # fmt: skip
    """Return the requests of everybody, or of some, the oldest first."""
    wanted = select(REQUEST).where(REQUEST.c.assignment == assignment).order_by(REQUEST.c.id)
    if students is not None:
        wanted = wanted.where(REQUEST.c.student.in_(students))
    return [_request(row) for row in connection.execute(wanted)]


def _request(row: Row[Any]) -> RegradeRequest:
    return RegradeRequest(
        row.id, row.student, row.item, row.reason, utc(row.asked_at), row.source, row.before, row.after, row.reply,
        row.marker, None if row.answered_at is None else utc(row.answered_at),
    )  # fmt: skip
